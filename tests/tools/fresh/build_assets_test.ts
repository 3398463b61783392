import assert from "node:assert/strict";
import { readAssets } from "../../../lib/fresh/assets.ts";
import { gzipped } from "../../../lib/fresh/compress.ts";
import { buildAssets, writeAssets } from "../../../tools/fresh/build_assets.ts";
import { FRESH_APP } from "../../support/fresh_app.ts";

/** What one small page may load of scripts. */
const SMALL_PAGE_BYTES = 12 * 1024;

/** Before any test begins, because esbuild goes on until the process ends. */
const [built, again] = [await buildAssets(FRESH_APP), await buildAssets(FRESH_APP)];

async function gzipBytes(island: string): Promise<number> {
  const scripts = [built.list.boot, built.list.signals, built.list.islands[island]];
  const paths = new Set(
    scripts.flatMap((script) => script ? [script.path, ...script.imports] : []),
  );
  const sizes = await Promise.all([...paths].map(async (path) => {
    const body = await built.read(path.slice(1));
    return (await gzipped(body, "text/javascript") ?? body).length;
  }));
  return sizes.reduce((sum, size) => sum + size, 0);
}

Deno.test("buildAssets() builds the same from the same sources", () => {
  assert.deepEqual(again.list, built.list);
});

Deno.test("buildAssets() names scripts by their content, and lists every file there is", () => {
  const paths = Object.keys(built.list.files);

  assert.ok(paths.includes("/styles.css") && paths.includes("/logo.svg"));
  for (const path of paths.filter((path) => path.startsWith("/_fresh/"))) {
    assert.match(path, /^\/_fresh\/js\/\w+-[A-Z0-9]{8}\.js$/);
  }
  assert.deepEqual(Object.keys(built.list.islands), [
    "./islands/Counter.tsx",
    "./islands/Failing.tsx",
    "./islands/Rows.tsx",
    "./islands/Shared.tsx",
  ]);
});

Deno.test("buildAssets() keeps the scripts of a small page small, signals and all", async () => {
  const bytes = await gzipBytes("./islands/Shared.tsx");

  assert.ok(bytes <= SMALL_PAGE_BYTES, `${bytes} bytes`);
});

Deno.test("buildAssets() puts nothing of the server into scripts", async () => {
  const texts = await Promise.all(
    [...built.made.keys()].map(async (path) => new TextDecoder().decode(await built.read(path))),
  );

  for (const text of texts) assert.doesNotMatch(text, /Deno\.|node:|renderToString/);
});

Deno.test("writeAssets() writes what readAssets() reads, and takes away what was there", async () => {
  const folder = await Deno.makeTempDir();
  const root = new URL(`file://${folder}/`);
  await Deno.mkdir(new URL("_fresh/js/", root), { recursive: true });
  await Deno.writeTextFile(new URL("_fresh/js/old.js", root), "");
  await Deno.mkdir(new URL("static/img/", root), { recursive: true });
  await Deno.writeTextFile(new URL("static/img/a b.svg", root), "<svg/>");
  try {
    await writeAssets(root);

    const assets = await readAssets((path) => Deno.readFile(new URL(path, root)));

    assert.equal(new TextDecoder().decode(assets.file("/img/a b.svg")?.body), "<svg/>");
    assert.deepEqual([assets.boot, assets.dev], [null, false]);
    await assert.rejects(Deno.stat(new URL("_fresh/js/old.js", root)), Deno.errors.NotFound);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("readAssets() refuses a list that the build did not write", async () => {
  const read = (text: string) => () => Promise.resolve(new TextEncoder().encode(text));

  await assert.rejects(readAssets(read("[]")), /Cannot use _fresh\/assets\.json/);
  await assert.rejects(readAssets(read('{"buildId":"x"}')), TypeError);
});
