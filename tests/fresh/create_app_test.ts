import assert from "node:assert/strict";
import { createApp } from "../../lib/fresh/create_app.ts";
import { nonceOf } from "../../lib/fresh/nonce.ts";
import { aFreshApp } from "../support/fresh_app.ts";

async function html(path: string, init?: RequestInit): Promise<string> {
  return await (await aFreshApp().ask(path, init)).text();
}

Deno.test("createApp() renders a page inside the app wrapper, with the state it was given", async () => {
  assert.match(await html("/"), /<main data-user="ada"><h1>Home<\/h1><\/main>/);
});

Deno.test("createApp() runs the middlewares and layouts of the folders above a page", async () => {
  assert.match(await html("/pools"), /<section data-seen="root pools"><h1>Pools<\/h1><\/section>/);
  assert.match(await html("/pools/new"), /<h1>A new pool<\/h1>/);
  assert.match(await html("/pools/x%20y/"), /<h1>x y<\/h1>/);
});

Deno.test("createApp() leaves groups out of addresses", async () => {
  const text = await html("/about");

  assert.match(text, /<h1>About<\/h1>/);
  assert.match(text, /<title>About<\/title>/);
  assert.match(text, /<meta name="description" content="of this page"\/>/);
  assert.doesNotMatch(text, /of the app|The app/);
});

Deno.test("createApp() hands requests below a catch-all to its handler", async () => {
  const { ask } = aFreshApp();

  const answers = [await ask("/api"), await ask("/api/a/b?c", { method: "PATCH" })];

  assert.deepEqual(await Promise.all(answers.map((answer) => answer.json())), [
    { method: "GET", path: "", user: "ada" },
    { method: "PATCH", path: "a/b", user: "ada" },
  ]);
});

Deno.test("createApp() shows a form again when it is not right, and goes on when it is", async () => {
  const { ask } = aFreshApp();
  const post = (name: string) =>
    ask("/pools/x", { method: "POST", body: new URLSearchParams({ name }) });

  const refused = await post("");
  const done = await post("y");

  assert.equal(refused.status, 422);
  assert.match(await refused.text(), /<p role="alert">A pool needs a name<\/p>/);
  assert.deepEqual([done.status, done.headers.get("location")], [303, "/pools/y"]);
});

Deno.test("createApp() shows the error page for what fails, and keeps the reason to the operator", async () => {
  const { ask, reported } = aFreshApp();

  const response = await ask("/fails");
  const text = await response.text();

  assert.equal(response.status, 500);
  assert.match(text, /<title>Error 500<\/title>/);
  assert.doesNotMatch(text, /secret reason/);
  assert.deepEqual(reported.map(String), ["Error: the secret reason"]);
});

Deno.test("createApp() shows the error page for what is not there, and reports nothing", async () => {
  const { ask, reported } = aFreshApp();

  const answers = [await ask("/nowhere"), await ask("/pools/none"), await ask("/pools/a/b/c")];

  assert.deepEqual(answers.map(({ status }) => status), [404, 404, 404]);
  assert.match(await (answers[1] as Response).text(), /<h1>Error 404<\/h1>/);
  assert.deepEqual(reported, []);
});

Deno.test("createApp() gives every page a nonce of its own, error pages too", async () => {
  const { ask } = aFreshApp();

  const nonces = await Promise.all(
    ["/", "/", "/fails", "/nowhere"].map(async (path) => nonceOf(await ask(path))),
  );

  assert.equal(new Set(nonces).size, 4);
  nonces.forEach((nonce) => assert.match(nonce ?? "", /^[0-9a-f]{32}$/));
  assert.equal(nonceOf(await ask("/api")), null);
});

Deno.test("createApp() keeps the states of requests under way apart", async () => {
  const { answer } = aFreshApp();
  const users = Array.from({ length: 50 }, (_, index) => `user-${index}`);

  const pages = await Promise.all(users.map(async (user) => {
    return await (await answer(new Request("http://a/about"), { user })).text();
  }));

  pages.forEach((text, index) => assert.ok(text.includes(`data-user="user-${index}"`)));
});

Deno.test("createApp() answers even when the error page fails, with nothing but the status", async () => {
  const reported: unknown[] = [];
  const broken = () => {
    throw new Error("again");
  };
  const answer = createApp({
    routes: {
      "./routes/index.tsx": { default: broken },
      "./routes/_error.tsx": { default: broken },
    },
    islands: {},
    baseUrl: "",
  }, { report: (error) => reported.push(error) });

  const response = await answer(new Request("http://a/"), {});

  assert.deepEqual([response.status, await response.text()], [500, "Internal server error"]);
  assert.equal(reported.length, 2);
});

Deno.test("createApp() refuses files that do not export what their names promise", () => {
  const withRoute = (file: string, module: object) => () =>
    createApp({ routes: { [file]: module }, islands: {}, baseUrl: "" });

  assert.throws(withRoute("./routes/x.tsx", {}), /Cannot use .\/routes\/x.tsx as a route/);
  assert.throws(withRoute("./routes/_app.tsx", { default: 1 }), /expected a component/);
  assert.throws(withRoute("./routes/_middleware.ts", {}), /expected a middleware/);
});
