/**
 * Pools, keys and tokens as the admin API shows them.
 *
 * The promise: each field is named here, so nothing that is added to a record gets out by itself. No
 * secret, digest or sealed text has a field. Moments are ISO 8601 strings in UTC.
 *
 * @module
 */

import type { ReportOfAdding, Unadded } from "../../domain/management.ts";
import type { Cooldown, Disabled, KeyReport } from "../../domain/key.ts";
import type { LastOutcome } from "../../domain/outcome.ts";
import type { Pool } from "../../domain/pool.ts";
import type { Token } from "../../domain/token.ts";
import { iso } from "./moment.ts";

/** A pool. */
export interface PoolItem {
  readonly id: string;
  readonly name: string;
  readonly metering: boolean;
  readonly createdAt: string;
}

/** Shows a pool. */
export function poolItem({ id, name, metering, createdAt }: Pool): PoolItem {
  return { id, name, metering, createdAt: iso(createdAt) };
}

/** A key; `reason` says in one word why it is not ready. */
export interface KeyItem {
  readonly id: string;
  readonly label: string;
  readonly project: string | null;
  readonly lastFour: string;
  readonly fingerprint: string;
  readonly createdAt: string;
  readonly state: KeyReport["state"];
  readonly reason: KeyReport["reason"];
  readonly cooldowns: readonly CooldownItem[];
  readonly lastOutcome: LastOutcomeItem | null;
  readonly disabled: DisabledItem | null;
}

/** A pause: of the key alone or of its whole project, for one model or (`*`) for all. */
export interface CooldownItem {
  readonly model: string;
  readonly scope: "key" | "project";
  readonly reason: Cooldown["reason"];
  readonly since: string;
  readonly until: string;
}

/** The last thing that happened to a key. */
export interface LastOutcomeItem extends Omit<LastOutcome, "at"> {
  readonly at: string;
}

/** Who set a key aside; on evidence also why, and when it is probed again. */
export interface DisabledItem {
  readonly by: Disabled["by"];
  readonly reason: string | null;
  readonly at: string;
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

/** What became of a list of keys; `entry` counts it from 1, `secret` is masked. */
export interface AddedItem {
  readonly added: readonly KeyItem[];
  readonly duplicates: readonly Unadded[];
  readonly rejected: readonly Unadded[];
}

/** Shows what became of a list of keys. */
export function addedItem({ added, duplicates, rejected }: ReportOfAdding): AddedItem {
  return {
    added: added.map(keyItem),
    duplicates: duplicates.map(unaddedItem),
    rejected: rejected.map(unaddedItem),
  };
}

function unaddedItem({ entry, secret, reason }: Unadded): Unadded {
  return { entry, secret, reason };
}

/** A token, without the token. */
export interface TokenItem {
  readonly id: string;
  readonly name: string;
  readonly poolId: string;
  readonly enabled: boolean;
  readonly allowedModels: readonly string[] | null;
  readonly expiresAt: string | null;
  readonly createdAt: string;
}

/** Shows a token. */
export function tokenItem(token: Token): TokenItem {
  const { id, name, poolId, enabled, allowedModels, expiresAt, createdAt } = token;
  return {
    id,
    name,
    poolId,
    enabled,
    allowedModels,
    expiresAt: expiresAt && iso(expiresAt),
    createdAt: iso(createdAt),
  };
}
