import assert from "node:assert/strict";
import { RotatorError } from "../../lib/domain/errors.ts";
import { atomically, MAX_LOCKED, MAX_RACES } from "../../lib/storage/atomically.ts";
import { decode, encode } from "../../lib/storage/codec.ts";
import type { Kv } from "../../lib/storage/kv.ts";
import { faultyKv, memoryKv, only, type Trouble } from "../support/kv.ts";

const ADDRESS = ["number"];

/** A clock that notes how long it was asked to sleep, and does not. */
function sleepless() {
  const pauses: number[] = [];
  return { pauses, clock: { sleep: (ms: number) => Promise.resolve(void pauses.push(ms)) } };
}

/** Adds one to the number in KV. */
function count(kv: Kv, options = sleepless() as Parameters<typeof atomically>[1]): Promise<number> {
  return atomically(async () => {
    const entry = await kv.get(ADDRESS);
    const value = entry.value === null ? 1 : decode<number>(entry.value) + 1;
    return { operation: kv.atomic().check(entry).set(ADDRESS, encode(value)), value };
  }, options);
}

Deno.test("atomically() answers with the value of the plan that held", async () => {
  const kv = memoryKv();

  assert.deepEqual([await count(kv), await count(kv)], [1, 2]);
});

Deno.test("atomically() writes nothing when the plan wants nothing written", async () => {
  const kv = faultyKv(memoryKv());

  const value = await atomically(() => ({ operation: null, value: "as it is" }));

  assert.equal(value, "as it is");
  assert.equal(kv.counts.commit, 0);
});

Deno.test("atomically() loses no update of those who race", async () => {
  const kv = memoryKv();

  const values = await Promise.all(Array.from({ length: MAX_RACES }, () => count(kv)));

  assert.deepEqual(values.toSorted((a, b) => a - b), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

for (const trouble of ["lost", "locked"] as const) {
  Deno.test(`atomically() reads again after a commit that was ${trouble}`, async () => {
    const kv = faultyKv(memoryKv(), only("commit", 2, trouble));

    const value = await count(kv);

    assert.equal(value, 1);
    assert.deepEqual(kv.counts, { get: 3, getMany: 0, list: 0, commit: 3 });
  });
}

for (const [trouble, bound] of [["lost", MAX_RACES], ["locked", MAX_LOCKED]] as const) {
  Deno.test(`atomically() says conflict after ${bound} commits that were ${trouble}`, async () => {
    const kv = faultyKv(memoryKv(), () => trouble as Trouble);

    await assert.rejects(count(kv), (error: RotatorError) => {
      assert.equal(error.code, "conflict");
      assert.equal(error.retryAfterMs, 1_000);
      return true;
    });

    assert.equal(kv.counts.commit, bound);
  });

  Deno.test(`atomically() holds at the last of ${bound} tries that were ${trouble}`, async () => {
    const kv = faultyKv(memoryKv(), only("commit", bound - 1, trouble));

    assert.equal(await count(kv), 1);
  });
}

Deno.test("atomically() pauses between tries: longer each time, at most 64 ms, by chance", async () => {
  const kv = faultyKv(memoryKv(), only("commit", 9, "lost"));
  const { pauses, clock } = sleepless();

  await count(kv, { clock, random: () => 0.5 });

  assert.deepEqual(pauses, [1, 2, 4, 8, 16, 32, 32, 32, 32]);
});

Deno.test("atomically() throws what KV throws, and does not try again", async () => {
  const kv = faultyKv(memoryKv(), only("commit", 1, "error"));

  await assert.rejects(count(kv), /out of order/);

  assert.equal(kv.counts.commit, 1);
});

Deno.test("atomically() throws what the plan throws, and does not try again", async () => {
  let plans = 0;

  const running = atomically(() => {
    plans += 1;
    throw new RotatorError("not_found", "Cannot find it");
  });

  await assert.rejects(running, { code: "not_found" });
  assert.equal(plans, 1);
});
