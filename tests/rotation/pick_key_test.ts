import assert from "node:assert/strict";
import fc from "fast-check";
import { pickKey } from "../../lib/rotation/pick_key.ts";
import { keysOf } from "../support/builders.ts";

/** How often each of `count` keys serves in so many laps, when only some turns are used. */
function served(count: number, laps: number, isUsed: (turn: number) => boolean): number[] {
  const keys = keysOf(count);
  const times = new Map(keys.map((key) => [key.id, 0]));
  for (let turn = 0; turn < count * laps; turn++) {
    if (!isUsed(turn)) continue;
    const id = pickKey(keys, { turn })?.id ?? assert.fail("no key was picked");
    times.set(id, (times.get(id) ?? 0) + 1);
  }
  return [...times.values()];
}

const aTurn = fc.maxSafeNat();
const aCount = fc.integer({ min: 1, max: 60 });

Deno.test("pickKey() finds nobody in an empty pool", () => {
  assert.equal(pickKey([], { turn: 7 }), null);
});

Deno.test("pickKey() gives every key one turn a lap", () => {
  fc.assert(fc.property(aCount, fc.nat({ max: 1_000_000_000 }), (count, lap) => {
    const keys = keysOf(count);

    const picked = keys.map((_, step) => pickKey(keys, { turn: lap * count + step }));

    assert.equal(new Set(picked).size, count);
  }));
});

Deno.test("pickKey() is the same for the same turn, and names a key for every turn", () => {
  fc.assert(fc.property(aCount, aTurn, (count, turn) => {
    const keys = keysOf(count);

    const picked = pickKey(keys, { turn });

    assert.notEqual(picked, null);
    assert.equal(pickKey([...keys], { turn }), picked);
  }));
});

Deno.test("pickKey() skips the keys that were tried, and picks nobody when all were", () => {
  fc.assert(fc.property(aCount, aTurn, (count, turn) => {
    const keys = keysOf(count);
    const tried = new Set<string>();

    for (let attempt = 0; attempt < count; attempt++) {
      const id = pickKey(keys, { turn, tried: tried as never })?.id ?? assert.fail("nobody");
      assert.equal(tried.has(id), false);
      tried.add(id);
    }

    assert.equal(pickKey(keys, { turn, tried: tried as never }), null);
  }));
});

for (const count of [2, 3, 5, 8, 10, 30]) {
  for (
    const [habit, isUsed] of [
      ["only every second turn", (turn: number) => turn % 2 === 0],
      ["only every odd turn", (turn: number) => turn % 2 === 1],
      ["only the first of three turns", (turn: number) => turn % 3 === 0],
      ["only the first of ten turns", (turn: number) => turn % 10 === 0],
      ["only the first turn of each lap", (turn: number) => turn % count === 0],
      ["only half of each hundred turns", (turn: number) => turn % 100 < 50],
    ] as const
  ) {
    Deno.test(`pickKey() serves ${count} keys alike when ${habit} is used`, () => {
      const times = served(count, 60_000, isUsed);

      const ratio = Math.max(...times) / Math.min(...times);

      assert.ok(ratio < 1.2, `the busiest of ${count} keys serves ${ratio} times as often`);
    });
  }
}
