/**
 * What every keeper of usage promises to those who count and to those who limit.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { PoolId, TokenId } from "../../lib/domain/ids.ts";
import { dayOf } from "../../lib/domain/time_step.ts";
import type { UsageRow } from "../../lib/domain/usage_store.ts";
import { NOON } from "../support/hand_clock.ts";
import { promise } from "./stores.ts";

const TODAY = dayOf(NOON);

/** Random, because KV Connect remembers the run before. */
function aTokenId() {
  return crypto.randomUUID() as TokenId;
}

function rowOf(token: TokenId, sums: UsageRow["sums"], model = "m"): UsageRow {
  const subject = { family: "token", pool: "p1" as PoolId, token, model } as const;
  return { subject, hour: NOON, lastAt: NOON, sums };
}

promise("UsageStore tells what another process has stored", async ({ here, there }) => {
  const token = aTokenId();
  await here.usage.add([rowOf(token, { served: 2, prompt: 5 })]);
  await there.usage.add([rowOf(token, { served: 1, output: 3 })]);

  for (const { usage } of [here, there]) {
    assert.deepEqual(await usage.spent(token, TODAY), { requests: 3, tokens: 8 });
  }
});

promise("UsageStore is exact when two processes add at once", async ({ here, there }) => {
  const token = aTokenId();
  const rows = (n: number) =>
    Array.from({ length: 40 }, (_, m) => rowOf(token, { served: 1, prompt: n }, `m${m}`));

  await Promise.all(
    Array.from({ length: 50 }, (_, n) => (n % 2 ? here : there).usage.add(rows(n))),
  );

  const tokens = 40 * (50 * 49 / 2);
  assert.deepEqual(await here.usage.spent(token, TODAY), { requests: 2_000, tokens });
  const to = (NOON + 1) as typeof NOON;
  const models = await there.usage.read({ by: "model", step: "hour", token, from: NOON, to });
  assert.equal(models.length, 40);
  assert.ok(models.every(({ sums }) => sums.served === 50 && sums.prompt === 1_225));
});

promise("UsageStore remembers the later of two uses", async ({ here, there }) => {
  const token = aTokenId();
  const early = (NOON - 60_000) as typeof NOON;
  await here.usage.add([rowOf(token, { served: 1 })]);
  await there.usage.add([{ ...rowOf(token, { served: 1 }), lastAt: early }]);

  assert.equal((await here.usage.lastUsed([token])).get(token), NOON);
});
