/**
 * Usage in KV: adding up, reading, forgetting.
 *
 * `sum` takes no expiry, so what is old is swept by hand: hours after eight days, days after four
 * hundred. The hour or day stands in the address, before whose it is.
 *
 * @module
 */

import { later } from "../domain/ids.ts";
import { nameOfStep, STEP_MS, type TimeStep } from "../domain/time_step.ts";
import type { UsageReports, UsageStore } from "../domain/usage_store.ts";
import { lastUsedPrefix, usageBatchesPrefix, usagePrefix } from "./addresses.ts";
import type { StorageContext } from "./context.ts";
import { deleteAll } from "./sweep.ts";
import { createUsageLedger } from "./usage_ledger.ts";
import { createUsageReports } from "./usage_reports.ts";

/** How many hours are kept. */
export const HOURS_KEPT = 8 * 24;
/** How many days are kept. */
export const DAYS_KEPT = 400;
/** How many days it is known which batches a process has written: no batch stays in doubt so long. */
const BATCH_DAYS_KEPT = 8;
/** The most entries that one sweep deletes of a kind; the next sweep goes on. */
const MAX_SWEPT = 20_000;

/** Usage over this storage. */
export function createUsageStore(context: StorageContext): UsageStore & UsageReports {
  const { kv, clock } = context;

  /** What stands under the prefix with the name of an earlier step than the last that is kept. */
  async function sweepSteps(prefix: Deno.KvKey, step: TimeStep, kept: number): Promise<void> {
    const oldest = nameOfStep(step, later(clock.now(), -kept * STEP_MS[step]));
    const old = kv.list({ prefix, end: [...prefix, oldest] }, { limit: MAX_SWEPT, batchSize: 500 });
    const addresses: Deno.KvKey[] = [];
    for await (const { key } of old) addresses.push(key);
    await deleteAll(context, addresses);
  }

  /** Tokens that are gone, or might as well be. */
  async function sweepLastUsed(): Promise<void> {
    const oldest = BigInt(later(clock.now(), -DAYS_KEPT * STEP_MS.day));
    const addresses: Deno.KvKey[] = [];
    const all = kv.list<Deno.KvU64>({ prefix: lastUsedPrefix() }, { batchSize: 500 });
    for await (const { key, value } of all) if (value.value < oldest) addresses.push(key);
    await deleteAll(context, addresses);
  }

  return {
    add: createUsageLedger(context),
    ...createUsageReports(kv),
    async sweep() {
      for (const family of ["pool", "token", "key"] as const) {
        await sweepSteps(usagePrefix(family, "hour"), "hour", HOURS_KEPT);
        await sweepSteps(usagePrefix(family, "day"), "day", DAYS_KEPT);
      }
      await sweepSteps(usageBatchesPrefix(), "day", BATCH_DAYS_KEPT);
      await sweepLastUsed();
    },
  };
}
