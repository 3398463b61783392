/**
 * A row of the audit as the admin API shows it.
 *
 * @module
 */

import { type Actor, actorName } from "../../domain/actor.ts";
import type { AuditAction, AuditDetails, AuditKind, AuditRow } from "../../domain/audit.ts";
import { iso } from "./moment.ts";

/** A change. */
export interface ActivityItem {
  /** Sorts by time. */
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  /** Who made it. */
  readonly by: ActorItem;
  /** What was done, in one word. */
  readonly action: AuditAction;
  /** To what; it may be gone by now. */
  readonly target: {
    readonly kind: AuditKind;
    readonly id: string;
    readonly name: string;
    readonly poolId: string | null;
  };
  /** What was set. */
  readonly details: AuditDetails;
  /** What came of it. */
  readonly result: AuditRow["result"];
}

/** Who made a change. */
export interface ActorItem {
  /** How they showed who they are. */
  readonly kind: Actor["kind"];
  /** What to call them. */
  readonly name: string;
  /** Their account at GitHub; null for the admin token. */
  readonly githubId: number | null;
}

/** Shows a row. */
export function activityItem(
  { id, at, by, action, target, details, result }: AuditRow,
): ActivityItem {
  const { kind, name, poolId } = target;
  return {
    id,
    at: iso(at),
    by: actorItem(by),
    action,
    target: { kind, id: target.id, name, poolId },
    details,
    result,
  };
}

/** Shows who it was. */
export function actorItem(actor: Actor): ActorItem {
  const githubId = actor.kind === "github" ? actor.id : null;
  return { kind: actor.kind, name: actorName(actor), githubId };
}
