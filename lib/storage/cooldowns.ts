/**
 * Cooldowns in KV: one entry each, with the moment it ends in the value.
 *
 * `expireIn` is only for cleaning up: expired entries stay readable for a minute. An entry outlives
 * its cooldown a little, because the next refusal wants to know how many came before it.
 *
 * @module
 */

import { type EpochMs, EVERY_MODEL, type PoolId } from "../domain/ids.ts";
import type { Cooldown, CoolingSubject } from "../domain/key.ts";
import { cooldownAddress, cooldownMarkAddress, subjectCooldownsPrefix } from "./addresses.ts";
import { atomically } from "./atomically.ts";
import { decode, encode } from "./codec.ts";
import type { StorageContext } from "./context.ts";
import { deleteAll } from "./sweep.ts";

/** How long an ended cooldown is remembered for the sake of its streak. */
const STREAK_MEMORY_MS = 20 * 60_000;

/** Writes a cooldown; of two for one subject and model, the later end wins. */
export async function writeCooldown(
  context: StorageContext,
  poolId: PoolId,
  cooldown: Cooldown,
): Promise<void> {
  const { kv, clock } = context;
  const address = cooldownAddress(poolId, cooldown.subject, cooldown.model);
  await atomically(async () => {
    const entry = await kv.get(address);
    const stored = entry.value === null ? null : decode<Cooldown>(entry.value);
    if (stored !== null && stored.until >= cooldown.until) return { operation: null, value: null };

    const expireIn = lifetime(cooldown, clock.now());
    const operation = kv.atomic().check(entry)
      .set(address, encode(cooldown), { expireIn })
      .set(cooldownMarkAddress(poolId), encode(clock.now()));
    return { operation, value: null };
  }, context);
}

/** Ends every cooldown of these subjects, and tells the other isolates. */
export async function endCooldowns(
  context: StorageContext,
  poolId: PoolId,
  subjects: readonly CoolingSubject[],
): Promise<void> {
  const addresses: Deno.KvKey[] = [];
  for (const subject of subjects) {
    const prefix = subjectCooldownsPrefix(poolId, subject);
    for await (const entry of context.kv.list({ prefix })) addresses.push(entry.key);
  }
  await deleteAll(context, addresses, { mark: cooldownMarkAddress(poolId) });
}

/** How many cooldowns one commit ends; each is a mutation, and KV takes 1,000 with 80 KiB of addresses. */
const WAKES_PER_COMMIT = 400;
/** And how many commits end the cooldowns of one key. */
const MAX_WAKE_COMMITS = 10;

/** Whose cooldowns end, and who hears how many in each commit. */
export interface Waking {
  /** The key, and its project if it has one. */
  readonly subjects: readonly CoolingSubject[];
  /** Adds the row of the audit. */
  readonly note: (operation: Deno.AtomicOperation, ended: number) => void;
}

/**
 * Ends every cooldown of these subjects as an operator does: with a row in the audit for each commit,
 * and none where there was nothing to end. Of two who wake a key at once, one finds it awake.
 */
export async function wakeSubjects(
  context: StorageContext,
  poolId: PoolId,
  { subjects, note }: Waking,
): Promise<void> {
  const { kv, clock } = context;
  for (let commits = 0; commits < MAX_WAKE_COMMITS; commits++) {
    const ended = await atomically(async () => {
      const entries = await cooldownsOf(context, poolId, subjects);
      const [first] = entries;
      if (first === undefined) return { operation: null, value: 0 };
      // One check is enough to tell that there was something to end.
      const operation = kv.atomic().check(first);
      for (const { key } of entries) operation.delete(key);
      operation.set(cooldownMarkAddress(poolId), encode(clock.now()));
      note(operation, entries.length);
      return { operation, value: entries.length };
    }, context);
    if (ended < WAKES_PER_COMMIT) return;
  }
}

async function cooldownsOf(
  { kv }: StorageContext,
  poolId: PoolId,
  subjects: readonly CoolingSubject[],
): Promise<Deno.KvEntry<unknown>[]> {
  const entries: Deno.KvEntry<unknown>[] = [];
  for (const subject of subjects) {
    const limit = WAKES_PER_COMMIT - entries.length;
    if (limit === 0) break;
    for await (
      const entry of kv.list({ prefix: subjectCooldownsPrefix(poolId, subject) }, { limit })
    ) {
      entries.push(entry);
    }
  }
  return entries;
}

/** Ends the suspicion against a key; a cooldown that took its place stays. */
export async function clearSuspicion(
  context: StorageContext,
  poolId: PoolId,
  subject: CoolingSubject,
): Promise<void> {
  const { kv, clock } = context;
  const address = cooldownAddress(poolId, subject, EVERY_MODEL);
  await atomically(async () => {
    const entry = await kv.get(address);
    const stored = entry.value === null ? null : decode<Cooldown>(entry.value);
    if (stored?.reason !== "suspect") return { operation: null, value: null };
    const operation = kv.atomic().check(entry).delete(address)
      .set(cooldownMarkAddress(poolId), encode(clock.now()));
    return { operation, value: null };
  }, context);
}

function lifetime({ until }: Cooldown, now: EpochMs): number {
  return Math.max(1, Math.ceil(until - now)) + STREAK_MEMORY_MS;
}
