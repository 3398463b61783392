/**
 * Lets esbuild find what Deno finds: names of the import map, and packages in Deno's own cache.
 *
 * Packages are not in a `node_modules` folder, so each is linked into one of its own when it is first
 * asked for; esbuild then reads its `exports` as it always does.
 *
 * @module
 */

import type { Plugin } from "esbuild";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** Tells esbuild where bare names lead. `links` is a folder of ours, for links to packages. */
export function resolveForBrowsers(links: string): Plugin {
  const linked = new Map<string, Promise<string>>();
  return {
    name: "resolve-for-browsers",
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, async ({ path, importer, kind, pluginData }) => {
        if (pluginData === linked || kind === "entry-point" || path.startsWith("node:")) {
          return null;
        }
        const target = locate(path, importer);
        const name = packageNameOf(path);
        const home = await packageOf(target, name);
        if (home === null) return { path: target };

        const resolveDir = linked.get(home + name) ?? link(links, { home, name, at: linked.size });
        linked.set(home + name, Promise.resolve(resolveDir));
        return await build.resolve(path, {
          resolveDir: await resolveDir,
          kind,
          pluginData: linked,
        });
      });
    },
  };
}

/** Our own files ask the import map; a package asks for what it depends on itself. */
function locate(specifier: string, importer: string): string {
  return importer.includes("/npm/")
    ? createRequire(pathToFileURL(importer)).resolve(specifier)
    : fileURLToPath(import.meta.resolve(specifier));
}

/** The folder of the package that a file belongs to; null for a file of this project. */
async function packageOf(file: string, name: string): Promise<string | null> {
  if (!file.includes("/npm/")) return null;
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    if (await packageNameIn(join(folder, "package.json")) === name) return folder;
  }
  return null;
}

/** Packages have more of these files inside, which say other things, or nothing. */
async function packageNameIn(file: string): Promise<unknown> {
  try {
    return JSON.parse(await Deno.readTextFile(file)).name;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function link(
  links: string,
  { home, name, at }: { home: string; name: string; at: number },
): Promise<string> {
  const folder = join(links, `${at}`);
  const place = join(folder, "node_modules", name);
  await Deno.mkdir(dirname(place), { recursive: true });
  await Deno.symlink(home, place);
  return folder;
}

function packageNameOf(specifier: string): string {
  return specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}
