/**
 * Writes `fresh.gen.ts`; with `--check`, only says whether it is as it would be written.
 *
 * @module
 */

import { manifestText } from "./fresh/manifest_text.ts";

const root = new URL("../", import.meta.url);
const target = new URL("fresh.gen.ts", root);
const text = await manifestText(root);

if (!Deno.args.includes("--check")) {
  await Deno.writeTextFile(target, text);
} else if (await Deno.readTextFile(target) !== text) {
  console.error(`fresh.gen.ts is not what routes/ and islands/ say: run "deno task manifest"`);
  Deno.exit(1);
}
