/**
 * The text of `fresh.gen.ts`, from the files there are.
 *
 * @module
 */

/** Files of Fresh; tests beside them, and folders such as `(_helpers)`, are not. */
const SOURCE = /\.tsx?$/;
const IGNORED = /(?:^|\/)\(_[^/]*\)\/|_test\.tsx?$|\.d\.ts$/;

/** Writes the manifest of the app at `root`. The same files give the same text, in any order. */
export async function manifestText(root: URL): Promise<string> {
  const [routes, islands] = await Promise.all([
    sourcesIn(root, "routes/"),
    sourcesIn(root, "islands/"),
  ]);
  const all = [
    ...routes.map((file, index) => ({ file, name: `route${index}` })),
    ...islands.map((file, index) => ({ file, name: `island${index}` })),
  ];
  return `// Written by "deno task manifest" from routes/ and islands/. Do not edit.

${all.map(({ file, name }) => `import * as ${name} from "${file}";\n`).join("")}
/** What answers requests, and what also runs in browsers. */
const manifest = {
  routes: ${membersOf(all.slice(0, routes.length))},
  islands: ${membersOf(all.slice(routes.length))},
  baseUrl: import.meta.url,
};

export default manifest;
`.replace(/\n{3,}/g, "\n\n");
}

/** Every source below a folder, sorted; none when the folder is not there. */
export async function sourcesIn(root: URL, folder: string): Promise<string[]> {
  const files = await filesIn(root, folder);
  return files.filter((file) => SOURCE.test(file) && !IGNORED.test(file))
    .map((file) => `./${file}`);
}

/** Every file below a folder, sorted; none when the folder is not there. */
export async function filesIn(root: URL, folder: string): Promise<string[]> {
  const found: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(new URL(folder, root))) {
      const path = `${folder}${name}`;
      found.push(...(isDirectory ? await filesIn(root, `${path}/`) : [path]));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return found.sort();
}

function membersOf(entries: readonly { file: string; name: string }[]): string {
  if (entries.length === 0) return "{}";
  return `{\n${entries.map(({ file, name }) => `    "${file}": ${name},\n`).join("")}  }`;
}
