/**
 * What an attempt came to, and what that may do to the key that made it.
 *
 * The promise behind these types: a key's health changes only on evidence that a client cannot
 * produce. A judgement therefore says two things apart from each other: what becomes of the
 * request, and what becomes of the key.
 *
 * @module
 */

import type { EpochMs, ModelName } from "./ids.ts";

/**
 * What an attempt came to, in one word.
 *
 * - `served`: Gemini answered.
 * - `exhausted`: this key may not, now, for this model: quota, billing, missing entitlement.
 * - `refused`: the request or the key was refused; {@linkcode Judgement.next} says whose fault it was.
 * - `broken`: nobody's fault: overload, network, an answer that is not Google's.
 */
export type Outcome = "served" | "exhausted" | "refused" | "broken";

/** Why a key is set aside for good, or until a probe says otherwise. */
export type DeadReason =
  /** 400 or 401: unknown, deleted, expired, or of a type Google no longer takes. */
  | "invalid"
  /** 403 `CONSUMER_SUSPENDED`, or the project was denied access. */
  | "suspended"
  /** 403: Google found the key published somewhere. */
  | "leaked"
  /** 403: the API is off, or a restriction of the key forbids this service, address or referrer. */
  | "misconfigured";

/** How long an exhausted key pauses. `rotation/cooldown.ts` turns it into a moment. */
export type Pause =
  /** Until the next midnight in Los Angeles, where Google's daily quotas start again. */
  | { readonly kind: "pacific_day" }
  /** For as long as Google said, plus jitter. */
  | { readonly kind: "delay"; readonly ms: number }
  /** Google gave no hint: 10 s, doubling with each refusal in a row, 10 min at most. */
  | { readonly kind: "backoff" };

/** What a judgement does to the key that made the attempt. */
export type KeyVerdict =
  /** Nothing. The answer says nothing about the key, or only what a client could have caused. */
  | { readonly kind: "none" }
  /**
   * The key, or its project, cools. `models` are the names Google gave for what ran out; empty means
   * the model that was asked for, `["*"]` all of them.
   */
  | {
    readonly kind: "cool";
    readonly pause: Pause;
    readonly models: readonly ModelName[];
    readonly reason: CooldownReason;
  }
  /** Strong evidence that the key is dead. Our own probe has to agree before it is disabled. */
  | { readonly kind: "dead"; readonly reason: DeadReason }
  /** Weak evidence: a probe decides, and until then the key goes on serving. */
  | { readonly kind: "suspect" };

/** Why a key cools, as operators read it. */
export type CooldownReason =
  | "day_quota"
  | "minute_quota"
  | "no_entitlement"
  | "billing"
  | "quota"
  | "model_unavailable"
  | "suspect";

/** What becomes of the request after an attempt. */
export type NextStep =
  /** The answer, good or bad, is the client's. */
  | "answer"
  /** Another key may do better: take the next ready one. */
  | "next_key"
  /** Nobody's fault: one more try within the retry budget. */
  | "retry";

/** One verdict on one answer. `upstream/judge.ts` makes them. */
export interface Judgement {
  /** Decides what the client hears when no other attempt is made. */
  readonly outcome: Outcome;
  /** Done to the key at once, whatever becomes of the request. */
  readonly key: KeyVerdict;
  /** What would help; the limits of `relay` may forbid it. */
  readonly next: NextStep;
  /** The row of the decision table that applied, for logs and the operator's trace. */
  readonly rule: string;
}

/** The last thing that happened to a key, as the admin API shows it. */
export interface LastOutcome {
  /** In one word; `rule` says more. */
  readonly outcome: Outcome;
  /** The row of the decision table that applied; `served` when Gemini answered. */
  readonly rule: string;
  /** As the client named it; null for calls that name none. */
  readonly model: ModelName | null;
  /** HTTP status of the answer; null when there was none. */
  readonly status: number | null;
  /** When the attempt was judged. */
  readonly at: EpochMs;
}
