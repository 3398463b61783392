/**
 * Adding keys: what is new, what is known already, and what is no key.
 *
 * The promise: one installation holds a secret once, whoever adds it at the same moment, and a commit
 * adds all of its keys or none.
 *
 * @module
 */

import type { AddReport, KeyCandidate, Unadded } from "../domain/management.ts";
import { NOT_FOUND, RotatorError } from "../domain/errors.ts";
import type { KeyId, PoolId } from "../domain/ids.ts";
import type { Key } from "../domain/key.ts";
import { keySecretFault, mask, tidy } from "../domain/key_secret.ts";
import type { Pool } from "../domain/pool.ts";
import {
  keyDigestAddress,
  keysAddedMarkAddress,
  poolAddress,
  rosterMarkAddress,
} from "./addresses.ts";
import { atomically } from "./atomically.ts";
import type { Note } from "./audit.ts";
import { decode, encode } from "./codec.ts";
import type { StorageContext } from "./context.ts";
import { type DigestRecord, keyOf, type KeyRecord, newKeyRecord, writeKey } from "./key_record.ts";
import { poolOf, type PoolRecord, poolTarget } from "./pool_record.ts";

/**
 * How many keys one commit adds. KV allows 1,000 mutations, 80 KiB of addresses and 800 KiB in all; a
 * key takes two mutations, about 130 bytes of address and, with the longest secret, label and project
 * that are taken, 1.8 KiB.
 */
export const KEYS_PER_COMMIT = 400;

/** Candidates by what can be said of them before storage is asked. */
export interface SortedCandidates {
  /** They may be keys, and stand here once; each with its place in the list, from 1. */
  readonly fresh: readonly { readonly entry: number; readonly candidate: KeyCandidate }[];
  /** Repetitions within the list; what serves already is found later. */
  readonly duplicates: readonly Unadded[];
  /** Those that cannot be keys. */
  readonly rejected: readonly Unadded[];
}

/** Separates plausible secrets from junk and from repetitions within the list. */
export function sortCandidates(candidates: readonly KeyCandidate[]): SortedCandidates {
  const seen = new Map<string, number>();
  const sorted = {
    fresh: [] as SortedCandidates["fresh"][number][],
    duplicates: [] as Unadded[],
    rejected: [] as Unadded[],
  };
  candidates.forEach((pasted, index) => {
    const entry = index + 1;
    const candidate = { ...pasted, secret: tidy(pasted.secret) };
    const secret = mask(candidate.secret);
    const fault = keySecretFault(candidate.secret);
    const first = seen.get(candidate.secret);
    if (fault !== null) {
      sorted.rejected.push({ entry, secret, reason: `Cannot add key "${secret}": ${fault}` });
    } else if (first !== undefined) {
      const reason = `Cannot add key "${secret}" twice: it is entry ${first} already`;
      sorted.duplicates.push({ entry, secret, reason });
    } else {
      seen.set(candidate.secret, entry);
      sorted.fresh.push({ entry, candidate });
    }
  });
  return sorted;
}

/**
 * Adds keys to a pool that exists; each commit has its own row in the audit.
 *
 * More than {@linkcode KEYS_PER_COMMIT} take several commits; a failure between two of them leaves the
 * earlier keys added, and adding the same list again reports those as duplicates.
 *
 * @throws {RotatorError} `not_found` when the pool is gone.
 */
export async function addKeys(
  context: StorageContext,
  poolId: PoolId,
  { candidates, note }: { candidates: readonly KeyCandidate[]; note: Note },
): Promise<AddReport> {
  const { fresh, duplicates, rejected } = sortCandidates(candidates);
  const report = { added: [] as Key[], duplicates: [...duplicates], rejected };
  for (let from = 0; from < fresh.length; from += KEYS_PER_COMMIT) {
    const some = fresh.slice(from, from + KEYS_PER_COMMIT);
    const { added, known } = await commitKeys(context, poolId, { fresh: some, note });
    report.added.push(...added);
    report.duplicates.push(...known);
  }
  report.duplicates.sort((a, b) => a.entry - b.entry);
  if (report.added.length > 0) context.changed.pool(poolId);
  return report;
}

/** The same in the commit that makes the pool itself, or a token with it. */
export async function planKeys(
  context: StorageContext,
  poolId: PoolId,
  fresh: SortedCandidates["fresh"],
): Promise<
  { records: KeyRecord[]; known: Unadded[]; write(operation: Deno.AtomicOperation): void }
> {
  const { kv, vault, clock, newId } = context;
  const mark = await kv.get(keysAddedMarkAddress());
  const records: KeyRecord[] = [];
  const known: Unadded[] = [];
  for (const { entry, candidate } of fresh) {
    const elsewhere = await poolOfSecret(context, candidate.secret);
    if (elsewhere !== null) {
      const secret = mask(candidate.secret);
      const reason = `Cannot add key "${secret}": it already serves in pool "${elsewhere.name}"`;
      known.push({ entry, secret, reason });
      continue;
    }
    records.push(
      await newKeyRecord(vault, {
        id: newId() as KeyId,
        poolId,
        secret: candidate.secret,
        label: candidate.label ?? "",
        project: candidate.project ?? null,
        createdAt: clock.now(),
      }),
    );
  }
  return {
    records,
    known,
    write(operation) {
      // One check stands for all digests read above: whoever adds a key moves this mark.
      operation.check(mark).set(keysAddedMarkAddress(), encode(clock.now()));
      for (const record of records) writeKey(operation, record);
    },
  };
}

async function commitKeys(
  context: StorageContext,
  poolId: PoolId,
  { fresh, note }: { fresh: SortedCandidates["fresh"]; note: Note },
) {
  const { kv, clock } = context;
  return await atomically(async () => {
    const pool = await kv.get(poolAddress(poolId));
    if (pool.value === null) {
      throw new RotatorError(
        NOT_FOUND,
        `Cannot add keys to pool "${poolId}": there is none with this id`,
      );
    }
    const { records, known, write } = await planKeys(context, poolId, fresh);
    const value = { added: records.map(keyOf), known };
    if (records.length === 0) return { operation: null, value };

    const operation = kv.atomic().check(pool).set(rosterMarkAddress(poolId), encode(clock.now()));
    write(operation);
    note(operation, {
      action: "keys.add",
      target: poolTarget(decode<PoolRecord>(pool.value)),
      details: { added: records.length },
    });
    return { operation, value };
  }, context);
}

/** The pool in which this secret serves; a digest that outlived its pool does not count. */
async function poolOfSecret({ kv, vault }: StorageContext, secret: string): Promise<Pool | null> {
  const digest = await kv.get(keyDigestAddress(vault.keyDigest(secret)));
  if (digest.value === null) return null;
  const pool = await kv.get(poolAddress(decode<DigestRecord>(digest.value).poolId));
  return pool.value === null ? null : poolOf(decode<PoolRecord>(pool.value));
}
