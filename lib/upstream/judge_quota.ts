/**
 * Judges a 429: which quota ran out, for which model, and for how long.
 *
 * The longest window wins. A spent day still carries a `retryDelay` of 38 seconds, so the quota's id
 * is believed before the delay; several violations in one error cool for the worst of them.
 *
 * @see https://ai.google.dev/gemini-api/docs/rate-limits
 * @module
 */

import type { CooldownReason, Judgement, NextStep, Pause } from "../domain/outcome.ts";
import type { ModelName } from "../domain/ids.ts";
import { EVERY_MODEL } from "../domain/ids.ts";
import type { GoogleError, QuotaViolation } from "../protocol/gemini/google_error.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const UNTIL_TOMORROW: Pause = { kind: "pacific_day" };
/** How long a key pauses when only a person, paying or upgrading, can end the reason: one hour. */
export const AN_HOUR: Pause = { kind: "delay", ms: HOUR_MS };

/** Words about money that only Google writes; a plain 429 says "billing details", which is not meant. */
export const BILLING_WORDS =
  /\bfree tier is not available\b|\benable billing\b|\bbilling account\b|\bprepayment credits\b|\bcredits are depleted\b|\bspend(?:ing)?[ -](?:cap|limit|rate)\b/i;

/** The project has to pay, or has paid all it wants to: every model cools for an hour. */
export const BILLING: Judgement = cooling("billing", "billing", AN_HOUR, {
  models: [EVERY_MODEL],
});

/** Judges an error whose status is `RESOURCE_EXHAUSTED`, or that names violated quotas. */
export function judgeQuota(error: GoogleError): Judgement {
  const { message, violations, retryDelayMs } = error;
  if (BILLING_WORDS.test(message)) return BILLING;

  const closed = violations.filter(({ value }) => value === "0");
  if (closed.length > 0 || LIMIT_ZERO.test(message)) {
    const models = closed.length > 0 ? modelsOf(closed) : modelsOf(violations);
    return cooling("no_entitlement", "no_entitlement", UNTIL_TOMORROW, { models });
  }

  const daily = violations.filter(({ quotaId }) => quotaId.includes("PerDay"));
  if (daily.length > 0) {
    return cooling("day_quota", "day_quota", UNTIL_TOMORROW, { models: modelsOf(daily) });
  }

  if (violations.length === 0 && !retryDelayMs) {
    return cooling("bare_quota", "quota", { kind: "backoff" });
  }
  const pause: Pause = { kind: "delay", ms: Math.min(retryDelayMs || MINUTE_MS, HOUR_MS) };
  const models = modelsOf(violations);
  // One oversized prompt exhausts every key it meets: it may try once more, but not the whole pool.
  return violations.length > 0 && violations.every(isInputTokens)
    ? cooling("minute_input_tokens", "minute_quota", pause, { models, next: "retry" })
    : cooling("minute_quota", "minute_quota", pause, { models });
}

/** The judgement that a key has run out of something: it cools, and another key may serve. */
export function cooling(
  rule: string,
  reason: CooldownReason,
  pause: Pause,
  { models = [], next = "next_key" }: { models?: readonly ModelName[]; next?: NextStep } = {},
): Judgement {
  return { outcome: "exhausted", key: { kind: "cool", pause, models, reason }, next, rule };
}

/** The message repeats what a violation may leave out, because protobuf JSON omits zeros. */
const LIMIT_ZERO = /\blimit: 0(?!\.?\d)/;

function isInputTokens({ quotaId, metric }: QuotaViolation): boolean {
  return quotaId.includes("InputTokens") || metric.includes("input_token");
}

function modelsOf(violations: readonly QuotaViolation[]): readonly ModelName[] {
  return [...new Set(violations.map(({ model }) => model).filter((model) => model !== null))];
}
