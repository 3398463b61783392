/**
 * What pages may rely on: the part of Fresh 2.3's public API that this project uses.
 *
 * Nothing is imported but `fresh`, `fresh/runtime`, Preact and what is built in, so that this runs
 * against our implementation and against upstream's alike: only the import map decides.
 *
 * @module
 */

import assert from "node:assert/strict";
import { App, createDefine, csp, HttpError, page } from "fresh";
import { asset, Head, IS_BROWSER } from "fresh/runtime";

interface State {
  user: string;
}

const define = createDefine<State>();

function ask(app: App<State>, address: string, init: RequestInit = {}): Promise<Response> {
  return app.handler()(new Request(`http://localhost${address}`, init));
}

async function textOf(app: App<State>, address: string, init: RequestInit = {}): Promise<string> {
  return await (await ask(app, address, init)).text();
}

/** An app with a wrapper, and one that tells who is signed in. */
function anApp(): App<State> {
  const app = new App<State>();
  app.use((ctx) => {
    ctx.state.user = "ada";
    return ctx.next();
  });
  return app.appWrapper(({ Component, state }) => (
    <html lang="en">
      <head>
        <title>The app</title>
        <meta name="description" content="of the app" />
      </head>
      <body data-user={state.user}>
        <Component />
      </body>
    </html>
  ));
}

Deno.test("createDefine() returns what it is given", () => {
  const handler = () => new Response("ok");
  const Page = () => <p />;

  assert.equal(define.handlers(handler), handler);
  assert.equal(define.middleware(handler), handler);
  assert.equal(define.page(Page), Page);
  assert.equal(define.layout(Page), Page);
});

Deno.test("page() says what a page shows, and how it is answered with", () => {
  assert.equal(page().data, undefined);
  assert.deepEqual(page({ name: "x" }).data, { name: "x" });
  assert.equal(page({}, { status: 422 }).status, 422);
});

Deno.test("HttpError has a status, and a message that people may read", () => {
  const error = new HttpError(404);

  assert.ok(error instanceof Error);
  assert.deepEqual([error.status, error.name, error.message], [404, "HttpError", "Not Found"]);
  assert.equal(new HttpError(418, "I am a teapot").message, "I am a teapot");
});

Deno.test("IS_BROWSER is false on the server", () => {
  assert.equal(IS_BROWSER, false);
});

Deno.test("asset() leaves addresses of other hosts alone", () => {
  assert.equal(asset("https://a.example/x.css"), "https://a.example/x.css");
  assert.ok(asset("/styles.css").startsWith("/styles.css"));
});

Deno.test("a middleware sees the request before and the answer after", async () => {
  const app = new App<State>()
    .use(async (ctx) => {
      ctx.state.user = "ada";
      const response = await ctx.next();
      response.headers.set("x-user", ctx.state.user);
      return response;
    })
    .get("/", (ctx) => new Response(`hello ${ctx.state.user}`));

  const response = await ask(app, "/");

  assert.equal(response.headers.get("x-user"), "ada");
  assert.equal(await response.text(), "hello ada");
});

Deno.test("a middleware that does not call next() answers itself", async () => {
  const app = new App<State>()
    .use((ctx) => ctx.url.pathname === "/out" ? ctx.redirect("/login") : ctx.next())
    .get("/out", () => new Response("not reached"));

  const { status, headers } = await ask(app, "/out");

  assert.deepEqual([status, headers.get("location")], [302, "/login"]);
});

Deno.test("redirect() keeps a path on this host", async () => {
  const app = new App<State>()
    .get("/a", (ctx) => ctx.redirect("//evil.example//x?y=//z"))
    .get("/b", (ctx) => ctx.redirect("/b/c", 303));

  assert.equal((await ask(app, "/a")).headers.get("location"), "/evil.example/x?y=//z");
  assert.equal((await ask(app, "/b")).status, 303);
});

Deno.test("a route knows its parameters, decoded, and its pattern", async () => {
  const app = new App<State>()
    .get("/pools/:pool/keys/:key", ({ params, route }) => Response.json({ params, route }))
    .get("/files/:path*", ({ params }) => Response.json({ params }));

  assert.deepEqual(await (await ask(app, "/pools/my%20pool/keys/7")).json(), {
    params: { pool: "my pool", key: "7" },
    route: "/pools/:pool/keys/:key",
  });
  assert.deepEqual(await (await ask(app, "/files/a/b")).json(), { params: { path: "a/b" } });
});

Deno.test("what is written out is found before what is in a pattern", async () => {
  const app = new App<State>()
    .get("/pools/:pool", () => new Response("pattern"))
    .get("/pools/new", () => new Response("written"));

  assert.equal(await textOf(app, "/pools/new"), "written");
  assert.equal(await textOf(app, "/pools/old"), "pattern");
});

Deno.test("HEAD is answered as GET is, without the body", async () => {
  const app = new App<State>()
    .get("/", () => new Response("body", { headers: { "x-it": "is" } }));

  const response = await ask(app, "/", { method: "HEAD" });

  assert.deepEqual([response.status, response.headers.get("x-it")], [200, "is"]);
});

Deno.test("a method that a route does not answer is refused", async () => {
  const app = new App<State>().post("/only-post", () => new Response("ok"));

  const response = await ask(app, "/only-post");

  assert.equal(response.status, 405);
  await response.body?.cancel();
});

Deno.test("a handler gives data, status and headers to its page", async () => {
  const app = anApp().route("/pools", {
    handler: define.handlers({
      GET: () => page({ name: "research" }, { status: 201, headers: { "x-it": "is" } }),
    }),
    component: ({ data }) => <h1>{(data as { name: string }).name}</h1>,
  });

  const response = await ask(app, "/pools");

  assert.deepEqual([response.status, response.headers.get("x-it")], [201, "is"]);
  assert.match(response.headers.get("content-type") ?? "", /^text\/html; *charset=utf-8$/i);
  assert.match(await response.text(), /<h1>research<\/h1>/);
});

Deno.test("a form that is not right is shown again, by the handler of its method", async () => {
  const app = anApp().route("/form", {
    handler: define.handlers({
      GET: () => page({ error: null as string | null }),
      async POST(ctx) {
        const form = await ctx.req.formData();
        if (form.get("name") === "") return page({ error: "no name" }, { status: 422 });
        return ctx.redirect("/done", 303);
      },
    }),
    component: ({ data }) => <p>{(data as { error: string | null }).error}</p>,
  });
  const post = (name: string) =>
    ask(app, "/form", { method: "POST", body: new URLSearchParams({ name }) });

  assert.equal((await ask(app, "/form")).status, 200);
  const refused = await post("");
  assert.deepEqual([refused.status, /no name/.test(await refused.text())], [422, true]);
  const done = await post("x");
  assert.deepEqual([done.status, done.headers.get("location")], [303, "/done"]);
});

Deno.test("a page is inside its layouts, and they are inside the app wrapper", async () => {
  const app = anApp()
    .layout("/admin", ({ Component }) => (
      <section class="layout">
        <Component />
      </section>
    ))
    .route("/admin/keys", { component: ({ url }) => <h1>{url.pathname}</h1> });

  const html = await textOf(app, "/admin/keys");

  assert.match(
    html,
    /^<!DOCTYPE html><html lang="en">.*<body data-user="ada"><section class="layout"><h1>\/admin\/keys<\/h1><\/section><\/body><\/html>$/s,
  );
});

Deno.test("a route may do without layouts and wrapper", async () => {
  const app = anApp()
    .layout("/admin", ({ Component }) => (
      <section>
        <Component />
      </section>
    ))
    .route("/admin/bare", {
      component: () => <h1>bare</h1>,
      config: { skipInheritedLayouts: true, skipAppWrapper: true },
    });

  const html = await textOf(app, "/admin/bare");

  assert.doesNotMatch(html, /<section>|data-user/);
  assert.match(html, /<html><head>.*<body><h1>bare<\/h1><\/body><\/html>$/s);
});

Deno.test("a page may wait, and may turn out to be a redirect", async () => {
  const app = anApp()
    .route("/waits", {
      component: async ({ state }) => {
        await Promise.resolve();
        return <h1>{state.user}</h1>;
      },
    })
    .route("/leaves", {
      component: async () => {
        await Promise.resolve();
        return Response.redirect("http://localhost/login");
      },
    });

  assert.match(await textOf(app, "/waits"), /<h1>ada<\/h1>/);
  assert.equal((await ask(app, "/leaves")).status, 302);
});

Deno.test("ctx.render() renders JSX with a status", async () => {
  const app = anApp().get("/", (ctx) => ctx.render(<h1>made</h1>, { status: 202 }));

  const response = await ask(app, "/");

  assert.equal(response.status, 202);
  assert.match(await response.text(), /<body data-user="ada"><h1>made<\/h1>/);
});

Deno.test("text is escaped, in elements and in attributes", async () => {
  const nasty = `"><script>alert(1)</script>`;
  const app = anApp().get("/", (ctx) => ctx.render(<p title={nasty}>{nasty}</p>));

  const html = await textOf(app, "/");

  assert.doesNotMatch(html, /<script>alert/);
});

Deno.test("Head adds to the head, and a title there replaces the wrapper's", async () => {
  const app = anApp().route("/about", {
    component: () => (
      <>
        <Head>
          <title>About</title>
          <meta name="robots" content="noindex" />
        </Head>
        <h1>About</h1>
      </>
    ),
  });

  const html = await textOf(app, "/about");
  const head = html.slice(html.indexOf("<head"), html.indexOf("</head>"));

  assert.match(head, /<title>About<\/title>/);
  assert.doesNotMatch(head, /The app/);
  assert.match(head, /name="robots"/);
  assert.match(head, /content="of the app"/);
});

Deno.test("an error is shown by the error page, with its status and inside the wrapper", async () => {
  const app = anApp()
    .onError("*", {
      component: ({ error }) => <h1>{error instanceof HttpError ? error.status : "unknown"}</h1>,
    })
    .get("/gone", () => {
      throw new HttpError(410);
    })
    .get("/closed", () => {
      throw new HttpError(403, "for now");
    });

  const gone = await ask(app, "/gone");
  assert.equal(gone.status, 410);
  assert.match(await gone.text(), /<body data-user="ada"><h1>410<\/h1>/);
  assert.equal((await ask(app, "/closed")).status, 403);
  const unknown = await ask(app, "/nowhere");
  assert.equal(unknown.status, 404);
  assert.match(await unknown.text(), /<h1>404<\/h1>/);
});

Deno.test("without an error page, an error is its own message", async () => {
  const app = new App<State>().get("/gone", () => {
    throw new HttpError(410);
  });

  const gone = await ask(app, "/gone");

  assert.deepEqual([gone.status, await gone.text()], [410, "Gone"]);
  assert.deepEqual([(await ask(app, "/x")).status, await textOf(app, "/x")], [404, "Not Found"]);
});

Deno.test("a link to this page is marked, and one to a page above it differently", async () => {
  const app = anApp().route("/admin/keys", {
    component: () => (
      <>
        <a href="/admin/keys">Keys</a>
        <a href="/admin">Admin</a>
        <a href="/other">Other</a>
      </>
    ),
  });

  const html = await textOf(app, "/admin/keys");

  const [keys = "", admin = "", other = ""] = html.match(/<a [^>]*>/g) ?? [];
  assert.match(keys, / data-current="true"/);
  assert.match(keys, / aria-current="page"/);
  assert.match(admin, / data-ancestor="true"/);
  assert.match(admin, / aria-current="true"/);
  assert.equal(other, `<a href="/other">`);
});

Deno.test("attributes that are false or true are written as ARIA wants them", async () => {
  const app = anApp().get("/", (ctx) =>
    ctx.render(
      <>
        <button type="button" aria-expanded={false} aria-hidden disabled>x</button>
        <select value="b">
          <option value="a">a</option>
          <option value="b">b</option>
        </select>
      </>,
    ));

  const html = await textOf(app, "/");

  assert.match(html, /aria-expanded="false"/);
  assert.match(html, /aria-hidden="true"/);
  assert.match(html, /<option selected value="b">|<option value="b" selected>/);
});

Deno.test("csp() writes the nonce that scripts and styles of the page carry, new for each", async () => {
  const app = new App<State>()
    .use(csp({ useNonce: true, csp: ["script-src 'unsafe-inline' 'strict-dynamic'"] }))
    .route("/", { component: () => <script>1</script> });

  const [first, second] = [await ask(app, "/"), await ask(app, "/")];

  const policy = first.headers.get("content-security-policy") ?? "";
  const nonce = /script-src 'nonce-([0-9a-f]{32})' 'strict-dynamic'/.exec(policy)?.[1];
  assert.ok(nonce !== undefined, policy);
  assert.ok((await first.text()).includes(`<script nonce="${nonce}">`));
  assert.notEqual(second.headers.get("content-security-policy"), policy);
  await second.body?.cancel();
});

Deno.test("a page without islands has no script", async () => {
  const app = anApp().route("/", { component: () => <h1>still</h1> });

  assert.doesNotMatch(await textOf(app, "/"), /<script/);
});
