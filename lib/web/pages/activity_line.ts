/**
 * A row of the audit as a sentence.
 *
 * @module
 */

import { actorName } from "../../domain/actor.ts";
import type { AuditAction, AuditDetails, AuditRow } from "../../domain/audit.ts";
import type { EpochMs } from "../../domain/ids.ts";

/** Who did what to which, in parts: `admin token` `added 40 keys to pool` `demo`. */
export interface ActivityLine {
  /** The row's id. */
  readonly id: string;
  /** When it was done. */
  readonly at: EpochMs;
  /** Who did it. */
  readonly who: string;
  /** What they did. */
  readonly did: string;
  /** To what, as it was called then; null where the rest says it all. */
  readonly name: string | null;
  /** The pool's page, as far as it can still be there; null otherwise. */
  readonly href: string | null;
  /** What was set; may be empty. */
  readonly details: string;
}

/** Tells of a change. */
export function activityLine({ id, at, by, action, target, details }: AuditRow): ActivityLine {
  const isSession = target.kind === "session";
  const hasPage = target.kind === "pool" || target.kind === "key";
  return {
    id,
    at,
    who: actorName(by),
    did: didOf(action, details),
    name: isSession ? null : target.name,
    href: hasPage && action !== "pool.delete" ? `/admin/pools/${target.poolId}` : null,
    details: detailsOf(action, details),
  };
}

const DID: Readonly<Record<AuditAction, string>> = {
  "pool.create": "made pool",
  "pool.update": "changed pool",
  "pool.delete": "deleted pool",
  "keys.add": "added keys to pool",
  "key.update": "changed key",
  "key.delete": "deleted key",
  "key.wake": "woke key",
  "token.create": "made token",
  "token.update": "changed token",
  "token.delete": "deleted token",
  "session.sign_in": "signed in",
  "session.sign_out": "signed out",
  "session.sign_out_everywhere": "ended every session",
};

function didOf(action: AuditAction, details: AuditDetails): string {
  const { added, enabled } = details;
  if (action === "keys.add" && typeof added === "number") {
    return `added ${count(added, "key")} to pool`;
  }
  const isSwitch = Object.keys(details).length === 1 && typeof enabled === "boolean";
  if (!isSwitch) return DID[action];
  if (action === "key.update") return enabled ? "put back key" : "set aside key";
  if (action === "token.update") return enabled ? "switched on token" : "switched off token";
  return DID[action];
}

type Detail = AuditDetails[string];

/** How fields are told; those that have no words here are told by their name. */
const WORDS: Readonly<Record<string, (value: Detail) => string>> = {
  name: (value) => `called “${value}”`,
  label: (value) => value === "" ? "without a label" : `label “${value}”`,
  project: (value) => value === null ? "no project" : `project “${value}”`,
  enabled: (value) => value ? "enabled" : "disabled",
  metering: (value) => value ? "usage is counted" : "usage is not counted",
  aliases: (value) => count(value, "alias", "aliases"),
  poolId: (value) => `pool ${value}`,
  allowedModels: (value) => value === null ? "all models" : count(value, "model"),
  expiresAt: (value) => value === null ? "never expires" : `expires ${momentOf(value)}`,
  requestsPerMinute: (value) =>
    value === null ? "no limit by the minute" : `${count(value, "request")} a minute`,
  tokensPerDay: (value) =>
    value === null ? "no limit by the day" : `${count(value, "model token")} a day`,
  ended: (value) => `${count(value, "cooldown")} ended`,
};

function detailsOf(action: AuditAction, details: AuditDetails): string {
  const shown = Object.entries(details).filter(([name]) => !isSaid(action, name));
  const words = shown.map(([name, value]) => WORDS[name]?.(value) ?? `${name}: ${value}`);
  const isSwitch = shown.length === 1 && shown[0]?.[0] === "enabled";
  return isSwitch ? "" : words.join(", ");
}

/** What the sentence says already. */
function isSaid(action: AuditAction, name: string): boolean {
  return name === "added" || (name === "name" && action.endsWith(".create"));
}

function count(value: Detail, one: string, many = `${one}s`): string {
  return `${Number(value).toLocaleString("en-US")} ${value === 1 ? one : many}`;
}

function momentOf(value: Detail): string {
  return typeof value === "number" ? new Date(value).toISOString().slice(0, 10) : String(value);
}
