import assert from "node:assert/strict";
import type { Assets } from "../../lib/fresh/assets.ts";
import { nonceOf } from "../../lib/fresh/nonce.ts";
import { CHROMIUM, withPage } from "../support/chromium.ts";
import { aFreshApp, builtAssets } from "../support/fresh_app.ts";

const ignore = CHROMIUM === null;
if (ignore) console.warn("No Chromium: what islands do in a browser is not tested");
const assets = ignore ? null : await builtAssets();
const devAssets = ignore ? null : await builtAssets({ dev: true });

/** Serves the app under the strictest policy that a page with scripts can have. */
async function served(assets: Assets | null, use: (origin: string) => Promise<void>) {
  const { ask } = aFreshApp(assets === null ? {} : { assets });
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    async (req) => {
      const url = new URL(req.url);
      const response = await ask(url.pathname + url.search, req);
      response.headers.set(
        "content-security-policy",
        `default-src 'none'; script-src 'nonce-${nonceOf(response) ?? ""}' 'strict-dynamic'; ` +
          `style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'`,
      );
      return response;
    },
  );
  await use(`http://127.0.0.1:${server.addr.port}`);
}

Deno.test("islands wake up in a browser, share signals, and break no policy", {
  ignore,
}, async () => {
  await served(assets, (origin) =>
    withPage(async (page, complaints) => {
      await page.goto(`${origin}/islands`, { waitUntil: "networkidle" });
      const counter = page.locator(".counter").first();

      await counter.locator("button").click();
      await page.locator("#left").click();
      await page.locator("#right").click();
      await page.locator("#add").click();

      assert.equal(await counter.locator("button").textContent(), "4");
      assert.equal(await counter.locator(".where").textContent(), "browser");
      assert.match(await counter.locator(".label").textContent() ?? "", /^<\/script><script>alert/);
      assert.equal(await counter.locator("time").textContent(), "1970-01-01T00:00:00.000Z");
      assert.match(await counter.locator(".asset").textContent() ?? "", /__frsh_c=\w+$/);
      assert.equal(await page.locator("#left").textContent(), "9");
      assert.equal(await page.locator("#right").textContent(), "9");
      assert.deepEqual(
        await page.locator("tr > td:first-child").allInnerTexts().then((cells) =>
          cells.slice(0, 3)
        ),
        ["zero", "one", "two"],
      );
      assert.deepEqual(complaints, { errors: [], violations: [], dialogs: [] });
    }));
});

Deno.test("an island that fails does not keep the others from waking up", { ignore }, async () => {
  await served(assets, (origin) =>
    withPage(async (page, complaints) => {
      await page.goto(`${origin}/failing`, { waitUntil: "networkidle" });

      await page.locator("#count").click();

      assert.equal(await page.locator("#count").textContent(), "2");
      assert.deepEqual(complaints.errors, ["Error: only in browsers"]);
    }));
});

Deno.test("a page reloads when the server has started again", { ignore }, async () => {
  await served(devAssets, (origin) =>
    withPage(async (page, complaints) => {
      let starts = 0;
      await page.route("**/_fresh/alive", (route) => route.fulfill({ body: `start ${starts}` }));
      await page.goto(origin);
      await page.waitForResponse("**/_fresh/alive");

      starts = 1;
      await page.waitForEvent("framenavigated");

      assert.deepEqual(complaints, { errors: [], violations: [], dialogs: [] });
    }));
});
