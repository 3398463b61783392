/**
 * Where everything lives in Deno KV. No other file spells an address.
 *
 * @module
 */

import type { AuditId } from "../domain/audit.ts";
import type { KeyId, ModelName, PoolId, TokenId } from "../domain/ids.ts";
import type { CoolingSubject } from "../domain/key.ts";
import type { TimeStep } from "../domain/time_step.ts";
import type { UsageSubject } from "../domain/usage_store.ts";
import type { Metric } from "../domain/usage_sums.ts";

/** The data key, wrapped by `ENCRYPTION_KEY`: what makes the rest readable. */
export const vaultAddress = (): Deno.KvKey => ["vault"];

/** All pools. */
export const poolsPrefix = (): Deno.KvKey => ["pool"];
/** One pool's record. */
export const poolAddress = (pool: PoolId): Deno.KvKey => ["pool", pool];

/** All keys of a pool. */
export const keysPrefix = (pool: PoolId): Deno.KvKey => ["key", pool];
/** One key's record, its secret sealed. */
export const keyAddress = (pool: PoolId, key: KeyId): Deno.KvKey => ["key", pool, key];
/** Which key has this digest; one installation holds a secret once. */
export const keyDigestAddress = (digest: string): Deno.KvKey => ["key_digest", digest];

/** All tokens. */
export const tokensPrefix = (): Deno.KvKey => ["token"];
/** One token's record. */
export const tokenAddress = (token: TokenId): Deno.KvKey => ["token", token];
/** Which token has this digest. */
export const tokenDigestAddress = (digest: string): Deno.KvKey => ["token_digest", digest];

/** The thought signature of a call, by a digest of what identifies the call. */
export const signatureAddress = (token: TokenId, digest: string): Deno.KvKey => [
  "signature",
  token,
  digest,
];

/** The next turn of a pool: a plain number, moved only by check-and-set. */
export const turnAddress = (pool: PoolId): Deno.KvKey => ["turn", pool];
/** Rewritten with every change to a pool or its keys; only its versionstamp is read. */
export const rosterMarkAddress = (pool: PoolId): Deno.KvKey => ["mark", pool, "roster"];
/** Rewritten when a cooldown begins or is ended by hand. */
export const cooldownMarkAddress = (pool: PoolId): Deno.KvKey => ["mark", pool, "cooldowns"];

/** All cooldowns of a pool. */
export const cooldownsPrefix = (pool: PoolId): Deno.KvKey => ["cooldown", pool];
/** All cooldowns of one key or project. */
export const subjectCooldownsPrefix = (pool: PoolId, subject: CoolingSubject): Deno.KvKey => [
  "cooldown",
  pool,
  subject,
];
/** One cooldown. */
export const cooldownAddress = (
  pool: PoolId,
  subject: CoolingSubject,
  model: ModelName,
): Deno.KvKey => ["cooldown", pool, subject, model];

/** What last happened to the keys of a pool. */
export const lastOutcomesPrefix = (pool: PoolId): Deno.KvKey => ["last_outcome", pool];
/** What last happened to one key. */
export const lastOutcomeAddress = (pool: PoolId, key: KeyId): Deno.KvKey => [
  "last_outcome",
  pool,
  key,
];
/** Rewritten whenever keys are added anywhere: the one check behind "a secret is held once". */
export const keysAddedMarkAddress = (): Deno.KvKey => ["mark", "keys_added"];

/** Everything that only grows, and nothing else: a sum on another value would spoil its whole commit. */
const USAGE = "usage";

/** Everything of a family by hour or by day, in the order of time. */
export const usagePrefix = (family: UsageSubject["family"], step: TimeStep): Deno.KvKey => [
  USAGE,
  family,
  step,
];
/** One sum. `time` is the beginning of `2026-11-23T12`: up to the hour, or the day. */
export const usageAddress = (
  step: TimeStep,
  time: string,
  subject: UsageSubject,
  metric: Metric,
): Deno.KvKey => [
  ...usagePrefix(subject.family, step),
  time,
  ...subjectParts(subject),
  subject.model,
  metric,
];
/** When a token was last used, in milliseconds since 1970: a number that only grows, too. */
export const lastUsedAddress = (token: TokenId): Deno.KvKey => [USAGE, "last_used", token];
/** When all tokens were last used. */
export const lastUsedPrefix = (): Deno.KvKey => [USAGE, "last_used"];
/** How many batches of sums a process has written on a day. */
export const usageBatchesAddress = (day: string, writer: string): Deno.KvKey => [
  ...usageBatchesPrefix(),
  day,
  writer,
];
/** All of these. */
export const usageBatchesPrefix = (): Deno.KvKey => [USAGE, "batches"];

/** In the order in which they are asked for: a token's day, a pool's keys. */
function subjectParts(subject: UsageSubject): readonly string[] {
  switch (subject.family) {
    case "pool":
      return [subject.pool];
    case "token":
      return [subject.token, subject.pool];
    case "key":
      return [subject.pool, subject.key];
  }
}

/** What a sum is about, told from its address. */
export interface UsagePlace {
  /** As in {@linkcode usageAddress}. */
  readonly time: string;
  /** Whose it is. */
  readonly subject: UsageSubject;
  /** What is counted. */
  readonly metric: Metric;
}

/** Reads an address that {@linkcode usageAddress} made. */
export function usagePlace(address: Deno.KvKey): UsagePlace {
  const [, family, , time, ...rest] = address as readonly string[] as UsageParts;
  const [metric, model] = [rest.pop() as Metric, rest.pop() ?? ""];
  const [one, other] = rest;
  switch (family) {
    case "pool":
      return { time, metric, subject: { family, model, pool: one as PoolId } };
    case "token":
      return {
        time,
        metric,
        subject: { family, model, token: one as TokenId, pool: other as PoolId },
      };
    case "key":
      return { time, metric, subject: { family, model, pool: one as PoolId, key: other as KeyId } };
  }
}

type UsageParts = [
  usage: string,
  family: UsageSubject["family"],
  step: TimeStep,
  time: string,
  ...rest: string[],
];

/** All audit rows, in the order of their ids. */
export const auditPrefix = (): Deno.KvKey => ["audit"];
/** One audit row. */
export const auditAddress = (id: AuditId): Deno.KvKey => ["audit", id];

/** All sessions. */
export const sessionsPrefix = (): Deno.KvKey => ["session"];
/** The session whose secret has this digest. */
export const sessionAddress = (digest: string): Deno.KvKey => ["session", digest];
/** Which sessions count: those that began under the value that stands here. */
export const sessionEpochAddress = (): Deno.KvKey => ["session_epoch"];
/** Stands once what has this digest has opened a session. */
export const usedOnceAddress = (digest: string): Deno.KvKey => ["used_once", digest];
/** Until when nobody, or one client, may try to sign in. */
export const signInLockAddress = (scope: string): Deno.KvKey => ["sign_in_lock", scope];
/** The account that a GitHub login means. */
export const gitHubLoginAddress = (login: string): Deno.KvKey => ["github_login", login];

/** All pages of failed requests, in the order they were begun. */
export const failedRequestsPrefix = (): Deno.KvKey => ["failed_requests"];
/** A page of failed requests; each process writes its own. */
export const failedRequestsAddress = (page: string): Deno.KvKey => ["failed_requests", page];
