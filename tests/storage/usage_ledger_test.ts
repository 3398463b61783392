import assert from "node:assert/strict";
import fc from "fast-check";
import type { TokenId } from "../../lib/domain/ids.ts";
import type { UsageRow } from "../../lib/domain/usage_store.ts";
import { openStorage } from "../../lib/storage/storage.ts";
import { aUsageRow } from "../support/builders.ts";
import { handClock, NOON } from "../support/hand_clock.ts";
import { type FaultyKv, faultyKv, memoryKv, only, type Trouble } from "../support/kv.ts";

const T1 = "t1" as TokenId;
const DAY = "2026-11-23";

/** Usage of one process or more in a KV that does what a test says. */
async function someUsage(kv = memoryKv(), clock = handClock()) {
  const reached = faultyKv(kv);
  const { usage } = await openStorage(reached, {
    masterKeys: { current: new Uint8Array(32).fill(7) },
    changed: { pool() {}, token() {} },
    clock: { ...clock, sleep: () => Promise.resolve() },
  });
  reached.counts.commit = reached.mutations = 0;
  return { usage, kv: reached, clock };
}

async function storedIn(kv: Pick<FaultyKv, "list">, under: Deno.KvKey) {
  const stored: Record<string, bigint> = {};
  for await (const { key, value } of kv.list<Deno.KvU64>({ prefix: under })) {
    stored[key.slice(under.length).join(" ")] = value.value;
  }
  return stored;
}

Deno.test("UsageStore adds to the hour and to the day, and notes when the token was last used", async () => {
  const { usage, kv } = await someUsage();

  await usage.add([aUsageRow({ sums: { served: 2, prompt: 7 }, lastAt: NOON })]);
  await usage.add([aUsageRow({ sums: { served: 1 }, lastAt: (NOON - 5) as typeof NOON })]);

  const at = "t1 pool-1 gemini-2.5-pro";
  assert.deepEqual(await storedIn(kv, ["usage", "token"]), {
    [`day ${DAY} ${at} prompt`]: 7n,
    [`day ${DAY} ${at} served`]: 3n,
    [`hour ${DAY}T12 ${at} prompt`]: 7n,
    [`hour ${DAY}T12 ${at} served`]: 3n,
  });
  assert.deepEqual(await usage.lastUsed([T1, "t2" as TokenId]), new Map([[T1, NOON]]));
});

Deno.test("UsageStore writes nothing when nothing was counted, and one commit for what was", async () => {
  const { usage, kv } = await someUsage();

  await usage.add([]);
  assert.equal(kv.counts.commit, 0);
  await usage.add(Array.from({ length: 70 }, (_, n) => aUsageRow({ token: `t${n}` })));

  assert.equal(kv.counts.commit, 1);
});

Deno.test("UsageStore holds to KV's limits, however much comes and however long names are", async () => {
  const kv = await Deno.openKv(":memory:");
  const { usage } = await openStorage(kv, {
    masterKeys: { current: new Uint8Array(32).fill(7) },
    changed: { pool() {}, token() {} },
  });
  const model = "m".repeat(128);
  const rows = Array.from({ length: 2_000 }, (_, n): UsageRow => {
    const id = String(n).padStart(26, "0");
    const subject = { family: "token", pool: id, token: id, model } as UsageRow["subject"];
    return { subject, hour: NOON, lastAt: NOON, sums: { served: 1, retriesSaved: 1 } };
  });

  await usage.add(rows);

  const stored = Object.values(await storedIn(kv, ["usage", "token", "day"]));
  assert.equal(stored.length, 4_000);
  assert.ok(stored.every((sum) => sum === 1n));
  kv.close();
});

for (const trouble of ["error", "error_after", "lost", "locked"] as const) {
  Deno.test(`UsageStore counts exactly once when a commit ends with ${trouble}`, async () => {
    const { usage, kv } = await someUsage();
    await usage.add([aUsageRow()]);
    kv.meddle = only("commit", 1, trouble);

    const adding = usage.add([aUsageRow({ sums: { served: 10 } })]);
    await (trouble.startsWith("error") ? assert.rejects(adding, /out of order/) : adding);
    await usage.add([aUsageRow({ sums: { served: 100 } })]);

    assert.deepEqual(await usage.spent(T1, DAY), { requests: 111, tokens: 0 });
  });
}

Deno.test("UsageStore counts exactly once when a commit of yesterday is in doubt", async () => {
  const { usage, kv, clock } = await someUsage();
  await usage.add([aUsageRow()]);
  kv.meddle = only("commit", 1, "error_after");
  await assert.rejects(usage.add([aUsageRow()]));
  await clock.advance(24 * 3_600_000);

  await usage.add([aUsageRow()]);

  assert.equal((await usage.spent(T1, DAY)).requests, 3);
});

Deno.test("UsageStore loses nothing while KV is down, and says each time that it is", async () => {
  const { usage, kv } = await someUsage();
  kv.meddle = () => "error";
  for (let n = 0; n < 50; n++) await assert.rejects(usage.add([aUsageRow()]), /out of order/);
  kv.meddle = () => null;

  await usage.add([]);

  assert.equal((await usage.spent(T1, DAY)).requests, 50);
});

Deno.test("UsageStore keeps a bounded number of sums while KV is down, and says what it lost", async () => {
  const { usage, kv } = await someUsage();
  kv.meddle = () => "error";
  const rows = Array.from({ length: 60_000 }, (_, n) => aUsageRow({ token: `t${n}` }));
  await assert.rejects(usage.add(rows));
  kv.meddle = () => null;

  await assert.rejects(usage.add([]), /no room for 80000 sums/);
  await usage.add([aUsageRow({ token: "new" })]);

  assert.equal((await usage.spent("new" as TokenId, DAY)).requests, 1);
  // What fitted, three of the new token's, and the counter of batches.
  assert.equal(Object.keys(await storedIn(kv, ["usage"])).length, 100_000 + 3 + 1);
});

Deno.test("UsageStore is exact whatever KV does, for two processes that add at once", async () => {
  const trouble = fc.constantFrom<Trouble | null>(
    null,
    null,
    "error",
    "error_after",
    "lost",
    "locked",
  );
  const step = fc.record({ process: fc.nat(1), served: fc.integer({ min: 1, max: 50 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(step), fc.array(trouble), async (steps, troubles) => {
      const kv = memoryKv();
      const processes = [await someUsage(kv), await someUsage(kv)] as const;
      const waiting = [...troubles];
      for (const { kv } of processes) {
        kv.meddle = (operation) => operation === "commit" ? waiting.shift() : null;
      }

      await Promise.allSettled(
        steps.map(({ process, served }) =>
          processes[process === 0 ? 0 : 1].usage.add([aUsageRow({ sums: { served } })])
        ),
      );
      for (const { kv, usage } of processes) {
        kv.meddle = () => null;
        await usage.add([]);
      }

      const all = steps.reduce((sum, { served }) => sum + served, 0);
      assert.equal((await processes[0].usage.spent(T1, DAY)).requests, all);
    }),
    { numRuns: 60 },
  );
});

Deno.test("UsageStore has nothing but growing numbers under its prefix", async () => {
  const { usage, kv } = await someUsage();

  await usage.add([aUsageRow()]);

  for await (const { value } of kv.list({ prefix: ["usage"] })) {
    assert.ok(value instanceof Deno.KvU64);
  }
});
