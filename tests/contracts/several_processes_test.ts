/**
 * Several processes on one KV file, as on a machine that runs more than one of us.
 *
 * @module
 */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { openStorage } from "../../lib/storage/storage.ts";
import { aSecret } from "../support/builders.ts";
import type { Taken } from "./turn_taker.ts";
import type { PoolId } from "../../lib/domain/ids.ts";
import { named, type NamedStorage } from "../support/storage.ts";

const PROCESSES = 3;
const KEYS = 10;
const REQUESTS = 12_800;
/**
 * Every process leaves the ends of at most two claims unused, and may improvise once. Each of these
 * begins and ends somewhere within a lap.
 */
const UNEVEN_AT_MOST = 1 + PROCESSES * 3 * 2;

const script = fileURLToPath(new URL("./turn_taker.ts", import.meta.url));
const config = fileURLToPath(new URL("../../deno.json", import.meta.url));

/** A process that waits for the word to begin. */
function aTurnTaker(path: string, pool: string): Deno.ChildProcess {
  const args = ["run", "-A", "--config", config, script, path, pool, String(REQUESTS)];
  const streams = { stdin: "piped", stdout: "piped", stderr: "inherit" } as const;
  return new Deno.Command(Deno.execPath(), { args, ...streams }).spawn();
}

/** Lets all processes begin at once, and reads what they wrote. */
async function run(processes: readonly Deno.ChildProcess[]): Promise<Taken[]> {
  const outputs = processes.map((process) => linesOf(process));
  await Promise.all(outputs.map((lines) => lines.next()));
  await Promise.all(processes.map(async ({ stdin }) => {
    const writer = stdin.getWriter();
    await writer.write(new TextEncoder().encode("\n"));
    await writer.close();
  }));
  const results = await Promise.all(outputs.map((lines) => lines.next()));
  await Promise.all(processes.map((process) => process.status));
  await Promise.all(outputs.map((lines) => lines.next()));
  return results.map(({ value }) => JSON.parse(value ?? assert.fail("a process wrote nothing")));
}

async function* linesOf(process: Deno.ChildProcess): AsyncGenerator<string, undefined> {
  let text = "";
  for await (const chunk of process.stdout.pipeThrough(new TextDecoderStream())) {
    const lines = (text + chunk).split("\n");
    text = lines.pop() ?? "";
    yield* lines;
  }
}

/** Edits made by hand while the processes serve. */
async function edit({ keys, pools }: NamedStorage, pool: PoolId) {
  const { items } = await keys.list(pool, {});
  for (const { id } of items) {
    await keys.update(pool, id, { label: "edited" });
    await pools.update(pool, { name: "edited" });
  }
}

Deno.test("several processes on one KV file share one order of keys, and no turn is given twice", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/kv.sqlite`;
  const kv = await Deno.openKv(path);
  const opened = await openStorage(kv, {
    masterKeys: { current: new Uint8Array(32).fill(7) },
    changed: { pool() {}, token() {} },
  });
  const storage = named(opened);
  const { id } = await storage.pools.create({ name: "shared", metering: true });
  const secrets = Array.from({ length: KEYS }, (_, n) => ({ secret: aSecret(n) }));
  const { added } = await storage.keys.add(id, secrets);

  const processes = Array.from({ length: PROCESSES }, () => aTurnTaker(path, id));
  const [taken] = await Promise.all([run(processes), edit(storage, id)]);

  const claims = taken.flatMap((each) => each.claims).toSorted(([a], [b]) => a - b);
  const ends = claims.map(([first, count]) => first + count);
  assert.deepEqual(claims.map(([first]) => first), [0, ...ends.slice(0, -1)]);
  assert.deepEqual(taken.flatMap((each) => each.failures), []);
  const served = added.map((key) =>
    taken.reduce((sum, each) => sum + (each.served[key.id] ?? 0), 0)
  );
  assert.equal(served.reduce((sum, times) => sum + times), PROCESSES * REQUESTS);
  const uneven = Math.max(...served) - Math.min(...served);
  assert.ok(uneven <= UNEVEN_AT_MOST, `the keys served ${served} times`);
  kv.close();
  await Deno.remove(directory, { recursive: true });
});
