/**
 * Sessions in KV: a record under the digest of what the browser holds.
 *
 * Promises: what the browser holds is stored nowhere; both ends of a session, idle and absolute, are
 * read from its record, because KV only promises not to drop it earlier; closing all sessions is one
 * write, after which none of them counts, not even one that begins at that moment; the audit has a row
 * for each beginning and end.
 *
 * When a session was used is noted once in {@linkcode SEEN_EVERY_MS}, not with every request, so it may
 * become idle that much early, and never late.
 *
 * @module
 */

import type { Actor } from "../domain/actor.ts";
import { actorName } from "../domain/actor.ts";
import type { AuditAction, AuditTarget } from "../domain/audit.ts";
import type { EpochMs } from "../domain/ids.ts";
import {
  type Session,
  SESSION_IDLE_MS,
  SESSION_LIFE_MS,
  type SessionId,
  type Sessions,
} from "../domain/session.ts";
import {
  sessionAddress,
  sessionEpochAddress,
  sessionsPrefix,
  usedOnceAddress,
} from "./addresses.ts";
import { atomically } from "./atomically.ts";
import { noteBy } from "./audit.ts";
import { encodeBase64Url } from "./base64url.ts";
import { decode, encode } from "./codec.ts";
import type { StorageContext } from "./context.ts";
import { deleteAll } from "./sweep.ts";

/** How often the use of a session is noted. */
export const SEEN_EVERY_MS = 5 * 60_000;
/** How far the clocks of two processes may differ; a session from further ahead does not count. */
const MAX_SKEW_MS = 5 * 60_000;

interface SessionRecord extends Session {
  /** The digest of what was shown to open it. */
  readonly credential: string;
  /** The epoch it began in. */
  readonly epoch: string | null;
}

/** Sessions over this storage. */
export function createSessions(context: StorageContext): Sessions {
  const { kv, vault, clock, newId } = context;
  const addressOf = (secret: string) => sessionAddress(vault.sessionDigest(secret));

  return {
    async open({ actor, credential, replaces = null, once }) {
      const secret = encodeBase64Url(crypto.getRandomValues(new Uint8Array(32)));
      const used = once === undefined ? null : usedOnceAddress(vault.sessionDigest(once));
      const opened = await atomically(async () => {
        const epoch = await kv.get(sessionEpochAddress());
        const spent = used && await kv.get(used);
        if (spent !== null && spent.value !== null) return { operation: null, value: false };
        const now = clock.now();
        const record: SessionRecord = {
          id: newId() as SessionId,
          actor,
          createdAt: now,
          seenAt: now,
          credential: vault.sessionDigest(credential),
          epoch: epochOf(epoch),
        };
        const operation = writeSession(kv.atomic().check(epoch), addressOf(secret), record, now);
        if (replaces !== null) operation.delete(addressOf(replaces));
        if (spent !== null) {
          operation.check(spent).set(spent.key, encode(now), { expireIn: DAY_MS });
        }
        return { operation: noted(operation, record, "session.sign_in"), value: true };
      }, context);
      return opened ? secret : null;
    },

    async find(secret, credentialOf) {
      const address = addressOf(secret);
      return await atomically(async () => {
        const [entry, epoch] = await kv.getMany([address, sessionEpochAddress()]);
        const now = clock.now();
        const record = openRecord(entry, { epoch: epochOf(epoch), now });
        const credential = record && await credentialOf(record.actor);
        if (record === null || credential === null) return { operation: null, value: null };
        if (vault.sessionDigest(credential) !== record.credential) {
          return { operation: null, value: null };
        }
        if (now - record.seenAt < SEEN_EVERY_MS) {
          return { operation: null, value: sessionOf(record) };
        }
        const seen = { ...record, seenAt: now };
        const operation = writeSession(kv.atomic().check(entry), address, seen, now);
        return { operation, value: sessionOf(seen) };
      }, context);
    },

    async close(secret) {
      await atomically(async () => {
        const [entry, epoch] = await kv.getMany([addressOf(secret), sessionEpochAddress()]);
        const record = openRecord(entry, { epoch: epochOf(epoch), now: clock.now() });
        if (record === null) return { operation: null, value: null };
        const operation = kv.atomic().check(entry).delete(entry.key);
        return { operation: noted(operation, record, "session.sign_out"), value: null };
      }, context);
    },

    async closeAll(by) {
      await atomically(() => {
        const operation = kv.atomic().set(sessionEpochAddress(), encode(newId()));
        const target = { kind: "session", id: "*", name: "every session", poolId: null } as const;
        noteBy(context, by)(operation, { action: "session.sign_out_everywhere", target });
        return { operation, value: null };
      }, context);
      const left: Deno.KvKey[] = [];
      for await (const { key } of kv.list({ prefix: sessionsPrefix() })) left.push(key);
      await deleteAll(context, left);
    },
  };

  function noted(
    operation: Deno.AtomicOperation,
    { id, actor }: { id: SessionId; actor: Actor },
    action: AuditAction,
  ): Deno.AtomicOperation {
    const target: AuditTarget = { kind: "session", id, name: actorName(actor), poolId: null };
    return noteBy(context, actor)(operation, { action, target });
  }
}

const DAY_MS = 24 * 3_600_000;

function writeSession(
  operation: Deno.AtomicOperation,
  address: Deno.KvKey,
  record: SessionRecord,
  now: EpochMs,
): Deno.AtomicOperation {
  const expireIn = Math.max(1, record.createdAt + SESSION_LIFE_MS - now);
  return operation.set(address, encode(record), { expireIn });
}

/** The record of a session that is open; null for any other. */
function openRecord(
  { value }: Deno.KvEntryMaybe<unknown>,
  { epoch, now }: { epoch: string | null; now: EpochMs },
): SessionRecord | null {
  if (value === null) return null;
  const record = decode<SessionRecord>(value);
  const isOpen = record.epoch === epoch && now - record.createdAt < SESSION_LIFE_MS &&
    now - record.seenAt < SESSION_IDLE_MS && record.createdAt - now < MAX_SKEW_MS;
  return isOpen ? record : null;
}

function epochOf({ value }: Deno.KvEntryMaybe<unknown>): string | null {
  return value === null ? null : decode<string>(value);
}

function sessionOf({ credential: _credential, epoch: _epoch, ...session }: SessionRecord): Session {
  return session;
}
