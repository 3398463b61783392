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
