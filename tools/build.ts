/**
 * Builds what browsers load, into `_fresh/`.
 *
 * @module
 */

import { stop } from "esbuild";
import { writeAssets } from "./fresh/build_assets.ts";

const { buildId, files, islands } = await writeAssets(new URL("../", import.meta.url));
await stop();
console.log(
  `build ${buildId}: ${Object.keys(islands).length} islands, ${Object.keys(files).length} files`,
);
