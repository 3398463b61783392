/**
 * REL-17: a key's health changes only on evidence that a client cannot produce.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Phase } from "../../lib/upstream/judge.ts";
import { judge } from "../../lib/upstream/judge.ts";
import { googleBody } from "./google_body.ts";

const RUNS = { numRuns: 2_000 };
const PHASES: readonly Phase[] = ["answer", "first_event", "mid_stream"];
const HEADERS = new Headers({ "content-type": "application/json" });

/** What a client would like Google to say of a key. */
const POISON = [
  "API key not valid. Please pass a valid API key.",
  "API_KEY_INVALID",
  "Your API key was reported as leaked. Please use another API key.",
  "Your project has been denied access",
  "Permission denied: Consumer 'api_key:AIzaX' has been suspended",
  "This model models/x is no longer available to new users.",
  "Please enable billing",
  "free tier is not available",
  "prepayment credits",
  "limit: 0, model: gemini-2.5-pro",
  "GenerateRequestsPerDayPerProjectPerModel",
  "Please retry in 3600s.",
  googleBody(400, "INVALID_ARGUMENT", "x", { ErrorInfo: { reason: "API_KEY_INVALID" } }),
];

/** Places in Google's own errors where a client's words appear, for every row that says "none". */
const QUOTES: readonly ((words: string) => readonly [number, string, string])[] = [
  (words) => [400, "INVALID_ARGUMENT", `Invalid JSON payload received. Unknown name "${words}"`],
  (words) => [400, "INVALID_ARGUMENT", `* GenerateContentRequest.tools[0].name: ${words}`],
  (words) => [404, "NOT_FOUND", `models/${words} is not found for API version v1beta`],
  (words) => [403, "PERMISSION_DENIED", `You do not have permission to access the File ${words}`],
  (words) => [403, "PERMISSION_DENIED", `CachedContent ${words} not found (or permission denied)`],
  (words) => [409, "ALREADY_EXISTS", `Requested entity ${words} already exists`],
  (words) => [413, "INVALID_ARGUMENT", `Too large: ${words}`],
  (words) => [500, "INTERNAL", words],
  (words) => [503, "UNAVAILABLE", words],
];

const poison = fc.oneof(fc.constantFrom(...POISON), fc.string({ maxLength: 40 }));

Deno.test("judge() touches no key for what a client made Google quote", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...QUOTES),
      poison,
      fc.constantFrom(...PHASES),
      (quote, words, phase) => {
        const [status, name, message] = quote(words);
        const details = {
          BadRequest: { fieldViolations: [{ field: words, description: words }] },
        };
        const body = googleBody(status, name, message, details);

        const { key, next } = judge({ status, headers: HEADERS, body, phase });

        assert.equal(key.kind, "none");
        assert.notEqual(next, "next_key");
      },
    ),
    RUNS,
  );
});

Deno.test("judge() touches no key for a model's words in the first event of a stream", () => {
  fc.assert(
    fc.property(poison, (text) => {
      const event = JSON.stringify({ candidates: [{ content: { parts: [{ text }] } }] });
      const body = `data: ${event}\r\n\r\n`;

      const { key } = judge({ status: 200, headers: HEADERS, body, phase: "first_event" });

      assert.equal(key.kind, "none");
    }),
    RUNS,
  );
});

Deno.test("judge() touches no key for a page that repeats what a client sent", () => {
  fc.assert(
    fc.property(poison, fc.integer({ min: 300, max: 599 }), (words, status) => {
      const body = `<!DOCTYPE html>\n<pre>\n\n${words}\n\n</pre>`;

      assert.equal(judge({ status, headers: HEADERS, body, phase: "answer" }).key.kind, "none");
    }),
    RUNS,
  );
});

const word = fc.constantFrom(
  ...POISON,
  ...'error code message status details metadata quota_limit violations data: { } [ ] , : " \n\n \\ 429 null'
    .split(" "),
);
const bodies = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.array(word, { maxLength: 30 }).map((words) => words.join("")),
  fc.jsonValue().map((value) => JSON.stringify({ error: value })),
  fc.record({ code: fc.jsonValue(), status: fc.constantFrom("OK", "__proto__", "UNKNOWN", 7) })
    .map((error) => JSON.stringify({ error })),
  fc.tuple(fc.constantFrom("ErrorInfo", "QuotaFailure", "RetryInfo", "BadRequest"), fc.object())
    .map(([type, fields]) => googleBody(429, "RESOURCE_EXHAUSTED", "x", { [type]: fields })),
);

Deno.test("judge() never throws, and mid-stream never touches a key or tries again", () => {
  const statuses = fc.oneof(fc.integer(), fc.integer({ min: 100, max: 599 }), fc.double());
  const types = fc.constantFrom(
    "application/json",
    "text/html; charset=utf-8",
    "text/event-stream",
  );
  fc.assert(
    fc.property(
      statuses,
      types,
      bodies,
      fc.constantFrom(...PHASES),
      (status, type, body, phase) => {
        const headers = new Headers({ "content-type": type });

        const { key, next, rule } = judge({ status, headers, body, phase });

        assert.notEqual(rule, "");
        if (phase === "mid_stream") assert.deepEqual([key.kind, next], ["none", "answer"]);
      },
    ),
    { numRuns: 5_000 },
  );
});

Deno.test("judge() survives a body as deep as it may be long", () => {
  const deep = "[".repeat(120_000) + "]".repeat(120_000);
  const body = `{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":${deep}}}`;

  const { rule } = judge({ status: 429, headers: HEADERS, body, phase: "answer" });

  assert.equal(rule, "bare_quota");
});
