/**
 * What is learnt of keys while they serve: cooldowns, deaths, recoveries, last outcomes.
 *
 * Promises: state belongs to a key's id, so a late failure of a key that an operator has replaced,
 * changed or deleted meanwhile touches nothing; the last working key of a pool is never disabled,
 * however many isolates find fault with its keys at once.
 *
 * @module
 */

import { later } from "../domain/ids.ts";
import type { Disabled, Key } from "../domain/key.ts";
import type { HealthStore } from "../domain/ports.ts";
import { keyAddress, keysPrefix, lastOutcomeAddress, rosterMarkAddress } from "./addresses.ts";
import { atomically } from "./atomically.ts";
import { decode, encode } from "./codec.ts";
import type { StorageContext } from "./context.ts";
import { clearSuspicion, writeCooldown } from "./cooldowns.ts";
import type { KeyRecord } from "./key_record.ts";
import type { SecretShelf } from "./secret_shelf.ts";

const HOUR_MS = 3_600_000;
/** A disabled key is probed after 1 h, 6 h, and then every 24 h. */
const PROBE_AFTER_MS: readonly number[] = [HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS];
/** Well under KV's limit of 1,000 mutations and 80 KiB of addresses. */
const OUTCOMES_PER_COMMIT = 400;

/** What happened a month ago tells nothing; and what was noted of a key just deleted goes with time. */
const OUTCOME_MEMORY_MS = 30 * 24 * HOUR_MS;

/** What `relay` needs, over this storage. */
export function createHealthStore(
  context: StorageContext,
  shelf: Pick<SecretShelf, "open">,
): HealthStore {
  const { kv, clock, changed } = context;

  /** Changes one key's `disabled`, if `next` still wants to after reading it. */
  async function change(
    key: Key,
    next: (disabled: Disabled | null) => Disabled | null | "as it is",
  ): Promise<boolean> {
    const address = keyAddress(key.poolId, key.id);
    const did = await atomically(async () => {
      const [entry, mark] = await kv.getMany([address, rosterMarkAddress(key.poolId)]);
      if (entry.value === null) return { operation: null, value: false };
      const record = decode<KeyRecord>(entry.value);
      const disabled = next(record.disabled);
      if (disabled === "as it is") return { operation: null, value: false };

      const operation = kv.atomic().check(entry)
        .set(address, encode({ ...record, disabled } satisfies KeyRecord))
        .set(rosterMarkAddress(key.poolId), encode(clock.now()));
      if (record.disabled === null) {
        if (!await anotherWorks(context, key)) return { operation: null, value: false };
        // Whoever else takes a key out at this moment moves the mark.
        operation.check(mark);
      }
      return { operation, value: true };
    }, context);
    if (did) changed.pool(key.poolId);
    return did;
  }

  return {
    openSecret: (key) => shelf.open(key),
    cool: (poolId, cooldown) => writeCooldown(context, poolId, cooldown),
    clearSuspicion: (poolId, subject) => clearSuspicion(context, poolId, subject),

    disable(key, { reason, at }) {
      return change(key, (disabled) =>
        disabled !== null ? "as it is" : {
          by: "evidence",
          reason,
          at,
          probes: 0,
          nextProbeAt: later(at, probeAfterMs(0)),
        });
    },

    claimProbe(key, now) {
      return change(key, (disabled) => {
        if (disabled?.by !== "evidence" || disabled.nextProbeAt > now) return "as it is";
        const probes = disabled.probes + 1;
        return { ...disabled, probes, nextProbeAt: later(now, probeAfterMs(probes)) };
      });
    },

    async restore(key) {
      await change(key, (disabled) => disabled?.by === "evidence" ? null : "as it is");
    },

    async recordOutcomes(outcomes) {
      for (let from = 0; from < outcomes.length; from += OUTCOMES_PER_COMMIT) {
        const some = outcomes.slice(from, from + OUTCOMES_PER_COMMIT);
        await atomically(() => {
          const operation = kv.atomic();
          for (const { poolId, keyId, last } of some) {
            operation.set(lastOutcomeAddress(poolId, keyId), encode(last), {
              expireIn: OUTCOME_MEMORY_MS,
            });
          }
          return { operation, value: null };
        }, context);
      }
    },
  };
}

async function anotherWorks({ kv }: StorageContext, { id, poolId }: Key): Promise<boolean> {
  for await (const { value } of kv.list({ prefix: keysPrefix(poolId) })) {
    const other = decode<KeyRecord>(value);
    if (other.id !== id && other.disabled === null) return true;
  }
  return false;
}

function probeAfterMs(probes: number): number {
  return PROBE_AFTER_MS[Math.min(probes, PROBE_AFTER_MS.length - 1)] ?? HOUR_MS;
}
