import assert from "node:assert/strict";
import type { VNode } from "preact";
import { loadAssets } from "../../lib/fresh/assets.ts";
import { App } from "../../lib/fresh/app.ts";
import { setBuild } from "../../lib/fresh/build.ts";
import type { Context } from "../../lib/fresh/context.ts";
import { Head } from "../../lib/fresh/head.ts";
import { nonceOf } from "../../lib/fresh/nonce.ts";

const assets = await loadAssets(
  { buildId: "b1", dev: false, boot: null, signals: null, islands: {}, files: {} },
  () => Promise.reject(new TypeError("Cannot read: there are no files")),
);

/** An app that renders one page, in a wrapper that leaves everything to the renderer unless told. */
function rendering(
  page: () => VNode | Promise<VNode>,
  wrapper?: Parameters<App<object>["appWrapper"]>[0],
) {
  const app = new App<object>();
  if (wrapper !== undefined) app.appWrapper(wrapper);
  app.get("/", async (ctx: Context<object>) => ctx.render(await page()));
  setBuild(app, { manifest: null, assets, report: () => {} });
  const handle = app.handler();
  return (method = "GET") => handle(new Request("http://a/", { method }));
}

async function htmlOf(...parts: Parameters<typeof rendering>): Promise<string> {
  return await (await rendering(...parts)()).text();
}

Deno.test("renderPage() completes a document that was left out", async () => {
  assert.equal(
    await htmlOf(() => <p>x</p>),
    `<!DOCTYPE html><html><head><meta charset="utf-8"/></head><body><p>x</p></body></html>`,
  );
  assert.equal(
    await htmlOf(() => <p>x</p>, ({ Component }) => (
      <body class="y">
        <Component />
      </body>
    )),
    `<!DOCTYPE html><html><head><meta charset="utf-8"/></head><body class="y"><p>x</p></body></html>`,
  );
});

Deno.test("renderPage() puts what a page wants in a head that nobody wrote", async () => {
  const html = await htmlOf(() => (
    <>
      <Head>
        <title>first</title>
      </Head>
      <Head>
        <title>last</title>
        <link rel="stylesheet" href="/a.css" />
        <link rel="stylesheet" href="/b.css" />
      </Head>
    </>
  ));

  assert.match(
    html,
    /<head><meta charset="utf-8"\/><title>last<\/title><link rel="stylesheet" href="\/a.css"\/><link rel="stylesheet" href="\/b.css"\/><\/head>/,
  );
});

Deno.test("renderPage() takes no title in the body for the title of the page", async () => {
  const html = await htmlOf(() => (
    <Head>
      <title>page</title>
    </Head>
  ), ({ Component }) => (
    <html>
      <head />
      <body>
        <svg>
          <title>icon</title>
        </svg>
        <Component />
      </body>
    </html>
  ));

  assert.match(html, /<head><title>page<\/title><\/head>.*<svg><title>icon<\/title><\/svg>/);
});

Deno.test("renderPage() gives its nonce to scripts and styles that have none", async () => {
  const page = (
    <>
      <style>{"p{}"}</style>
      <script nonce="mine">1</script>
    </>
  );
  const ask = rendering(() => page);

  const [first, second] = [await ask(), await ask()];

  assert.ok((await first.text()).includes(`<style nonce="${nonceOf(first)}">p{}</style>`));
  const again = await second.text();
  assert.ok(again.includes(`<style nonce="${nonceOf(second)}">p{}</style>`));
  assert.ok(again.includes(`<script nonce="mine">`));
  assert.match(nonceOf(await ask("HEAD")) ?? "", /^\w{32}$/);
});

Deno.test("renderPage() renders the same element again, with nothing in it twice", async () => {
  const page = (
    <html>
      <head />
      <body>
        <a href="/">here</a>
      </body>
    </html>
  );
  const ask = rendering(() => page);

  const [first, second] = [await (await ask()).text(), await (await ask()).text()];

  assert.equal(first, second);
});

Deno.test("renderPage() adds the build to the addresses of pictures", async () => {
  const html = await htmlOf(() => <img src="/a.png" alt="" />);

  assert.match(html, /<img src="\/a.png\?__frsh_c=b1" alt\/?/);
});

Deno.test("renderPage() refuses what is not JSX", async () => {
  const response = await rendering(() => "text" as unknown as VNode)();

  assert.equal(response.status, 500);
  await response.body?.cancel();
});

Deno.test("renderPage() keeps pages apart that are rendered while others wait", async () => {
  const app = new App<object>().appWrapper(({ Component }) => (
    <html>
      <head />
      <body>
        <Component />
      </body>
    </html>
  )).route("/:name", {
    component: async ({ params }) => {
      await new Promise((resolve) => setTimeout(resolve, params.name === "slow" ? 5 : 0));
      return (
        <Head>
          <title>{params.name}</title>
        </Head>
      );
    },
  });
  const handle = app.handler();

  const pages = await Promise.all(
    ["slow", "fast"].map(async (name) => (await handle(new Request(`http://a/${name}`))).text()),
  );

  assert.deepEqual(pages.map((html) => /<title>(\w+)/.exec(html)?.[1]), ["slow", "fast"]);
});
