import assert from "node:assert/strict";
import fc from "fast-check";
import { RetryBudget } from "../../lib/relay/retry_budget.ts";

/** Spends until nothing is left; says how often that was possible. */
function spendAll(budget: RetryBudget): number {
  let times = 0;
  while (budget.spend()) times += 1;
  return times;
}

/** A budget from which everything was taken at moment 0. */
function emptyBudget(): RetryBudget {
  const budget = new RetryBudget(0);
  spendAll(budget);
  return budget;
}

Deno.test("RetryBudget begins with ten retries in hand", () => {
  assert.equal(spendAll(new RetryBudget(0)), 10);
});

Deno.test("RetryBudget earns one retry by about eleven requests", () => {
  const budget = emptyBudget();

  for (let request = 0; request < 112; request++) budget.earn(0);

  assert.equal(spendAll(budget), 10);
});

Deno.test("RetryBudget earns one retry in five seconds of little traffic", () => {
  const budget = emptyBudget();

  budget.earn(4_000);
  const early = budget.spend();
  budget.earn(5_000);

  assert.deepEqual([early, budget.spend(), budget.spend()], [false, true, false]);
});

Deno.test("RetryBudget saves no more than fifty retries", () => {
  const budget = new RetryBudget(0);

  budget.earn(3_600_000);

  assert.equal(spendAll(budget), 50);
});

Deno.test("RetryBudget earns nothing by a clock that steps back", () => {
  const budget = emptyBudget();
  budget.earn(10_000);
  spendAll(budget);

  budget.earn(0);

  assert.equal(budget.spend(), false);
});

Deno.test("RetryBudget keeps what reaches a Gemini that is down at 1.1 times what clients sent", () => {
  const traffic = fc.array(fc.nat({ max: 20 }), { minLength: 500, maxLength: 2_000 });

  fc.assert(fc.property(traffic, (gaps) => {
    const budget = new RetryBudget(0);
    let nowMs = 0;
    let retries = 0;
    for (const gap of gaps) {
      nowMs += gap;
      budget.earn(nowMs);
      if (budget.spend()) retries += 1;
    }

    assert.ok(retries <= 10 + gaps.length * 0.1 + nowMs / 5_000, `${retries} of ${gaps.length}`);
  }));
});
