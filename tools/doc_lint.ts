/**
 * Checks that everything `lib` exports is documented, by `deno doc --lint`.
 *
 * That also complains of every type that comes from a package; those are documented where they come
 * from, and are left out here.
 *
 * @module
 */

const OUTSIDE = new RegExp(
  "^error\\[private-type-ref\\].*private type '(?:" +
    [
      // hono
      "Hono|Context",
      // valibot
      "GenericSchema|InferOutput|Strict\\w+|ObjectEntries|ObjectSchema|ErrorMessage|ObjectIssue",
      // preact
      "VNode|Component\\w*|FunctionComponent",
      // openai
      "ChatCompletion\\w*|CompletionUsage|Logprobs|Annotation",
    ].join("|") + ")(?:\\.\\w+)*'",
);

/** Where a package is itself complained of, because we hand on what it exports. */
const IN_PACKAGE = /^ *--> .*\/npm\//m;

const files = await sourcesOf(new URL("../lib/", import.meta.url));
const { stderr } = await new Deno.Command(Deno.execPath(), {
  args: ["doc", "--lint", ...files],
  env: { NO_COLOR: "1" },
  stdout: "null",
}).output();
const complaints = new TextDecoder().decode(stderr).split(/\n(?=error\[)/)
  .filter((text) => text.startsWith("error[") && !OUTSIDE.test(text) && !IN_PACKAGE.test(text));

if (complaints.length > 0) {
  console.error(complaints.join("\n"));
  console.error(`${complaints.length} exports of lib are not documented`);
  Deno.exit(1);
}
console.log(`documentation: ${files.length} files of lib are complete`);

async function sourcesOf(directory: URL): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(directory)) {
    if (isDirectory) found.push(...await sourcesOf(new URL(`${name}/`, directory)));
    else found.push(new URL(name, directory).href);
  }
  return found.sort();
}
