/**
 * The audit in KV: one row for each change, under an id that sorts by time.
 *
 * Promises: a row is added to the operation that makes the change, so KV writes both or neither; rows
 * are only ever added; names and fields that look like credentials are scrubbed, because an operator
 * may have put one where a name belongs. KV lets a row go after {@linkcode AUDIT_MEMORY_MS}; expired
 * entries stay readable for a while, so reading checks as well.
 *
 * @module
 */

import type { Actor } from "../domain/actor.ts";
import type {
  Activity,
  ActivityRequest,
  AuditAction,
  AuditDetails,
  AuditId,
  AuditRow,
  AuditTarget,
} from "../domain/audit.ts";
import { redact } from "../domain/redact.ts";
import { auditAddress, auditPrefix } from "./addresses.ts";
import { decode, encode } from "./codec.ts";
import type { StorageContext } from "./context.ts";

/** How long a row is kept: 400 days, a year and some. */
export const AUDIT_MEMORY_MS = 400 * 24 * 3_600_000;
/** How many rows one call looks through for those that a filter wants. */
export const MAX_LOOKED_THROUGH = 5_000;

/** What is being done. */
export interface Happening {
  /** In one word. */
  readonly action: AuditAction;
  /** To what. */
  readonly target: AuditTarget;
  /** What was set; lists and tables become how many they hold, absent fields nothing. */
  readonly details?: object;
}

/** Adds the row of a change to the operation that makes it. */
export type Note = (
  operation: Deno.AtomicOperation,
  happening: Happening,
) => Deno.AtomicOperation;

/** Notes what this actor does. */
export function noteBy({ newId, clock }: Pick<StorageContext, "newId" | "clock">, by: Actor): Note {
  return (operation, { action, target, details = {} }) => {
    const row: AuditRow = {
      id: newId() as AuditId,
      at: clock.now(),
      by,
      action,
      target: { ...target, name: redact(target.name) },
      details: scalarsOf(details),
      result: "done",
    };
    return operation.set(auditAddress(row.id), encode(row), { expireIn: AUDIT_MEMORY_MS });
  };
}

/** The audit over this storage. Cursors are ids of rows. */
export function createActivity({ kv, clock }: Pick<StorageContext, "kv" | "clock">): Activity {
  return {
    async list({ kind, target, cursor, limit = 100 }) {
      const oldest = clock.now() - AUDIT_MEMORY_MS;
      const items: AuditRow[] = [];
      let last: AuditRow | null = null;
      let looked = 0;
      for await (const { value } of newestFirst(kv, cursor)) {
        const row = decode<AuditRow>(value);
        if (row.at <= oldest) break;
        if (items.length === limit || looked === MAX_LOOKED_THROUGH) {
          return { items, cursor: last?.id ?? null };
        }
        if (isWanted(row, { kind, target })) items.push(row);
        last = row;
        looked += 1;
      }
      return { items, cursor: null };
    },
  };
}

function newestFirst(kv: StorageContext["kv"], before: string | undefined) {
  const end = before === undefined ? {} : { end: auditAddress(before as AuditId) };
  return kv.list({ prefix: auditPrefix(), ...end }, {
    reverse: true,
    limit: MAX_LOOKED_THROUGH + 1,
    batchSize: 200,
  });
}

function isWanted(
  { target: { kind, id, poolId } }: AuditRow,
  wanted: Pick<ActivityRequest, "kind" | "target">,
): boolean {
  return (wanted.kind === undefined || kind === wanted.kind) &&
    (wanted.target === undefined || id === wanted.target || poolId === wanted.target);
}

function scalarsOf(details: object): AuditDetails {
  const scalars: Record<string, AuditDetails[string]> = {};
  for (const [name, value] of Object.entries(details)) {
    if (value !== undefined) scalars[name] = scalarOf(value);
  }
  return scalars;
}

function scalarOf(value: unknown): AuditDetails[string] {
  if (typeof value === "string") return redact(value);
  if (typeof value === "number" || typeof value === "boolean" || value === null) return value;
  return Object.keys(value as object).length;
}
