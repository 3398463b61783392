/**
 * Bundles the islands: one script each, and one for whatever several of them share.
 *
 * @module
 */

import { build, type Metafile, type OutputFile } from "esbuild";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type Script, SCRIPTS_PATH } from "../../lib/fresh/assets.ts";
import { sourcesIn } from "./manifest_text.ts";
import { resolveForBrowsers } from "./resolve_for_browsers.ts";

const BOOT = fileURLToPath(new URL("../../lib/fresh/client/boot.ts", import.meta.url));
const SIGNALS = fileURLToPath(new URL("../../lib/fresh/client/signals.ts", import.meta.url));

/** What was bundled. */
export interface Bundle {
  /** The script that wakes islands up; null when there are no islands. */
  readonly boot: Script | null;
  /** The script that makes signals; null when there are no islands. */
  readonly signals: Script | null;
  /** The script of each island, by the island's file. */
  readonly islands: Readonly<Record<string, Script>>;
  /** The scripts, by their path for browsers. */
  readonly files: Readonly<Record<string, Uint8Array<ArrayBuffer>>>;
}

/**
 * Bundles the islands of the app at `root`.
 *
 * @throws what esbuild throws when an island cannot be bundled; it says where and why.
 */
export async function bundleIslands(root: URL, { minify = true } = {}): Promise<Bundle> {
  const islands = await sourcesIn(root, "islands/");
  if (islands.length === 0) return { boot: null, signals: null, islands: {}, files: {} };

  const folder = fileURLToPath(root);
  const links = await Deno.makeTempDir();
  try {
    const { outputFiles, metafile } = await build({
      absWorkingDir: folder,
      entryPoints: [BOOT, SIGNALS, ...islands],
      entryNames: "[name]-[hash]",
      chunkNames: "shared-[hash]",
      outdir: "/out",
      bundle: true,
      write: false,
      metafile: true,
      minify,
      splitting: true,
      format: "esm",
      target: "es2022",
      jsx: "automatic",
      jsxImportSource: "preact",
      legalComments: "none",
      logLevel: "silent",
      plugins: [resolveForBrowsers(links)],
    });
    return described(islands, { outputFiles, outputs: metafile.outputs, folder });
  } finally {
    await Deno.remove(links, { recursive: true });
  }
}

/** What esbuild made of the islands. */
interface Made {
  readonly outputFiles: readonly OutputFile[];
  readonly outputs: Metafile["outputs"];
  readonly folder: string;
}

function described(islands: readonly string[], { outputFiles, outputs, folder }: Made): Bundle {
  const scriptOf = (isIt: (entryPoint: string) => boolean): Script => {
    const [output] =
      Object.entries(outputs).find(([, { entryPoint }]) =>
        entryPoint !== undefined && isIt(entryPoint)
      ) ?? [];
    if (output === undefined) throw new TypeError("Cannot find what esbuild made of an island");
    return { path: pathOf(output), imports: importsOf(output, outputs).map(pathOf) };
  };
  return {
    boot: scriptOf((entry) => resolve(folder, entry) === BOOT),
    signals: scriptOf((entry) => resolve(folder, entry) === SIGNALS),
    islands: Object.fromEntries(
      islands.map((file) => [file, scriptOf((entry) => `./${entry}` === file)]),
    ),
    files: Object.fromEntries(
      outputFiles.map(({ path, contents }) => [pathOf(path), new Uint8Array(contents)]),
    ),
  };
}

/** Everything that an output imports, each once. */
function importsOf(output: string, outputs: Metafile["outputs"]): string[] {
  const found = new Set<string>();
  const waiting = [output];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const { path, kind } of outputs[next]?.imports ?? []) {
      if (kind !== "import-statement" || found.has(path)) continue;
      found.add(path);
      waiting.push(path);
    }
  }
  return [...found];
}

function pathOf(output: string): string {
  return SCRIPTS_PATH + output.slice(output.lastIndexOf("/") + 1);
}
