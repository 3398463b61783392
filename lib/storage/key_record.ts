/**
 * A key as it is stored: what people may see of it, and its secret, sealed.
 *
 * @module
 */

import type { KeyId, PoolId } from "../domain/ids.ts";
import type { Key } from "../domain/key.ts";
import { keyAddress, keyDigestAddress } from "./addresses.ts";
import { decode, encode } from "./codec.ts";
import type { Vault } from "./vault.ts";

/** The stored form. It never leaves this room: {@linkcode keyOf} is what the others see. */
export interface KeyRecord extends Key {
  /** The secret as `vault.ts` seals it, bound to the key's address. */
  readonly sealed: string;
  /** Finds the secret again without opening it. */
  readonly digest: string;
}

/** Where a digest leads. */
export interface DigestRecord {
  /** It may be gone: a digest that outlived its pool does not count. */
  readonly poolId: PoolId;
  /** Compared before the digest is deleted: another key may hold the secret by now. */
  readonly keyId: KeyId;
}

/** Seals a new key's secret into its record. */
export async function newKeyRecord(
  vault: Vault,
  { secret, ...key }: Pick<Key, "id" | "poolId" | "label" | "project" | "createdAt"> & {
    secret: string;
  },
): Promise<KeyRecord> {
  return {
    ...key,
    lastFour: secret.slice(-4),
    fingerprint: vault.fingerprint(secret),
    disabled: null,
    sealed: await vault.seal(secret, keyAddress(key.poolId, key.id)),
    digest: vault.keyDigest(secret),
  };
}

/** The key without anything secret. */
export function keyOf({ sealed: _sealed, digest: _digest, ...key }: KeyRecord): Key {
  return key;
}

/** Adds the writes of a key's record and its digest to an operation. */
export function writeKey(
  operation: Deno.AtomicOperation,
  record: KeyRecord,
): Deno.AtomicOperation {
  const digest: DigestRecord = { poolId: record.poolId, keyId: record.id };
  return operation.set(keyAddress(record.poolId, record.id), encode(record))
    .set(keyDigestAddress(record.digest), encode(digest));
}

/**
 * Adds the deletes of a key's record and its digest to an operation. A digest that leads to another
 * key by now is left alone: that key's pool took the secret over when this one's was deleted.
 */
export function removeKey(
  operation: Deno.AtomicOperation,
  { id, poolId }: KeyRecord,
  digest: Deno.KvEntryMaybe<unknown>,
): Deno.AtomicOperation {
  operation.delete(keyAddress(poolId, id));
  const isOurs = digest.value !== null && decode<DigestRecord>(digest.value).keyId === id;
  return isOurs ? operation.check(digest).delete(digest.key) : operation;
}
