import { deepStrictEqual as deepEqual, rejects, strictEqual as equal } from "node:assert";
import { asking } from "./ask.ts";
import { createSimulator } from "./simulator.ts";

const FOLDER = new URL("../fixtures/gemini/", import.meta.url);

interface Entry {
  file: string;
  status: number;
  contentType: string;
}

const entries: Entry[] = [...await list("index.json"), ...await list("errors/index.json")];

for (const { file, status, contentType } of entries) {
  Deno.test(`${file} is replayed byte for byte`, async () => {
    const simulator = createSimulator({ keys: { mine: { kind: "replay", file } } });

    const response = await simulator.fetch(asking({ key: "mine" }));

    equal(response.status, status);
    equal(response.headers.get("content-type"), contentType);
    deepEqual(await response.bytes(), await Deno.readFile(new URL(file, FOLDER)));
  });
}

Deno.test("a file that no index lists is not replayed", async () => {
  const simulator = createSimulator({ keys: { mine: "replay-../README.md" } });

  await rejects(simulator.fetch(asking({ key: "mine" })), RangeError);
});

async function list(path: string): Promise<Entry[]> {
  return JSON.parse(await Deno.readTextFile(new URL(path, FOLDER)));
}
