/**
 * Adds usage up in KV: sums by hour and by day.
 *
 * Promises: each row counts exactly once. KV may say that a commit failed although it was written, so
 * every batch moves a counter of this process, which the commit checks: a batch that is tried again and
 * finds the counter moved has been written already. Nothing but sums (and moments, which are a `max`)
 * stands in these commits and under these addresses, because KV writes half of a commit in which a sum
 * fails. While KV is down, sums wait here, a bounded number of them.
 *
 * @module
 */

import { dayOf, nameOfStep } from "../domain/time_step.ts";
import type { UsageRow, UsageStore } from "../domain/usage_store.ts";
import type { Metric } from "../domain/usage_sums.ts";
import { lastUsedAddress, usageAddress, usageBatchesAddress } from "./addresses.ts";
import { atomically } from "./atomically.ts";
import type { StorageContext } from "./context.ts";

/** KV takes 1,000 mutations and 80 KiB of addresses in a commit; the longest of ours has 240 bytes. */
const SUMS_PER_COMMIT = 300;
/** Sums that wait while KV is down. What would open another is lost, and said so. */
const MAX_WAITING = 100_000;

interface Waiting {
  readonly address: Deno.KvKey;
  readonly kind: "sum" | "max";
  amount: number;
}

/** What is written together, and how the process counts it. */
interface Batch {
  readonly counter: Deno.KvKey;
  readonly number: bigint;
  readonly amounts: readonly Waiting[];
}

/** Adding up, over this storage. */
export function createUsageLedger(context: StorageContext): UsageStore["add"] {
  const { clock, newId } = context;
  const writer = newId();
  const waiting = new Map<string, Waiting>();
  let lost = 0;
  let written = { day: "", batches: 0n };
  /** Nobody knows whether it was written. It is tried again as it is. */
  let inDoubt: Batch | null = null;
  let last = Promise.resolve();

  function take({ subject, hour, lastAt, sums }: UsageRow): void {
    for (const metric of Object.keys(sums) as Metric[]) {
      const amount = sums[metric] ?? 0;
      add(usageAddress("hour", nameOfStep("hour", hour), subject, metric), amount);
      add(usageAddress("day", dayOf(hour), subject, metric), amount);
    }
    if (subject.family === "token") add(lastUsedAddress(subject.token), Math.floor(lastAt), "max");
  }

  function add(address: Deno.KvKey, amount: number, kind: Waiting["kind"] = "sum"): void {
    const name = address.join("\u0000");
    const known = waiting.get(name);
    if (known === undefined) {
      if (waiting.size < MAX_WAITING) waiting.set(name, { address, kind, amount });
      else lost += 1;
    } else if (kind === "sum") known.amount += amount;
    else known.amount = Math.max(known.amount, amount);
  }

  function nextBatch(): Batch | null {
    if (waiting.size === 0) return null;
    const amounts: Waiting[] = [];
    for (const [name, each] of waiting) {
      amounts.push(each);
      waiting.delete(name);
      if (amounts.length === SUMS_PER_COMMIT) break;
    }
    const day = dayOf(clock.now());
    const number = (written.day === day ? written.batches : 0n) + 1n;
    return { counter: usageBatchesAddress(day, writer), number, amounts };
  }

  async function writeAll(): Promise<void> {
    for (let batch = inDoubt ?? nextBatch(); batch !== null; batch = nextBatch()) {
      inDoubt = batch;
      await writeBatch(context, batch);
      inDoubt = null;
      written = { day: String(batch.counter.at(-2)), batches: batch.number };
    }
    if (lost === 0) return;
    const state = `there was no room for ${lost} sums while storage was out of reach`;
    lost = 0;
    throw new RangeError(`Cannot count all usage: ${state}`);
  }

  return (rows) => {
    rows.forEach(take);
    last = last.then(writeAll, writeAll);
    return last;
  };
}

async function writeBatch(
  context: StorageContext,
  { counter, number, amounts }: Batch,
): Promise<void> {
  await atomically(async () => {
    const entry = await context.kv.get<Deno.KvU64>(counter);
    if ((entry.value?.value ?? 0n) >= number) return { operation: null, value: null };
    const operation = context.kv.atomic().check(entry).sum(counter, 1n);
    for (const { address, kind, amount } of amounts) operation[kind](address, BigInt(amount));
    return { operation, value: null };
  }, context);
}
