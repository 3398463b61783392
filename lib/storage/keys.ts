/**
 * Keys in KV, as operators manage them.
 *
 * @module
 */

import type { AuditTarget } from "../domain/audit.ts";
import type { KeyChanges, Keys } from "../domain/management.ts";
import { NOT_FOUND, RotatorError } from "../domain/errors.ts";
import type { KeyId } from "../domain/ids.ts";
import { coolingSubjects, type Key, type KeyReport, reportKey } from "../domain/key.ts";
import type { Cooldown } from "../domain/key.ts";
import type { LastOutcome } from "../domain/outcome.ts";
import {
  cooldownsPrefix,
  keyAddress,
  keyDigestAddress,
  keysPrefix,
  lastOutcomeAddress,
  rosterMarkAddress,
  subjectCooldownsPrefix,
} from "./addresses.ts";
import { addKeys } from "./add_keys.ts";
import { atomically } from "./atomically.ts";
import type { Note } from "./audit.ts";
import { decode, encode } from "./codec.ts";
import type { StorageContext } from "./context.ts";
import { endCooldowns, wakeSubjects } from "./cooldowns.ts";
import { countKeys } from "./count_keys.ts";
import { keyOf, type KeyRecord, removeKey } from "./key_record.ts";
import { readAll, readPage } from "./page.ts";
import { readPool } from "./pools.ts";

/** Keys over this storage; `note` tells the audit who changes them. */
export function createKeys(context: StorageContext, note: Note): Keys {
  const { kv, vault, clock, changed } = context;

  const report = async (key: Key): Promise<KeyReport> => {
    const last = await kv.get(lastOutcomeAddress(key.poolId, key.id));
    const cooldowns = await Promise.all(
      coolingSubjects(key).map((subject) =>
        readAll<Cooldown>(kv, subjectCooldownsPrefix(key.poolId, subject))
      ),
    );
    return reportKey(key, { cooldowns: cooldowns.flat(), last: lastOf(last), now: clock.now() });
  };

  const noteWake = (key: Key) => (operation: Deno.AtomicOperation, ended: number) =>
    note(operation, { action: "key.wake", target: keyTarget(key), details: { ended } });

  return {
    async add(pool, candidates) {
      const { added, ...rest } = await addKeys(context, pool, { candidates, note });
      const cooldowns = added.some(({ project }) => project !== null)
        ? await readAll<Cooldown>(kv, cooldownsPrefix(pool))
        : [];
      const facts = { cooldowns, last: null, now: clock.now() };
      return { ...rest, added: added.map((key) => reportKey(key, facts)) };
    },

    count: (pool) => countKeys(context, pool),

    async list(pool, request) {
      await readPool(context, pool);
      const page = await readPage<KeyRecord>(kv, keysPrefix(pool), request);
      const cooldowns = await readAll<Cooldown>(kv, cooldownsPrefix(pool));
      const last = await lastOutcomes(context, page.items);
      const now = clock.now();
      return {
        items: page.items.map((record) =>
          reportKey(keyOf(record), { cooldowns, last: last.get(record.id) ?? null, now })
        ),
        cursor: page.cursor,
      };
    },

    async get(pool, key) {
      return await report(keyOf(recordOf(await kv.get(keyAddress(pool, key)), key)));
    },

    async update(pool, key, changes) {
      const updated = await atomically(async () => {
        const entry = await kv.get(keyAddress(pool, key));
        const record = changeRecord(recordOf(entry, key), changes, clock.now());
        const operation = kv.atomic().check(entry).set(keyAddress(pool, key), encode(record))
          .set(rosterMarkAddress(pool), encode(clock.now()));
        note(operation, { action: "key.update", target: keyTarget(record), details: changes });
        return { operation, value: keyOf(record) };
      }, context);
      changed.pool(pool);
      return await report(updated);
    },

    async delete(pool, key) {
      await atomically(async () => {
        const entry = await kv.get(keyAddress(pool, key));
        const record = recordOf(entry, key);
        const digest = await kv.get(keyDigestAddress(record.digest));
        const operation = removeKey(kv.atomic().check(entry), record, digest)
          .delete(lastOutcomeAddress(pool, key))
          .set(rosterMarkAddress(pool), encode(clock.now()));
        note(operation, { action: "key.delete", target: keyTarget(record) });
        return { operation, value: null };
      }, context);
      await endCooldowns(context, pool, [`key:${key}`]);
      changed.pool(pool);
    },

    async wake(pool, key) {
      const found = keyOf(recordOf(await kv.get(keyAddress(pool, key)), key));
      await wakeSubjects(context, pool, {
        subjects: coolingSubjects(found),
        note: noteWake(found),
      });
      changed.pool(pool);
      return await report(found);
    },

    async openSecret(pool, key) {
      const { sealed } = recordOf(await kv.get(keyAddress(pool, key)), key);
      return await vault.open(sealed, keyAddress(pool, key));
    },
  };
}

/** A key as the audit names it: by its label or, without one, by its end. */
function keyTarget({ id, label, lastFour, poolId }: Key): AuditTarget {
  return { kind: "key", id, name: label === "" ? `…${lastFour}` : label, poolId };
}

function recordOf(entry: Deno.KvEntryMaybe<unknown>, id: KeyId): KeyRecord {
  if (entry.value === null) {
    throw new RotatorError(NOT_FOUND, `Cannot find key "${id}": this pool has none with this id`);
  }
  return decode<KeyRecord>(entry.value);
}

function changeRecord(record: KeyRecord, changes: KeyChanges, now: Key["createdAt"]): KeyRecord {
  const { label = record.label, project = record.project, enabled } = changes;
  const disabled = enabled === undefined
    ? record.disabled
    : enabled
    ? null
    : { by: "operator" as const, at: now };
  return { ...record, label, project, disabled };
}

/** The last outcomes of a page of keys, read as one range because ids are in order. */
async function lastOutcomes(
  { kv }: StorageContext,
  records: readonly KeyRecord[],
): Promise<Map<KeyId, LastOutcome>> {
  const found = new Map<KeyId, LastOutcome>();
  const [first, last] = [records[0], records.at(-1)];
  if (first === undefined || last === undefined) return found;

  const start = lastOutcomeAddress(first.poolId, first.id);
  const end = [...lastOutcomeAddress(last.poolId, last.id), true];
  for await (const { key, value } of kv.list({ start, end }, { batchSize: 500 })) {
    found.set(key.at(-1) as KeyId, decode<LastOutcome>(value));
  }
  return found;
}

function lastOf(entry: Deno.KvEntryMaybe<unknown>): LastOutcome | null {
  return entry.value === null ? null : decode<LastOutcome>(entry.value);
}
