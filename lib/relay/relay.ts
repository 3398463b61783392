/**
 * One request, from its first attempt to its first byte.
 *
 * Promises: no key is tried twice in one request; a fault of the client's goes straight back, so that a
 * poisoned request does not run through the pool; another try for nobody's fault happens once, within a
 * budget; once a byte has reached the client, the request is never tried again.
 *
 * @module
 */

import type { Clock } from "../domain/clock.ts";
import {
  POOL_COOLING,
  POOL_EMPTY,
  RotatorError,
  UNAVAILABLE,
  UPSTREAM_REFUSED,
  UPSTREAM_TIMEOUT,
  UPSTREAM_UNREACHABLE,
} from "../domain/errors.ts";
import { EVERY_MODEL, type KeyId, later } from "../domain/ids.ts";
import type { Key } from "../domain/key.ts";
import type { HealthStore } from "../domain/ports.ts";
import type {
  Attempt,
  Relay,
  Relayed,
  RelayRequest,
  Upstream,
} from "../protocol/gemini/exchange.ts";
import type { Choice, PoolRotation } from "../rotation/pool_rotation.ts";
import type { Rotation } from "../rotation/rotation.ts";
import type { Breaker } from "./breaker.ts";
import type { KeyHealth } from "./key_health.ts";
import type { LastOutcomes } from "./last_outcomes.ts";
import type { RetryBudget } from "./retry_budget.ts";

/**
 * The most attempts one request makes. Those that a key is to blame for take that key out, so a pool is
 * walked through at most once however many clients ask.
 */
export const MAX_ATTEMPTS = 20;

/** A pool whose keys were just refused is worth another look when their suspicion has passed. */
const LOOK_AGAIN_MS = 60_000;

/** What the relay is made of. */
export interface RelayParts {
  /** Chooses the key of each attempt. */
  readonly rotation: Rotation;
  /** Makes one attempt, and only one. */
  readonly upstream: Pick<Upstream, "attempt">;
  /** Opens the secret of the chosen key. */
  readonly store: Pick<HealthStore, "openSecret">;
  /** Does to keys what judgements say. */
  readonly health: KeyHealth;
  /** Remembers what last happened to each key, to be written later. */
  readonly outcomes: LastOutcomes;
  /** Pays for another try when nobody is to blame. */
  readonly budget: RetryBudget;
  /** Shared by all requests, so that each learns from the others' failures. */
  readonly breaker: Breaker;
  /** Monotonic clock for durations, wall clock for what clients are told. */
  readonly clock: Clock;
}

type Failure = Extract<Attempt, { kind: "failed" }>;

/**
 * Makes a relay.
 *
 * It throws `RotatorError` with `pool_empty`, `pool_cooling`, `upstream_refused`,
 * `upstream_unreachable`, `upstream_timeout` or `unavailable` when there is no answer to give.
 */
export function createRelay(parts: RelayParts): Relay {
  const { rotation, clock, budget } = parts;

  return async (request) => {
    const found = rotation.pool(request.poolId);
    const pool = found instanceof Promise ? await loaded(found) : found;
    if (pool === null) throw emptyPool();
    budget.earn(clock.monotonicMs());

    const model = request.call.model ?? EVERY_MODEL;
    let tried: Set<KeyId> | undefined;
    let failure: Failure | null = null;
    let retried = false;
    for (let count = 0; count < MAX_ATTEMPTS; count++) {
      const choosing = pool.choose({ model, tried, preferred: request.preferred });
      const choice: Choice = choosing instanceof Promise ? await choosing : choosing;
      if (choice.kind !== "key") return giveUp(choice, failure, clock);

      const attempt = await attemptWith(choice.key, { pool, request, parts });
      if (attempt.kind !== "failed") return attempt;
      failure = attempt;
      if (attempt.judgement.next === "answer") break;
      if (attempt.judgement.next === "retry") {
        if (retried || !budget.spend()) break;
        retried = true;
      }
      (tried ??= new Set()).add(choice.key.id);
    }
    return conclude(failure);
  };
}

/**
 * A pool, once it is read.
 *
 * @throws {RotatorError} `unavailable` when it cannot be read: nobody's mistake, storage may answer again.
 */
export async function loaded(pool: Promise<PoolRotation | null>): Promise<PoolRotation | null> {
  try {
    return await pool;
  } catch (cause) {
    if (cause instanceof RotatorError) throw cause;
    throw new RotatorError(UNAVAILABLE, "Cannot serve: our storage is out of reach", {
      cause,
      retryAfterMs: 5_000,
    });
  }
}

interface Surroundings {
  readonly pool: PoolRotation;
  readonly request: RelayRequest;
  readonly parts: RelayParts;
}

async function attemptWith(
  key: Key,
  { pool, request, parts }: Surroundings,
): Promise<Attempt> {
  const { clock, breaker, upstream, store } = parts;
  const startedMs = clock.monotonicMs();
  if (!breaker.allows(startedMs)) throw unreachable("it did not answer the last attempts");

  const opening = store.openSecret(key);
  const attempt = await upstream.attempt(request.call, {
    secret: typeof opening === "string" ? opening : await opening,
    visitor: request.visitor,
    metering: pool.pool?.metering ?? true,
    onEnd: request.onEnd,
  });
  if (attempt.kind !== "left") learn(attempt, { key, startedMs, pool, request, parts });
  return attempt;
}

/** What an attempt teaches us: of the key, and of Gemini's being there. */
function learn(
  attempt: Exclude<Attempt, { kind: "left" }>,
  { key, startedMs, pool, request, parts }: Surroundings & { key: Key; startedMs: number },
): void {
  const { clock, breaker, health, outcomes } = parts;
  const { call, attempts } = request;
  const nowMs = clock.monotonicMs();
  const { outcome, rule } = attempt.judgement;
  const status = statusOf(attempt);
  // Silence tells nothing; an answer that broke off had begun, so somebody is there.
  if (rule === "unreachable") breaker.missed(nowMs);
  else if (rule !== "timeout") breaker.reached();

  attempts.push({
    keyId: key.id,
    label: key.label,
    fingerprint: key.fingerprint,
    outcome,
    rule,
    status,
    ms: nowMs - startedMs,
  });
  outcomes.note(pool.id, key.id, { outcome, rule, model: call.model, status, at: clock.now() });
  health.apply(attempt.judgement.key, { pool, key, model: call.model });
}

function statusOf(attempt: Exclude<Attempt, { kind: "left" }>): number | null {
  return attempt.kind === "answered" ? attempt.answer.status : attempt.refusal?.status ?? null;
}

/** No key is left to try. What failed before tells more than that. */
function giveUp(
  choice: Exclude<Choice, { kind: "key" }>,
  failure: Failure | null,
  clock: Clock,
): Relayed {
  const fault = failure?.judgement.outcome;
  if (failure !== null && fault !== "exhausted") return conclude(failure);
  if (choice.kind !== "cooling") return conclude(failure);

  const retryAfterMs = Math.max(1_000, choice.until - clock.now());
  if (choice.cooldown.reason === "suspect") {
    throw allRefused(retryAfterMs);
  }
  throw new RotatorError(
    POOL_COOLING,
    `Cannot serve now: every key of this pool is cooling (${choice.cooldown.reason}); the first is ready at ${
      new Date(later(clock.now(), retryAfterMs)).toISOString()
    }`,
    { retryAfterMs, reason: choice.cooldown.reason },
  );
}

/** What the client gets when the last attempt failed and no other is made. */
function conclude(failure: Failure | null): Relayed {
  if (failure === null) throw emptyPool();
  const { judgement: { outcome, key, rule }, refusal, cause } = failure;
  if (outcome === "exhausted") throw exhausted(failure);
  if (key.kind === "dead" || rule === "unauthenticated") throw allRefused(LOOK_AGAIN_MS);
  switch (rule) {
    case "timeout":
      throw new RotatorError(UPSTREAM_TIMEOUT, "Cannot answer: Gemini took too long to begin", {
        cause,
      });
    case "shutdown":
      throw new RotatorError(UNAVAILABLE, "Cannot answer: this service is shutting down", {
        retryAfterMs: 1_000,
      });
    case "egress_location":
      throw wrongRegion();
    case "own_credentials":
      throw new Error("Gemini saw no key, or more than one, in a request of ours");
  }
  // Google's front end says in HTML that a body is too large.
  const isGoogles = refusal !== null &&
    (refusal.error !== null || refusal.status >= 500 || refusal.status === 413);
  if (!isGoogles) throw unreachable("there was no answer, or none of Google's", cause);
  return { kind: "refused", refusal };
}

function emptyPool(): RotatorError {
  return new RotatorError(
    POOL_EMPTY,
    "Cannot serve: the pool of this token has no key that is enabled; its operator has to add one",
  );
}

function allRefused(retryAfterMs: number): RotatorError {
  return new RotatorError(
    UPSTREAM_REFUSED,
    "Cannot serve: Gemini refuses the keys of this pool; its operator has to look at them",
    { retryAfterMs },
  );
}

function wrongRegion(): RotatorError {
  return new RotatorError(
    UNAVAILABLE,
    "Cannot serve: Gemini does not take requests from the region this service runs in; no key can change that",
    { reason: "egress_location" },
  );
}

function unreachable(why: string, cause?: unknown): RotatorError {
  return new RotatorError(UPSTREAM_UNREACHABLE, `Cannot reach Gemini: ${why}`, {
    cause,
    retryAfterMs: 1_000,
  });
}

/** The request was more than the keys it tried had left, though others may have enough. */
function exhausted({ refusal, judgement: { key } }: Failure): RotatorError {
  return new RotatorError(
    POOL_COOLING,
    "Cannot serve now: the keys that were tried have no quota left for this request",
    {
      retryAfterMs: refusal?.error?.retryDelayMs ?? 1_000,
      // Of quotas others may have enough; a model that is gone for one key is seldom there for others.
      ...(key.kind === "cool" && key.reason === "model_unavailable" && { reason: key.reason }),
    },
  );
}
