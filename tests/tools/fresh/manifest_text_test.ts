import assert from "node:assert/strict";
import { FRESH_APP } from "../../support/fresh_app.ts";
import { manifestText } from "../../../tools/fresh/manifest_text.ts";

async function inFolder(files: readonly string[], use: (root: URL) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  const root = new URL(`file://${folder}/`);
  try {
    for (const file of files) {
      await Deno.mkdir(new URL(".", new URL(file, root)), { recursive: true });
      await Deno.writeTextFile(new URL(file, root), "");
    }
    await use(root);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("manifestText() writes what the small app has in its manifest", async () => {
  const written = await Deno.readTextFile(new URL("fresh.gen.ts", FRESH_APP));

  assert.equal(await manifestText(FRESH_APP), written);
});

Deno.test("manifestText() leaves out tests, helpers and what is no source", async () => {
  const files = [
    "routes/b.tsx",
    "routes/a/index.ts",
    "routes/a/index_test.ts",
    "routes/(_parts)/x.tsx",
    "routes/notes.md",
    "islands/I.tsx",
  ];

  await inFolder(files, async (root) => {
    const text = await manifestText(root);

    assert.deepEqual([...text.matchAll(/from "([^"]+)"/g)].map(([, file]) => file), [
      "./routes/a/index.ts",
      "./routes/b.tsx",
      "./islands/I.tsx",
    ]);
  });
});

Deno.test("manifestText() writes an empty manifest for an app without files", async () => {
  await inFolder([], async (root) => {
    assert.match(await manifestText(root), /routes: \{\},\n {2}islands: \{\},/);
  });
});
