import assert from "node:assert/strict";
import { nonceOf } from "../../lib/fresh/nonce.ts";
import { aFreshApp, builtAssets } from "../support/fresh_app.ts";

const assets = await builtAssets();

async function islandsPage(app = aFreshApp({ assets })) {
  const response = await app.ask("/islands");
  return { html: await response.text(), nonce: nonceOf(response) };
}

Deno.test("an island is rendered between its marks, and one inside it is not marked", async () => {
  const { html } = await islandsPage();

  const marks = [...html.matchAll(/<!--(\/?frsh:island[^>]*)-->/g)].map(([, mark]) => mark);
  assert.deepEqual(marks, [
    "frsh:island:Counter:0",
    "/frsh:island",
    "frsh:island:Rows_Rows:1",
    "/frsh:island",
    "frsh:island:Shared:2",
    "/frsh:island",
    "frsh:island:Shared:3",
    "/frsh:island",
  ]);
});

Deno.test("a page loads its islands, and nothing that they could not be", async () => {
  const { html, nonce } = await islandsPage();

  const scripts = [...html.matchAll(/<script ([^>]*)>/g)].map(([, attributes]) => attributes);
  assert.deepEqual(scripts, [`type="module" nonce="${nonce}"`]);
  assert.equal([...html.matchAll(/<!--/g)].length, 8);
  assert.doesNotMatch(html, /<script>|<\/script><script/);
  assert.match(
    html,
    /boot\(\{Counter,Rows_Rows,Shared\},".*",\{buildId:"\w+",signal\}\);<\/script>/,
  );
});

Deno.test("a page preloads what its islands import, under the nonce", async () => {
  const { html, nonce } = await islandsPage();

  const links = [...html.matchAll(/<link rel="modulepreload" href="([^"]+)" nonce="(\w+)"\/>/g)];
  const paths = links.map(([, path]) => path ?? "");
  assert.ok(links.length >= 4 && links.every(([, , given]) => given === nonce));
  assert.equal(new Set(paths).size, paths.length);
  paths.forEach((path) => assert.ok(assets.file(path) !== undefined, path));
});

Deno.test("a page of an app that was not built shows its islands, without a script", async () => {
  const { html } = await islandsPage(aFreshApp());

  assert.match(html, /<button type="button">3<\/button>/);
  assert.doesNotMatch(html, /<script/);
});
