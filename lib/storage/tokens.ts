/**
 * Access tokens in KV: a record under the token's id, and its digest leading there.
 *
 * The promise: the token itself is shown once, by {@linkcode Tokens.create}, and is nowhere after.
 *
 * @module
 */

import type { AuditTarget } from "../domain/audit.ts";
import type {
  AddReport,
  KeyCandidate,
  TokenChanges,
  Tokens,
  TokenSettings,
} from "../domain/management.ts";
import { INVALID_REQUEST, NOT_FOUND, RotatorError } from "../domain/errors.ts";
import type { PoolId, TokenId } from "../domain/ids.ts";
import type { Token } from "../domain/token.ts";
import {
  poolAddress,
  rosterMarkAddress,
  tokenAddress,
  tokenDigestAddress,
  tokensPrefix,
} from "./addresses.ts";
import { KEYS_PER_COMMIT, planKeys, sortCandidates } from "./add_keys.ts";
import { atomically } from "./atomically.ts";
import type { Note } from "./audit.ts";
import { encodeBase64Url } from "./base64url.ts";
import { decode, encode } from "./codec.ts";
import type { StorageContext } from "./context.ts";
import { keyOf } from "./key_record.ts";
import { readPage } from "./page.ts";
import { poolTarget } from "./pool_record.ts";
import { newPool, writePool } from "./pools.ts";

/** The stored form of a token. */
export interface TokenRecord extends Token {
  /** Where the token is looked up when a client presents it; it does not lead back. */
  readonly digest: string;
}

/** Tokens over this storage; `note` tells the audit who changes them. */
export function createTokens(context: StorageContext, note: Note): Tokens {
  const { kv, vault, clock, changed } = context;

  return {
    async create(settings, source) {
      const token = `gkr_${encodeBase64Url(crypto.getRandomValues(new Uint8Array(32)))}`;
      const created = source.kind === "pool"
        ? await createForPool(context, settings, token, source.poolId)
        : await createWithKeys(context, settings, token, source.candidates);
      changed.pool(created.record.poolId);
      return { ...created, token };
    },

    async get(id) {
      return tokenOf(recordOf(await kv.get(tokenAddress(id)), id));
    },

    async list(request) {
      const page = await readPage<TokenRecord>(kv, tokensPrefix(), request);
      return { items: page.items.map(tokenOf), cursor: page.cursor };
    },

    async update(id, changes) {
      const updated = await atomically(async () => {
        const entry = await kv.get(tokenAddress(id));
        const record = changeRecord(recordOf(entry, id), changes);
        const pool = await readPoolEntry(context, record.poolId);
        const operation = kv.atomic().check(entry).check(pool)
          .set(tokenAddress(id), encode(record))
          .set(rosterMarkAddress(record.poolId), encode(clock.now()));
        note(operation, { action: "token.update", target: tokenTarget(record), details: changes });
        return { operation, value: tokenOf(record) };
      }, context);
      changed.token(id);
      return updated;
    },

    async delete(id) {
      await atomically(async () => {
        const entry = await kv.get(tokenAddress(id));
        const record = recordOf(entry, id);
        const operation = kv.atomic().check(entry)
          .delete(tokenAddress(id)).delete(tokenDigestAddress(record.digest));
        note(operation, { action: "token.delete", target: tokenTarget(record) });
        return { operation, value: null };
      }, context);
      changed.token(id);
    },

    async find(token) {
      const digest = await kv.get(tokenDigestAddress(vault.tokenDigest(token)));
      if (digest.value === null) return null;
      const entry = await kv.get(tokenAddress(decode<TokenId>(digest.value)));
      return entry.value === null ? null : tokenOf(decode<TokenRecord>(entry.value));
    },
  };

  async function createForPool(
    { newId }: StorageContext,
    settings: TokenSettings,
    token: string,
    poolId: PoolId,
  ) {
    const record = newRecord(settings, { id: newId() as TokenId, poolId, token });
    await atomically(async () => {
      const pool = await readPoolEntry(context, poolId);
      const operation = writeToken(kv.atomic().check(pool), record);
      note(operation, { action: "token.create", target: tokenTarget(record), details: settings });
      return { operation, value: null };
    }, context);
    return { record: tokenOf(record), keys: null };
  }

  async function createWithKeys(
    { newId }: StorageContext,
    settings: TokenSettings,
    token: string,
    candidates: readonly KeyCandidate[],
  ) {
    const { fresh, duplicates, rejected } = sortCandidates(candidates);
    if (fresh.length > KEYS_PER_COMMIT) {
      throw new RotatorError(
        INVALID_REQUEST,
        `Cannot create a token with ${fresh.length} keys: the limit is ${KEYS_PER_COMMIT}; create the pool first and add the keys to it`,
      );
    }
    const poolId = newId() as PoolId;
    const record = newRecord(settings, { id: newId() as TokenId, poolId, token });
    const pool = newPool(
      { name: settings.name, metering: true },
      { id: poolId, now: clock.now() },
    );
    const keys = await atomically(async () => {
      const { records, known, write } = await planKeys(context, poolId, fresh);
      const all = { duplicates: [...duplicates, ...known], rejected };
      refuseWithoutKeys(records.length, all);
      const operation = writeToken(writePool(kv.atomic(), pool), record);
      write(operation);
      const target = poolTarget(pool);
      note(operation, { action: "pool.create", target });
      note(operation, { action: "keys.add", target, details: { added: records.length } });
      note(operation, { action: "token.create", target: tokenTarget(record), details: settings });
      return { operation, value: { added: records.map(keyOf), ...all } };
    }, context);
    return { record: tokenOf(record), keys };
  }

  function newRecord(
    settings: TokenSettings,
    { id, poolId, token }: { id: TokenId; poolId: PoolId; token: string },
  ): TokenRecord {
    const digest = vault.tokenDigest(token);
    const createdAt = clock.now();
    const { name, enabled = true, allowedModels = null, expiresAt = null } = settings;
    const { requestsPerMinute = null, tokensPerDay = null } = settings;
    const limits = { allowedModels, expiresAt, requestsPerMinute, tokensPerDay };
    return { id, name, poolId, enabled, ...limits, createdAt, digest };
  }
}

/** A token whose keys are all junk would look made and serve nobody. */
function refuseWithoutKeys(
  added: number,
  { duplicates, rejected }: Pick<AddReport, "duplicates" | "rejected">,
): void {
  if (added > 0) return;
  const reasons = [...rejected, ...duplicates].slice(0, 3).map(({ reason }) => reason).join("; ");
  throw new RotatorError(
    INVALID_REQUEST,
    reasons === ""
      ? "Cannot create token: `keys` is empty"
      : `Cannot create token: none of its keys can be added: ${reasons}`,
  );
}

function tokenTarget({ id, name, poolId }: TokenRecord): AuditTarget {
  return { kind: "token", id, name, poolId };
}

function writeToken(
  operation: Deno.AtomicOperation,
  record: TokenRecord,
): Deno.AtomicOperation {
  // The mark tells a deletion of the pool, which may run at this moment, that it has a token again.
  return operation.set(tokenAddress(record.id), encode(record))
    .set(tokenDigestAddress(record.digest), encode(record.id))
    .set(rosterMarkAddress(record.poolId), encode(record.createdAt));
}

async function readPoolEntry({ kv }: StorageContext, id: PoolId) {
  const entry = await kv.get(poolAddress(id));
  if (entry.value === null) {
    throw new RotatorError(INVALID_REQUEST, `Cannot use pool "${id}": there is none with this id`);
  }
  return entry;
}

function recordOf(entry: Deno.KvEntryMaybe<unknown>, id: TokenId): TokenRecord {
  if (entry.value === null) {
    throw new RotatorError(NOT_FOUND, `Cannot find token "${id}": there is none with this id`);
  }
  return decode<TokenRecord>(entry.value);
}

/** Records from before there were limits have none. */
function tokenOf({ digest: _digest, ...token }: TokenRecord): Token {
  const { requestsPerMinute = null, tokensPerDay = null } = token;
  return { ...token, requestsPerMinute, tokensPerDay };
}

/** An absent field leaves the stored one as it is. */
function changeRecord(record: TokenRecord, changes: TokenChanges): TokenRecord {
  return {
    ...record,
    name: changes.name ?? record.name,
    poolId: changes.poolId ?? record.poolId,
    enabled: changes.enabled ?? record.enabled,
    allowedModels: changes.allowedModels === undefined
      ? record.allowedModels
      : changes.allowedModels,
    expiresAt: changes.expiresAt === undefined ? record.expiresAt : changes.expiresAt,
    requestsPerMinute: changes.requestsPerMinute === undefined
      ? record.requestsPerMinute
      : changes.requestsPerMinute,
    tokensPerDay: changes.tokensPerDay === undefined ? record.tokensPerDay : changes.tokensPerDay,
  };
}
