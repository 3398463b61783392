/**
 * Who changed what, and when.
 *
 * The promise behind these types: a row is written in the commit of the change that it tells of, so
 * there is no change without a row and no row without a change; it is never changed, and it holds no
 * secret.
 *
 * @module
 */

import type { Actor } from "./actor.ts";
import type { Branded, EpochMs, PoolId } from "./ids.ts";
import type { Page, PageRequest } from "./management.ts";

/** A row's id; sorts by the time of the change. */
export type AuditId = Branded<string, "AuditId">;

/** What was done. */
export type AuditAction =
  | "pool.create"
  | "pool.update"
  | "pool.delete"
  | "keys.add"
  | "key.update"
  | "key.delete"
  | "key.wake"
  | "token.create"
  | "token.update"
  | "token.delete"
  | "session.sign_in"
  | "session.sign_out"
  | "session.sign_out_everywhere";

/** What kinds of things are changed. */
export const AUDIT_KINDS = ["pool", "key", "token", "session"] as const;

/** A kind of thing that is changed. */
export type AuditKind = typeof AUDIT_KINDS[number];

/** What was changed. */
export interface AuditTarget {
  /** Says what the id is of. */
  readonly kind: AuditKind;
  /** As in the addresses of the admin API; `*` for every session. */
  readonly id: string;
  /** What it was called at that moment; it may be gone by now. */
  readonly name: string;
  /** The pool it is in, or is; null for sessions. */
  readonly poolId: PoolId | null;
}

/** What more there is to say: fields that were set, and how many of what is a list. */
export type AuditDetails = Readonly<Record<string, string | number | boolean | null>>;

/** One change. */
export interface AuditRow {
  /** Sorts by time. */
  readonly id: AuditId;
  /** When it was done. */
  readonly at: EpochMs;
  /** Who did it. */
  readonly by: Actor;
  /** What they did. */
  readonly action: AuditAction;
  /** To what. */
  readonly target: AuditTarget;
  /** Empty when the action says it all. */
  readonly details: AuditDetails;
  /** Always `done`: what is refused changes nothing, and has no row. */
  readonly result: "done";
}

/** Which rows of the audit. */
export interface ActivityRequest extends PageRequest {
  /** Only changes to this kind of thing. */
  readonly kind?: AuditKind | undefined;
  /** Only changes to what has this id, or to what is in the pool that has it. */
  readonly target?: string | undefined;
}

/** The audit, to read. */
export interface Activity {
  /**
   * A page of rows, newest first. With a filter it may hold fewer than asked for, or none, though more
   * follow: `cursor` tells.
   */
  list(request: ActivityRequest): Promise<Page<AuditRow>>;
}
