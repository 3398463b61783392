/**
 * Where everything lives in Deno KV. No other file spells an address.
 *
 * @module
 */

import type { KeyId, ModelName, PoolId, TokenId } from "../domain/ids.ts";
import type { CoolingSubject } from "../domain/key.ts";

/** The data key, wrapped by `ENCRYPTION_KEY`: what makes the rest readable. */
export const vaultAddress = (): Deno.KvKey => ["vault"];

/** All pools. */
export const poolsPrefix = (): Deno.KvKey => ["pool"];
/** One pool's record. */
export const poolAddress = (pool: PoolId): Deno.KvKey => ["pool", pool];

/** All keys of a pool. */
export const keysPrefix = (pool: PoolId): Deno.KvKey => ["key", pool];
/** One key's record, its secret sealed. */
export const keyAddress = (pool: PoolId, key: KeyId): Deno.KvKey => ["key", pool, key];
/** Which key has this digest; one installation holds a secret once. */
export const keyDigestAddress = (digest: string): Deno.KvKey => ["key_digest", digest];

/** All tokens. */
export const tokensPrefix = (): Deno.KvKey => ["token"];
/** One token's record. */
export const tokenAddress = (token: TokenId): Deno.KvKey => ["token", token];
/** Which token has this digest. */
export const tokenDigestAddress = (digest: string): Deno.KvKey => ["token_digest", digest];

/** The thought signature of a call, by a digest of what identifies the call. */
export const signatureAddress = (token: TokenId, digest: string): Deno.KvKey => [
  "signature",
  token,
  digest,
];

/** The next turn of a pool: a plain number, moved only by check-and-set. */
export const turnAddress = (pool: PoolId): Deno.KvKey => ["turn", pool];
/** Rewritten with every change to a pool or its keys; only its versionstamp is read. */
export const rosterMarkAddress = (pool: PoolId): Deno.KvKey => ["mark", pool, "roster"];
/** Rewritten when a cooldown begins or is ended by hand. */
export const cooldownMarkAddress = (pool: PoolId): Deno.KvKey => ["mark", pool, "cooldowns"];

/** All cooldowns of a pool. */
export const cooldownsPrefix = (pool: PoolId): Deno.KvKey => ["cooldown", pool];
/** All cooldowns of one key or project. */
export const subjectCooldownsPrefix = (pool: PoolId, subject: CoolingSubject): Deno.KvKey => [
  "cooldown",
  pool,
  subject,
];
/** One cooldown. */
export const cooldownAddress = (
  pool: PoolId,
  subject: CoolingSubject,
  model: ModelName,
): Deno.KvKey => ["cooldown", pool, subject, model];

/** What last happened to the keys of a pool. */
export const lastOutcomesPrefix = (pool: PoolId): Deno.KvKey => ["last_outcome", pool];
/** What last happened to one key. */
export const lastOutcomeAddress = (pool: PoolId, key: KeyId): Deno.KvKey => [
  "last_outcome",
  pool,
  key,
];
/** Rewritten whenever keys are added anywhere: the one check behind "a secret is held once". */
export const keysAddedMarkAddress = (): Deno.KvKey => ["mark", "keys_added"];
