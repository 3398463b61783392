import assert from "node:assert/strict";
import { aFreshApp, builtAssets } from "../support/fresh_app.ts";

const assets = await builtAssets();
const { ask } = aFreshApp({ assets });
const KEY = `__frsh_c=${assets.buildId}`;

Deno.test("staticFiles() lets a file be kept for ever under the key of this build only", async () => {
  const keyed = await ask(`/styles.css?${KEY}`);
  const plain = await ask("/styles.css");

  assert.match(keyed.headers.get("cache-control") ?? "", /immutable/);
  assert.match(plain.headers.get("cache-control") ?? "", /no-cache/);
  assert.equal(keyed.headers.get("content-type"), "text/css; charset=utf-8");
  assert.equal(await keyed.text(), await plain.text());
});

Deno.test("staticFiles() sends pages of another build to the file as it is now", async () => {
  const { status, headers } = await ask("/styles.css?a=1&__frsh_c=old");

  assert.deepEqual([status, headers.get("location")], [307, "/styles.css?a=1"]);
});

Deno.test("staticFiles() sends nothing to those who have the file", async () => {
  const first = await ask("/styles.css");
  const etag = first.headers.get("etag") ?? "";
  await first.body?.cancel();

  const again = await ask("/styles.css", { headers: { "if-none-match": `"x", ${etag}` } });

  assert.deepEqual([again.status, again.body], [304, null]);
});

Deno.test("staticFiles() compresses scripts for those who take that", async () => {
  const path = assets.boot?.path ?? "";

  const packed = await ask(path, { headers: { "accept-encoding": "gzip, br" } });
  const plain = await ask(path);

  assert.equal(packed.headers.get("content-encoding"), "gzip");
  assert.equal(packed.headers.get("vary"), "accept-encoding");
  assert.match(packed.headers.get("cache-control") ?? "", /immutable/);
  const unpacked = packed.body?.pipeThrough(new DecompressionStream("gzip"));
  assert.equal(await new Response(unpacked ?? null).text(), await plain.text());
});

Deno.test("staticFiles() answers HEAD without a body, and refuses to be written to", async () => {
  const head = await ask("/styles.css", { method: "HEAD" });
  const post = await ask("/styles.css", { method: "POST" });

  assert.deepEqual([head.status, head.body], [200, null]);
  assert.deepEqual([post.status, post.headers.get("allow")], [405, "GET, HEAD"]);
  await post.body?.cancel();
});

Deno.test("staticFiles() knows no file but those of the build", async () => {
  for (
    const path of [
      "/state.ts",
      "/%2e%2e/deno.json",
      "/static/styles.css",
      "/_fresh/assets.json",
      "/%",
    ]
  ) {
    const response = await ask(path);
    assert.equal(response.status, 404, path);
    await response.body?.cancel();
  }
});

Deno.test("staticFiles() says which start of the server this is, in development only", async () => {
  const dev = aFreshApp({ assets: { ...assets, dev: true } });

  const start = await (await dev.ask("/_fresh/alive")).text();

  assert.match(start, /^[0-9a-f-]{36}$/);
  assert.match(await (await dev.ask("/")).text(), /location\.reload\(\)/);
  assert.equal((await ask("/_fresh/alive")).status, 404);
  assert.doesNotMatch(await (await ask("/")).text(), /<script/);
});
