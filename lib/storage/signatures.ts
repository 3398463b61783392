/**
 * Thought signatures in KV, for clients that send a call back without its own.
 *
 * A call has two entries under its token: one by the id that we gave it, one by its name and
 * arguments, for clients that write ids of their own; of two calls alike the later is remembered.
 *
 * Promises: ids, names and arguments are stored as keyed digests only, signatures sealed, and a token
 * finds nothing but its own. When it is deleted, nobody can ask any more, and its entries expire.
 *
 * `expireIn` is only for cleaning up: expired entries stay readable for a while, so `until` decides.
 *
 * @module
 */

import { type EpochMs, later, type TokenId } from "../domain/ids.ts";
import type { CallRef, SignatureStore, SignedCall } from "../domain/ports.ts";
import { signatureAddress } from "./addresses.ts";
import { atomically } from "./atomically.ts";
import { decode, encode } from "./codec.ts";
import type { StorageContext } from "./context.ts";
import { VaultSealed } from "./vault.ts";

/** How long a signature is remembered: a conversation that rests longer goes on without. */
export const SIGNATURE_MEMORY_MS = 6 * 3_600_000;
/** The most calls that one answer or one request is about; the latest count. */
export const MAX_CALLS = 256;
/** The longest signature that is kept, in bytes: sealed, in base64url, it still fits a value of KV. */
export const MAX_SIGNATURE_BYTES = 48_000;

/** A call takes two values of at most 64 KiB; KV takes 800 KiB in one commit. */
const CALLS_PER_COMMIT = 6;
/** KV's own limit. */
const ADDRESSES_PER_READ = 10;

interface SignatureRecord {
  /** The signature as `vault.ts` seals it, bound to its address. */
  readonly sealed: string;
  /** From then on it does not count. */
  readonly until: EpochMs;
}

interface Entry {
  readonly address: Deno.KvKey;
  readonly record: SignatureRecord;
}

/** Signatures over this storage. */
export function createSignatureStore(context: StorageContext): SignatureStore {
  const { kv, vault, clock } = context;

  // JSON keeps a name and its arguments apart, and with its bracket all of this apart from tokens.
  const digest = (what: readonly string[]) => vault.tokenDigest(JSON.stringify(what));
  const byId = (token: TokenId, { callId }: CallRef) => signatureAddress(token, digest([callId]));
  const byContent = (token: TokenId, { name, args }: CallRef) =>
    signatureAddress(token, digest([name, args]));

  return {
    async keep(token, calls) {
      const kept = calls.filter(fitsValue).slice(-MAX_CALLS);
      for (const some of groupsOf(kept, CALLS_PER_COMMIT)) {
        const entries = await Promise.all(
          some.flatMap((call) => [
            seal(byId(token, call), call),
            seal(byContent(token, call), call),
          ]),
        );
        await write(context, entries);
      }
    },

    async find(token, calls) {
      const asked = calls.slice(-MAX_CALLS);
      const foundById = await read(asked, (call) => byId(token, call));
      const missed = asked.filter((call) => !foundById.has(call));
      const foundByContent = await read(missed, (call) => byContent(token, call));
      return calls.map((call) => foundById.get(call) ?? foundByContent.get(call) ?? null);
    },
  };

  async function seal(address: Deno.KvKey, { signature }: SignedCall): Promise<Entry> {
    const sealed = await vault.seal(signature, address);
    return { address, record: { sealed, until: later(clock.now(), SIGNATURE_MEMORY_MS) } };
  }

  /** The signatures that are known, by their calls. */
  async function read(
    calls: readonly CallRef[],
    addressOf: (call: CallRef) => Deno.KvKey,
  ): Promise<ReadonlyMap<CallRef, string>> {
    const found = new Map<CallRef, string>();
    await Promise.all(
      groupsOf(calls, ADDRESSES_PER_READ).map(async (some) => {
        const entries = await kv.getMany(some.map(addressOf));
        const signatures = await Promise.all(entries.map(open));
        some.forEach((call, n) => {
          const signature = signatures[n];
          if (typeof signature === "string") found.set(call, signature);
        });
      }),
    );
    return found;
  }

  async function open({ key, value }: Deno.KvEntryMaybe<unknown>): Promise<string | null> {
    if (value === null) return null;
    const { sealed, until } = decode<SignatureRecord>(value);
    if (until <= clock.now()) return null;
    try {
      return await vault.open(sealed, key);
    } catch (error) {
      // Whoever tampered with it, the client did not, and its request can do without a signature.
      if (error instanceof VaultSealed) return null;
      throw error;
    }
  }
}

async function write(context: StorageContext, entries: readonly Entry[]): Promise<void> {
  await atomically(() => {
    const operation = context.kv.atomic();
    for (const { address, record } of entries) {
      operation.set(address, encode(record), { expireIn: SIGNATURE_MEMORY_MS });
    }
    return { operation, value: null };
  }, context);
}

const encoder = new TextEncoder();

function fitsValue({ signature }: SignedCall): boolean {
  return encoder.encode(signature).byteLength <= MAX_SIGNATURE_BYTES;
}

function groupsOf<T>(items: readonly T[], size: number): T[][] {
  const groups: T[][] = [];
  for (let from = 0; from < items.length; from += size) groups.push(items.slice(from, from + size));
  return groups;
}
