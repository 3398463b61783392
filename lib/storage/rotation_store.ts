/**
 * The one number per pool that orders its keys, and what selection reads beside it.
 *
 * The promise: a turn is claimed by check-and-set, so nobody else is ever given it. The pool's marks
 * are read in the same snapshot, so a claim also tells whether anything changed.
 *
 * @module
 */

import type { Cooldown } from "../domain/key.ts";
import type { PoolMarks, RotationStore } from "../domain/ports.ts";
import {
  cooldownMarkAddress,
  cooldownsPrefix,
  keysPrefix,
  poolAddress,
  rosterMarkAddress,
  turnAddress,
} from "./addresses.ts";
import { atomically } from "./atomically.ts";
import { decode, encode } from "./codec.ts";
import type { StorageContext } from "./context.ts";
import { keyOf, type KeyRecord } from "./key_record.ts";
import { readAll } from "./page.ts";
import { poolOf, type PoolRecord } from "./pool_record.ts";
import type { SecretShelf } from "./secret_shelf.ts";

/** What `rotation` needs, over this storage. */
export function createRotationStore(
  context: StorageContext,
  shelf: Pick<SecretShelf, "keep">,
): RotationStore {
  const { kv } = context;

  return {
    async claimTurns(poolId, count) {
      return await atomically(async () => {
        const [turn, roster, cooldowns] = await kv.getMany([
          turnAddress(poolId),
          rosterMarkAddress(poolId),
          cooldownMarkAddress(poolId),
        ]);
        const first = turn.value === null ? 0 : decode<number>(turn.value);
        const operation = kv.atomic().check(turn).set(turnAddress(poolId), encode(first + count));
        return { operation, value: { first, count, marks: marksOf(roster, cooldowns) } };
      }, context);
    },

    async readMarks(poolId) {
      const [roster, cooldowns] = await kv.getMany([
        rosterMarkAddress(poolId),
        cooldownMarkAddress(poolId),
      ]);
      return marksOf(roster, cooldowns);
    },

    async loadRoster(poolId) {
      const [mark, pool] = await kv.getMany([rosterMarkAddress(poolId), poolAddress(poolId)]);
      if (pool.value === null) {
        shelf.keep(poolId, []);
        return null;
      }
      const records = await readAll<KeyRecord>(kv, keysPrefix(poolId));
      shelf.keep(poolId, records);
      return {
        pool: poolOf(decode<PoolRecord>(pool.value)),
        keys: records.map(keyOf),
        mark: mark.versionstamp,
      };
    },

    async loadCooldowns(poolId) {
      const mark = await kv.get(cooldownMarkAddress(poolId));
      const cooldowns = await readAll<Cooldown>(kv, cooldownsPrefix(poolId));
      return { cooldowns, mark: mark.versionstamp };
    },
  };
}

function marksOf(
  roster: Deno.KvEntryMaybe<unknown>,
  cooldowns: Deno.KvEntryMaybe<unknown>,
): PoolMarks {
  return { roster: roster.versionstamp, cooldowns: cooldowns.versionstamp };
}
