/**
 * The house rules, read from the imports: which room may know which other.
 *
 * The table is STYLE's; a drawing that nobody checks is soon a drawing of another house.
 */

import assert from "node:assert/strict";

interface Room {
  /** Rooms it may import; a trailing `*` means types only. */
  readonly knows: readonly string[];
  /** Packages it may import; a trailing `*` means types only. */
  readonly packages: readonly string[];
}

const ROOMS: Readonly<Record<string, Room>> = {
  domain: { knows: [], packages: [] },
  rotation: { knows: ["domain"], packages: [] },
  protocol: { knows: ["domain"], packages: ["openai*", "valibot"] },
  relay: { knows: ["domain", "rotation", "protocol*"], packages: [] },
  upstream: {
    knows: ["domain", "protocol"],
    packages: [
      "node:dns/promises",
      "node:http",
      "node:https",
      "node:net",
      "node:stream",
      "node:zlib",
    ],
  },
  storage: { knows: ["domain"], packages: ["@noble/hashes", "ulid"] },
  web: {
    knows: ["domain", "protocol"],
    packages: ["@noble/hashes", "hono", "node:crypto", "oauth4webapi", "valibot"],
  },
  fresh: {
    knows: [],
    packages: ["@preact/signals", "devalue", "preact", "preact-render-to-string"],
  },
  routes: { knows: ["components", "islands", "domain", "web", "state.ts"], packages: ["fresh"] },
  components: { knows: ["islands", "domain*"], packages: ["fresh/runtime", "preact"] },
  islands: { knows: ["components", "domain*"], packages: ["fresh/runtime", "preact"] },
};
/** Rooms that stand beside `lib`. */
const BESIDE_LIB = ["components", "islands", "routes"];

interface Import {
  readonly file: string;
  readonly specifier: string;
  readonly typeOnly: boolean;
}

const root = new URL("../", import.meta.url);
const sources = (await Promise.all(["lib", ...BESIDE_LIB].map((name) => readSources(`${name}/`))))
  .flat();

Deno.test("every room imports only what the table allows", () => {
  const broken = sources.flatMap(({ file, text }) => importsOf(file, text)).filter(breaksTheTable);

  assert.deepEqual(broken, []);
});

Deno.test("the table names every room there is, and no other", async () => {
  const rooms = [...BESIDE_LIB];
  for await (const { name, isDirectory } of Deno.readDir(new URL("lib/", root))) {
    if (isDirectory) rooms.push(name);
  }

  assert.deepEqual(rooms.sort(), Object.keys(ROOMS).sort());
});

Deno.test("the table would notice a room that knows too much", () => {
  const imports = importsOf("lib/rotation/x.ts", 'import { openStorage } from "../storage/x.ts";');

  assert.equal(imports.filter(breaksTheTable).length, 1);
});

Deno.test("nothing is imported from where it cannot be installed", () => {
  const remote = sources.flatMap(({ file, text }) => importsOf(file, text))
    .filter(({ specifier }) => /^(?:jsr:|https?:)/.test(specifier));

  assert.deepEqual(remote, []);
});

Deno.test("rooms that decide take time and chance as arguments", () => {
  const deciding = /^lib\/(?:rotation|relay|protocol|upstream|storage)\//;
  const clocks = /\b(?:Date\.now\(|performance\.now\(|Math\.random\(|setInterval\()/;
  const found = sources.filter(({ file, text }) =>
    deciding.test(file) && clocks.test(codeOf(text))
  );

  assert.deepEqual(found.map(({ file }) => file), []);
});

Deno.test("no room but storage names Deno KV", () => {
  const found = sources.filter(({ file, text }) =>
    !/^lib\/(?:storage\/|config\.ts|local_secrets\.ts)/.test(file) && /\bDeno\./.test(codeOf(text))
  );

  assert.deepEqual(found.map(({ file }) => file), []);
});

Deno.test("types and exceptions are not switched off", () => {
  const shortcuts =
    /:\s*any\b|\bas any\b|@ts-ignore|@ts-nocheck|@ts-expect-error|deno-lint-ignore|catch\s*(?:\([^)]*\))?\s*\{\s*\}|\beval\(|new Function\(/;
  const found = sources.filter(({ text }) => shortcuts.test(text));

  assert.deepEqual(found.map(({ file }) => file), []);
});

function breaksTheTable({ file, specifier, typeOnly }: Import): boolean {
  const name = roomOf(file);
  const room = ROOMS[name];
  if (room === undefined) return !/^\.\/[a-z_]+\.ts$/.test(specifier);
  if (!specifier.startsWith(".")) {
    return !room.packages.some((known) =>
      isOf(known, specifier) ||
      (typeOnly && known.endsWith("*") && isOf(known.slice(0, -1), specifier))
    );
  }
  const other = roomOf(new URL(specifier, new URL(file, root)).href.slice(root.href.length));
  if (other === name) return false;
  return !room.knows.includes(other) && !(typeOnly && room.knows.includes(`${other}*`));
}

/** `domain` for `lib/domain/key.ts`, `routes` for `routes/_app.tsx`, and a file's name outside of rooms. */
function roomOf(file: string): string {
  const [top = "", name = ""] = file.split("/");
  return top === "lib" ? name : top;
}

function isOf(name: string, specifier: string): boolean {
  return specifier === name || specifier.startsWith(`${name}/`);
}

function importsOf(file: string, text: string): Import[] {
  const statements = text.matchAll(/^(?:import|export)\s+(type\s)?[^;]*?from\s+"([^"]+)"/gm);
  return [...statements].map(([, type, specifier = ""]) => ({
    file,
    specifier,
    typeOnly: type !== undefined,
  }));
}

/** The text without comments, where forbidden words may stand. */
function codeOf(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/\/\/.*$/gm, "");
}

async function readSources(directory: string): Promise<{ file: string; text: string }[]> {
  const found: { file: string; text: string }[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(directory, root))) {
    const path = `${directory}${name}`;
    if (isDirectory) found.push(...await readSources(`${path}/`));
    else found.push({ file: path, text: await Deno.readTextFile(new URL(path, root)) });
  }
  return found;
}
