/**
 * Pools in KV.
 *
 * @module
 */

import type { Pools, PoolSettings } from "../domain/management.ts";
import { CONFLICT, NOT_FOUND, RotatorError } from "../domain/errors.ts";
import type { PoolId } from "../domain/ids.ts";
import type { Pool } from "../domain/pool.ts";
import {
  cooldownMarkAddress,
  cooldownsPrefix,
  keyDigestAddress,
  keysPrefix,
  lastOutcomesPrefix,
  poolAddress,
  poolsPrefix,
  rosterMarkAddress,
  tokensPrefix,
  turnAddress,
} from "./addresses.ts";
import { atomically } from "./atomically.ts";
import type { Note } from "./audit.ts";
import { decode, encode } from "./codec.ts";
import type { StorageContext } from "./context.ts";
import { type KeyRecord, removeKey } from "./key_record.ts";
import { readAll, readPage } from "./page.ts";
import { poolOf, type PoolRecord, poolTarget } from "./pool_record.ts";
import { deleteAll } from "./sweep.ts";
import type { TokenRecord } from "./tokens.ts";

/** Pools over this storage; `note` tells the audit who changes them. */
export function createPools(context: StorageContext, note: Note): Pools {
  const { kv, clock, newId, changed } = context;

  return {
    async create(settings) {
      const pool = newPool(settings, { id: newId() as PoolId, now: clock.now() });
      await atomically(() => {
        const operation = writePool(kv.atomic(), pool).check(absent(pool.id));
        note(operation, { action: "pool.create", target: poolTarget(pool), details: settings });
        return { operation, value: null };
      }, context);
      return pool;
    },

    get: (id) => readPool(context, id),

    async list(request) {
      const page = await readPage<PoolRecord>(kv, poolsPrefix(), request);
      return { items: page.items.map(poolOf), cursor: page.cursor };
    },

    async update(id, changes) {
      const pool = await atomically(async () => {
        const entry = await kv.get(poolAddress(id));
        const updated = { ...poolIn(entry, id), ...changes };
        const operation = writePool(kv.atomic().check(entry), updated);
        note(operation, { action: "pool.update", target: poolTarget(updated), details: changes });
        return { operation, value: updated };
      }, context);
      changed.pool(id);
      return pool;
    },

    async delete(id) {
      await atomically(async () => {
        const [entry, mark] = await kv.getMany([poolAddress(id), rosterMarkAddress(id)]);
        const pool = poolIn(entry, id);
        await refuseWhileUsed(context, pool);
        const operation = kv.atomic().check(entry).check(mark)
          .delete(poolAddress(id)).set(rosterMarkAddress(id), encode(clock.now()));
        note(operation, { action: "pool.delete", target: poolTarget(pool) });
        return { operation, value: null };
      }, context);
      changed.pool(id);
      await sweepPool(context, id);
    },
  };
}

/** A pool that is not stored yet. */
export function newPool(
  { name, metering, aliases = {} }: PoolSettings,
  { id, now }: { id: PoolId; now: Pool["createdAt"] },
): Pool {
  return { id, name, metering, aliases, createdAt: now };
}

/** Adds the writes of a pool's record to an operation. */
export function writePool(operation: Deno.AtomicOperation, pool: Pool): Deno.AtomicOperation {
  return operation.set(poolAddress(pool.id), encode(pool))
    .set(rosterMarkAddress(pool.id), encode(pool.createdAt));
}

/**
 * The pool's record.
 *
 * @throws {RotatorError} `not_found`
 */
export async function readPool({ kv }: StorageContext, id: PoolId): Promise<Pool> {
  return poolIn(await kv.get(poolAddress(id)), id);
}

function poolIn(entry: Deno.KvEntryMaybe<unknown>, id: PoolId): Pool {
  if (entry.value === null) {
    throw new RotatorError(NOT_FOUND, `Cannot find pool "${id}": there is none with this id`);
  }
  return poolOf(decode<PoolRecord>(entry.value));
}

/** One commit carries at most 100 checks, one for each key's digest. */
const KEYS_PER_SWEEP = 100;

const absent = (id: PoolId) => ({ key: poolAddress(id), versionstamp: null });

async function refuseWhileUsed({ kv }: StorageContext, pool: Pool): Promise<void> {
  const tokens = await readAll<TokenRecord>(kv, tokensPrefix());
  const users = tokens.filter((token) => token.poolId === pool.id);
  if (users.length === 0) return;
  const names = users.slice(0, 5).map((token) => `"${token.name}"`).join(", ");
  throw new RotatorError(
    CONFLICT,
    `Cannot delete pool "${pool.name}": ${
      users.length === 1
        ? `token ${names} still uses it`
        : `${users.length} tokens still use it, among them ${names}`
    }`,
  );
}

/**
 * Removes what a deleted pool leaves behind. Nothing reads it any more, so it need not be atomic; a
 * digest that survives a crash here points to no pool, and does not count as a duplicate.
 */
async function sweepPool(context: StorageContext, id: PoolId): Promise<void> {
  const keys = await readAll<KeyRecord>(context.kv, keysPrefix(id));
  for (let from = 0; from < keys.length; from += KEYS_PER_SWEEP) {
    await sweepKeys(context, keys.slice(from, from + KEYS_PER_SWEEP));
  }
  await deleteAll(context, [turnAddress(id), cooldownMarkAddress(id)]);
  for (const prefix of [cooldownsPrefix(id), lastOutcomesPrefix(id)]) {
    const left: Deno.KvKey[] = [];
    for await (const entry of context.kv.list({ prefix })) left.push(entry.key);
    await deleteAll(context, left);
  }
}

async function sweepKeys(context: StorageContext, keys: readonly KeyRecord[]): Promise<void> {
  const { kv } = context;
  await atomically(async () => {
    const operation = kv.atomic();
    const digests = await Promise.all(keys.map(({ digest }) => kv.get(keyDigestAddress(digest))));
    digests.forEach((digest, index) => {
      const key = keys[index];
      if (key !== undefined) removeKey(operation, key, digest);
    });
    return { operation, value: null };
  }, context);
}
