/**
 * Values of the domain with every field filled in, so that a test shows only what matters to it.
 *
 * @module
 */

import type { Actor } from "../../lib/domain/actor.ts";
import type { FailedRequest } from "../../lib/domain/failed_request.ts";
import type { FinishedRequest } from "../../lib/domain/finished_request.ts";
import type { EpochMs, KeyId, PoolId, TokenId } from "../../lib/domain/ids.ts";
import type { Cooldown, Key } from "../../lib/domain/key.ts";
import type { LastOutcome } from "../../lib/domain/outcome.ts";
import type { Pool } from "../../lib/domain/pool.ts";
import type { SignedCall, Usage } from "../../lib/domain/ports.ts";
import type { Token } from "../../lib/domain/token.ts";
import type { AttemptTrace } from "../../lib/domain/trace.ts";
import type { UsageRow } from "../../lib/domain/usage_store.ts";
import { NOON } from "./hand_clock.ts";

/** The pool that keys belong to unless a test says otherwise. */
export const POOL = "pool-1" as PoolId;
/** The model that requests are about unless a test says otherwise. */
export const MODEL = "gemini-2.5-pro";

/** Who changes things unless a test says otherwise. */
export const SOMEBODY: Actor = { kind: "github", id: 583_231, login: "octocat" };

/** A pool. */
export function aPool(fields: Partial<Pool> = {}): Pool {
  return { id: POOL, name: "research", createdAt: NOON, metering: true, aliases: {}, ...fields };
}

/** A key; `id` is a plain string here. */
export function aKey(
  { id = "k1", ...fields }: Partial<Omit<Key, "id">> & { id?: string } = {},
): Key {
  return {
    id: id as KeyId,
    poolId: POOL,
    label: "",
    project: null,
    lastFour: "x7Qk",
    fingerprint: "0badcafe",
    createdAt: NOON,
    disabled: null,
    ...fields,
  };
}

/** So many keys, `k0` first; in the order of their ids. */
export function keysOf(count: number): Key[] {
  const width = String(count - 1).length;
  return Array.from(
    { length: count },
    (_, n) => aKey({ id: `k${String(n).padStart(width, "0")}` }),
  );
}

/** A cooldown that began at noon; `until` counts milliseconds from noon. */
export function aCooldown(
  { until = 60_000, ...fields }: Partial<Omit<Cooldown, "until">> & { until?: number } = {},
): Cooldown {
  return {
    subject: "key:k1",
    model: MODEL,
    reason: "minute_quota",
    since: NOON,
    until: (NOON + until) as EpochMs,
    streak: 1,
    ...fields,
  };
}

/** The last thing that happened to a key. */
export function aLastOutcome(fields: Partial<LastOutcome> = {}): LastOutcome {
  return { outcome: "served", rule: "served", model: MODEL, status: 200, at: NOON, ...fields };
}

/** A call with its signature; a different one for each number, in all that it says. */
export function aSignedCall(n = 0, fields: Partial<SignedCall> = {}): SignedCall {
  return {
    callId: `call_${n}`,
    name: "get_weather",
    args: `{"city":${n}}`,
    signature: btoa(`why the model calls, ${n}`),
    ...fields,
  };
}

/** A secret that could be Gemini's; a different one for each number. */
export function aSecret(n = 0): string {
  return `AIzaSy${String(n).padStart(33, "Q0-_x")}`;
}

/** Numbers in [0, 1) that look random and are the same for the same seed: mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A token of the usual pool, without limits; `id` is a plain string here. */
export function aToken(
  { id = "t1", ...fields }: Partial<Omit<Token, "id">> & { id?: string } = {},
): Token {
  return {
    id: id as TokenId,
    name: "a client",
    poolId: POOL,
    enabled: true,
    allowedModels: null,
    expiresAt: null,
    requestsPerMinute: null,
    tokensPerDay: null,
    createdAt: NOON,
    ...fields,
  };
}

/** An attempt that was served by `k1`; the key's id is a plain string here. */
export function anAttempt(
  { keyId = "k1", ...fields }: Partial<Omit<AttemptTrace, "keyId">> & { keyId?: string } = {},
): AttemptTrace {
  return {
    keyId: keyId as KeyId,
    label: "mine",
    fingerprint: "0badcafe",
    outcome: "served",
    rule: "served",
    status: 200,
    ms: 5,
    ...fields,
  };
}

/** What Gemini counted: so many tokens of a prompt, and of an answer. */
export function aUsage(prompt = 3, output = 4): Usage {
  return { prompt, cached: 0, output, thoughts: 0, toolUse: 0, total: prompt + output };
}

/** A request that was served at the first attempt. */
export function aRequest(fields: Partial<FinishedRequest> = {}): FinishedRequest {
  return {
    token: aToken(),
    model: MODEL,
    outcome: "served",
    usage: aUsage(),
    latencyMs: 120,
    attempts: [anAttempt()],
    ...fields,
  };
}

/** A request that failed at noon; a different one for each number. */
export function aFailedRequest(n = 0, fields: Partial<FailedRequest> = {}): FailedRequest {
  return {
    id: `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`,
    at: (NOON + n) as EpochMs,
    ms: 12,
    token: { id: "token-1" as TokenId, name: "laptop" },
    poolId: POOL,
    operation: "generateContent",
    model: MODEL,
    status: 429,
    end: "complete",
    code: "pool_cooling",
    reason: "day_quota",
    message: "Cannot serve now: every key of this pool is cooling",
    attempts: [anAttempt()],
    ...fields,
  };
}

/** Sums of a token's requests in the hour from noon. */
export function aUsageRow(
  { token = "t1", ...fields }: Partial<UsageRow> & { token?: string } = {},
): UsageRow {
  return {
    subject: { family: "token", pool: POOL, token: token as TokenId, model: MODEL },
    hour: NOON,
    lastAt: NOON,
    sums: { served: 1 },
    ...fields,
  };
}
