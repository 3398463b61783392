/**
 * A key as the admin API shows it.
 *
 * The promise: each field is named here, so nothing that is added to a record gets out by itself; and
 * no secret, digest or sealed text has a field. Moments are ISO 8601 in UTC.
 *
 * @module
 */

import type { Cooldown, Disabled, KeyReport } from "../../domain/key.ts";
import type { LastOutcome } from "../../domain/outcome.ts";
import { iso } from "./moment.ts";

/** A key. */
export interface KeyItem {
  /** As in `/api/pools/:pool/keys/:key`. */
  readonly id: string;
  /** What people call it; may be empty. */
  readonly label: string;
  /** Its Google project, if known: keys of one project cool together. */
  readonly project: string | null;
  /** The last four characters of its secret. */
  readonly lastFour: string;
  /** Eight hex digits that tell keys apart. */
  readonly fingerprint: string;
  /** When it was added. */
  readonly createdAt: string;
  /** What it is doing now. */
  readonly state: KeyReport["state"];
  /** Why it is not ready, in one word; null when it is. */
  readonly reason: KeyReport["reason"];
  /** The pauses that concern it now. */
  readonly cooldowns: readonly CooldownItem[];
  /** The last thing that happened to it; null when it never served. */
  readonly lastOutcome: LastOutcomeItem | null;
  /** Who set it aside; null when nobody did. */
  readonly disabled: DisabledItem | null;
}

/** A pause. */
export interface CooldownItem {
  /** For which model; `*` for all. */
  readonly model: string;
  /** Of the key alone, or of its whole project. */
  readonly scope: "key" | "project";
  /** What ran out, in one word. */
  readonly reason: Cooldown["reason"];
  /** When it began. */
  readonly since: string;
  /** When it ends by itself. */
  readonly until: string;
}

/** The last thing that happened to a key. */
export interface LastOutcomeItem extends Omit<LastOutcome, "at"> {
  /** When. */
  readonly at: string;
}

/** Who set a key aside. */
export interface DisabledItem {
  /** A person, or what Google answered. */
  readonly by: Disabled["by"];
  /** What is wrong with the key; null when a person set it aside. */
  readonly reason: string | null;
  /** Since when. */
  readonly at: string;
  /** When it is tried again; null when only a person can bring it back. */
  readonly nextProbeAt: string | null;
}

/** Shows a key. */
export function keyItem(key: KeyReport): KeyItem {
  const { id, label, project, lastFour, fingerprint, createdAt, state, reason } = key;
  return {
    id,
    label,
    project,
    lastFour,
    fingerprint,
    createdAt: iso(createdAt),
    state,
    reason,
    cooldowns: key.cooldowns.map(cooldownItem),
    lastOutcome: key.lastOutcome && lastOutcomeItem(key.lastOutcome),
    disabled: key.disabled && disabledItem(key.disabled),
  };
}

function cooldownItem({ subject, model, reason, since, until }: Cooldown): CooldownItem {
  const scope = subject.startsWith("project:") ? "project" : "key";
  return { model, scope, reason, since: iso(since), until: iso(until) };
}

function lastOutcomeItem({ outcome, rule, model, status, at }: LastOutcome): LastOutcomeItem {
  return { outcome, rule, model, status, at: iso(at) };
}

function disabledItem(disabled: Disabled): DisabledItem {
  const { by, at } = disabled;
  if (by === "operator") return { by, reason: null, at: iso(at), nextProbeAt: null };
  return { by, reason: disabled.reason, at: iso(at), nextProbeAt: iso(disabled.nextProbeAt) };
}
