import assert from "node:assert/strict";
import type { Judgement } from "../../lib/domain/outcome.ts";
import { judge } from "../../lib/upstream/judge.ts";
import { googleBody, quotaBody, violation } from "./google_body.ts";

const INPUT = { metric: "generate_content_free_tier_input_token_count" };
const DAY = { kind: "pacific_day" };

function judged(body: string): Judgement {
  return judge({ status: 429, headers: new Headers(), body, phase: "answer" });
}

function keyOf(body: string) {
  const { key } = judged(body);
  assert.equal(key.kind, "cool");
  return key;
}

Deno.test("judge() lets a day's quota win over a delay of 38 s", () => {
  const body = quotaBody([violation("GenerateRequestsPerDay")], { retryDelay: "38s" });

  const models = ["gemini-2.5-pro"];
  assert.deepEqual(keyOf(body), { kind: "cool", pause: DAY, models, reason: "day_quota" });
});

Deno.test("judge() names only the models whose window is the longest, each once", () => {
  const body = quotaBody([
    violation("GenerateRequestsPerMinute", { model: "gemini-3-flash" }),
    violation("GenerateRequestsPerDay", { model: "models/gemini-2.5-pro" }),
    violation("GenerateContentInputTokensPerDay", { model: "gemini-2.5-pro", ...INPUT }),
  ]);

  assert.deepEqual(keyOf(body).models, ["gemini-2.5-pro"]);
});

for (
  const [retryDelay, ms] of [
    ["48s", 48_000],
    ["0.9s", 900],
    ["48.939935699s", 48_940],
    ["0s", 60_000],
    [undefined, 60_000],
    ["-5s", 60_000],
    ["soon", 60_000],
    ["7200s", 3_600_000],
  ] as const
) {
  Deno.test(`judge() cools a spent minute for ${ms} ms when the delay is ${retryDelay}`, () => {
    const body = quotaBody(
      [violation("GenerateRequestsPerMinute")],
      retryDelay === undefined ? {} : { retryDelay },
    );

    assert.deepEqual(judged(body), {
      outcome: "exhausted",
      key: {
        kind: "cool",
        pause: { kind: "delay", ms },
        models: ["gemini-2.5-pro"],
        reason: "minute_quota",
      },
      next: "next_key",
      rule: "minute_quota",
    });
  });
}

Deno.test("judge() takes the delay from RetryInfo alone", () => {
  const body = googleBody(429, "RESOURCE_EXHAUSTED", "x", { RetryInfo: { retryDelay: "20s" } });

  assert.deepEqual(keyOf(body).pause, { kind: "delay", ms: 20_000 });
});

Deno.test("judge() takes the delay from the message when there are no details", () => {
  const body = googleBody(429, "RESOURCE_EXHAUSTED", "Quota.\nPlease retry in 11.665s.");

  assert.deepEqual(keyOf(body).pause, { kind: "delay", ms: 11_665 });
});

Deno.test("judge() cools a quota of an unknown window for a minute", () => {
  assert.deepEqual(keyOf(quotaBody([violation("Whatever")])).pause, { kind: "delay", ms: 60_000 });
});

Deno.test("judge() does not send an oversized prompt through the pool", () => {
  const { rule, next, key } = judged(
    quotaBody([violation("GenerateContentInputTokensPerMinute", INPUT)], { retryDelay: "48s" }),
  );

  assert.deepEqual([rule, next, key.kind], ["minute_input_tokens", "retry", "cool"]);
});

Deno.test("judge() goes on to the next key when requests ran out beside input tokens", () => {
  const { next } = judged(quotaBody([
    violation("GenerateContentInputTokensPerMinute", INPUT),
    violation("GenerateRequestsPerMinute"),
  ]));

  assert.equal(next, "next_key");
});

Deno.test("judge() goes on to the next key when a day's input tokens ran out", () => {
  const { rule, next } = judged(quotaBody([violation("GenerateContentInputTokensPerDay", INPUT)]));

  assert.deepEqual([rule, next], ["day_quota", "next_key"]);
});

const ZERO_IN_METADATA = googleBody(429, "RESOURCE_EXHAUSTED", "Quota exceeded", {
  ErrorInfo: {
    reason: "RATE_LIMIT_EXCEEDED",
    metadata: {
      quota_limit: "GenerateContentRequestsPerMinutePerProjectPerRegion",
      quota_limit_value: "0",
      consumer: "projects/391029737820",
    },
  },
});

for (
  const [where, body, models] of [
    ["quotaValue", quotaBody([violation("GenerateRequestsPerMinute", { value: "0" })]), [
      "gemini-2.5-pro",
    ]],
    [
      "the message",
      quotaBody([violation("GenerateRequestsPerMinute")], {
        message: "* Quota exceeded for metric: m, limit: 0, model: gemini-2.5-pro",
        retryDelay: "11s",
      }),
      ["gemini-2.5-pro"],
    ],
    ["the metadata of older errors", ZERO_IN_METADATA, []],
  ] as const
) {
  Deno.test(`judge() sees a missing entitlement in ${where}`, () => {
    assert.deepEqual(keyOf(body), { kind: "cool", pause: DAY, models, reason: "no_entitlement" });
  });
}

Deno.test("judge() does not take a limit of 0.5 or 05 for none", () => {
  const of = (limit: string) =>
    judged(quotaBody([], { message: `limit: ${limit}, model: x` })).rule;

  assert.deepEqual([of("0.5"), of("05"), of("0")], ["bare_quota", "bare_quota", "no_entitlement"]);
});

for (
  const message of [
    "Your prepayment credits are depleted. Please go to AI Studio.",
    "Your project has exceeded its monthly spending cap.",
  ]
) {
  Deno.test(`judge() calls it billing: ${message}`, () => {
    assert.equal(judged(googleBody(429, "RESOURCE_EXHAUSTED", message)).rule, "billing");
  });
}

Deno.test("judge() backs off when Google only offers help", () => {
  const body = googleBody(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted", {
    Help: { links: [{ url: "https://ai.google.dev" }] },
  });

  const pause = { kind: "backoff" };
  assert.deepEqual(keyOf(body), { kind: "cool", pause, models: [], reason: "quota" });
});

Deno.test("judge() never cools all models because a body names a model *", () => {
  const body = quotaBody([violation("GenerateRequestsPerDay", { model: "*" })]);

  assert.deepEqual(keyOf(body).models, []);
});
