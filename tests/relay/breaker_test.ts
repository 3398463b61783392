import assert from "node:assert/strict";
import { Breaker } from "../../lib/relay/breaker.ts";

/** A breaker after so many attempts in a row that found nobody, the last at moment 0. */
function missed(times: number): Breaker {
  const breaker = new Breaker();
  for (let attempt = 0; attempt < times; attempt++) breaker.missed(0);
  return breaker;
}

Deno.test("Breaker allows every attempt while someone answers", () => {
  const breaker = missed(4);

  assert.deepEqual([breaker.allows(0), breaker.allows(0), breaker.allows(0)], [true, true, true]);
});

Deno.test("Breaker opens after five attempts in a row that found nobody", () => {
  const breaker = missed(5);

  assert.deepEqual([breaker.allows(0), breaker.allows(999)], [false, false]);
});

Deno.test("Breaker lets one attempt a second through while it is open", () => {
  const breaker = missed(5);

  const allowed = Array.from({ length: 50 }, (_, n) => 1_000 + n * 100)
    .filter((moment) => breaker.allows(moment));

  assert.deepEqual(allowed, [1_000, 2_000, 3_000, 4_000, 5_000]);
});

Deno.test("Breaker stays open when that attempt finds nobody either", () => {
  const breaker = missed(5);
  breaker.allows(1_000);

  breaker.missed(1_700);

  assert.deepEqual([breaker.allows(2_000), breaker.allows(2_700)], [false, true]);
});

Deno.test("Breaker closes as soon as someone answers", () => {
  const breaker = missed(50);

  breaker.reached();

  assert.deepEqual([breaker.allows(0), breaker.allows(0)], [true, true]);
});

Deno.test("Breaker counts only attempts in a row", () => {
  const breaker = missed(4);
  breaker.reached();

  for (let attempt = 0; attempt < 4; attempt++) breaker.missed(0);

  assert.equal(breaker.allows(0), true);
});
