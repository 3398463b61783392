/**
 * A Gemini API key as we speak of it: everything but its secret.
 *
 * @module
 */

import type { EpochMs, KeyId, ModelName, PoolId } from "./ids.ts";
import type { CooldownReason, DeadReason, LastOutcome } from "./outcome.ts";

/** Why a key does not serve until someone, or a probe, says otherwise. */
export type Disabled =
  /** A person switched it off. Only a person switches it on again. */
  | { readonly by: "operator"; readonly at: EpochMs }
  /** Google refused it and our probe agreed. It is probed again at `nextProbeAt`. */
  | {
    readonly by: "evidence";
    readonly reason: DeadReason;
    readonly at: EpochMs;
    readonly probes: number;
    readonly nextProbeAt: EpochMs;
  };

/** A key of a pool. Its secret stays in storage; people see label, last four and fingerprint. */
export interface Key {
  /** Sorts by the time the key was added; rotation goes round in this order. */
  readonly id: KeyId;
  /** Where it serves; a key stays in its pool. */
  readonly poolId: PoolId;
  /** What people call it; may be empty. */
  readonly label: string;
  /** The Google project it belongs to, if known. Keys of one project share a quota, so they cool together. */
  readonly project: string | null;
  /** The end of its secret, by which people recognise it. */
  readonly lastFour: string;
  /** Eight hex digits of a keyed digest: tells keys apart without telling anything about them. */
  readonly fingerprint: string;
  /** When it was added; no change moves it. */
  readonly createdAt: EpochMs;
  /** Null while nobody set it aside; it may cool all the same. */
  readonly disabled: Disabled | null;
}

/**
 * Who cools: one key, or all keys of a Google project.
 *
 * A string so that it can be part of an address: `key:<id>` or `project:<name>`.
 */
export type CoolingSubject = `key:${string}` | `project:${string}`;

/** A pause after a refusal, for one model or all, with the moment it ends. */
export interface Cooldown {
  /** A project's cooldown holds for every key that belongs to it. */
  readonly subject: CoolingSubject;
  /** `*` stands for all models. */
  readonly model: ModelName;
  /** A `suspect` may be cleared by a probe; other pauses end by time or by hand. */
  readonly reason: CooldownReason;
  /** When it began; a refusal that lengthens it begins it anew. */
  readonly since: EpochMs;
  /** Over at this very moment; at most 25 hours after `since`. */
  readonly until: EpochMs;
  /** How many refusals in a row led here; the pause of a refusal without a hint doubles with it. */
  readonly streak: number;
}

/** What a key is doing now, as the admin API shows it. */
export type KeyState = "ready" | "cooling" | "disabled";

/** A key with everything an operator wants to know of it. */
export interface KeyReport extends Key {
  /** `disabled` even while it cools as well. */
  readonly state: KeyState;
  /** Why it is not ready, in one word; null when it is. */
  readonly reason: DeadReason | CooldownReason | "operator" | null;
  /** Those that run now, its project's too. */
  readonly cooldowns: readonly Cooldown[];
  /** Noted a little late, and not for every request; null before the first. */
  readonly lastOutcome: LastOutcome | null;
}

/** Whose cooldowns concern this key: its project's if known, else its own. */
export function coolingSubject(key: Pick<Key, "id" | "project">): CoolingSubject {
  return key.project === null ? `key:${key.id}` : `project:${key.project}`;
}

/** Every subject whose cooldowns concern this key: its own and, if known, its project's. */
export function coolingSubjects(key: Pick<Key, "id" | "project">): readonly CoolingSubject[] {
  return key.project === null ? [`key:${key.id}`] : [`key:${key.id}`, `project:${key.project}`];
}

/** What is known of a key besides its record. */
export interface KeyFacts {
  /** The pool's cooldowns; those of other keys are left out. */
  readonly cooldowns: readonly Cooldown[];
  /** Null when nothing is noted of it yet. */
  readonly last: LastOutcome | null;
  /** A cooldown that ends at this moment is over. */
  readonly now: EpochMs;
}

/** Puts together what an operator wants to know of a key. */
export function reportKey(key: Key, { cooldowns, last, now }: KeyFacts): KeyReport {
  const subjects = coolingSubjects(key);
  const running = cooldowns.filter(({ subject, until }) =>
    subjects.includes(subject) && until > now
  );
  const facts = { ...key, cooldowns: running, lastOutcome: last };
  if (key.disabled !== null) {
    return { ...facts, state: "disabled", reason: disabledReason(key.disabled) };
  }

  const longest = running.toSorted((a, b) => b.until - a.until)[0];
  return { ...facts, state: longest ? "cooling" : "ready", reason: longest?.reason ?? null };
}

function disabledReason(disabled: Disabled): DeadReason | "operator" {
  return disabled.by === "operator" ? "operator" : disabled.reason;
}
