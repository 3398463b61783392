/**
 * Builds what browsers load: the scripts of islands, and the list that says what there is.
 *
 * The same sources give the same build, so that two machines that serve it agree on every address.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { type AssetList, ASSETS_FILE, type ReadFile } from "../../lib/fresh/assets.ts";
import { bundleIslands } from "./bundle_islands.ts";
import { typeOf } from "./content_type.ts";
import { filesIn } from "./manifest_text.ts";

/** A build in memory. */
export interface BuiltAssets {
  /** What there is. */
  readonly list: AssetList;
  /** What is to be written, by its path from the root. */
  readonly made: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
  /** Reads a file of the build, or a static one. */
  readonly read: ReadFile;
}

/** Builds the app at `root`. In `dev`, scripts stay readable and pages reload by themselves. */
export async function buildAssets(root: URL, { dev = false } = {}): Promise<BuiltAssets> {
  const { boot, signals, islands, files } = await bundleIslands(root, { minify: !dev });
  const made = new Map(
    Object.entries(files).map(([path, body]) => [path.slice(1), body]),
  );
  const read: ReadFile = async (path) => made.get(path) ?? await Deno.readFile(new URL(path, root));
  const sources = [...made.keys(), ...await filesIn(root, "static/")].sort();
  const entries = await Promise.all(sources.map(async (source) => {
    const etag = `W/"${digestOf([await read(source)])}"`;
    return [`/${source.replace(/^static\//, "")}`, { source, type: typeOf(source), etag }] as const;
  }));

  const list: AssetList = {
    buildId: digestOf([JSON.stringify(entries)]),
    dev,
    boot,
    signals,
    islands,
    files: Object.fromEntries(entries),
  };
  return { list, made, read };
}

/** Builds the app at `root` into `_fresh/`, and takes away what was there. */
export async function writeAssets(root: URL, options: { dev?: boolean } = {}): Promise<AssetList> {
  const { list, made } = await buildAssets(root, options);
  await removeOld(new URL("_fresh/", root));
  await Deno.mkdir(new URL("_fresh/js/", root), { recursive: true });
  await Promise.all([...made].map(([path, body]) => Deno.writeFile(new URL(path, root), body)));
  await Deno.writeTextFile(new URL(ASSETS_FILE, root), `${JSON.stringify(list, null, 2)}\n`);
  return list;
}

async function removeOld(folder: URL): Promise<void> {
  try {
    await Deno.remove(folder, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function digestOf(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex").slice(0, 20);
}
