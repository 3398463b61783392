import { deepStrictEqual as deepEqual, doesNotMatch, strictEqual as equal } from "node:assert";
import { type ErrorCode, RotatorError } from "../../../lib/domain/errors.ts";
import type { GoogleError } from "../../../lib/protocol/gemini/google_error.ts";
import {
  errorEvent,
  openAiErrorReply,
  openAiRefusalReply,
} from "../../../lib/protocol/openai/error_reply.ts";
import { validateOpenAi } from "../../support/openai_schema.ts";

const ONCE = { attempts: 1 };
const JSON_TYPE = { "content-type": "application/json; charset=UTF-8" };

/** OPENAI §9, and our own codes. */
const ROWS: readonly (readonly [ErrorCode, status: number, type: string, code: string])[] = [
  ["unauthenticated", 401, "invalid_request_error", "invalid_api_key"],
  ["forbidden", 403, "invalid_request_error", "permission_denied"],
  ["invalid_request", 400, "invalid_request_error", "invalid_argument"],
  ["not_found", 404, "invalid_request_error", "not_found"],
  ["conflict", 409, "invalid_request_error", "conflict"],
  ["too_large", 413, "invalid_request_error", "request_too_large"],
  ["method_not_allowed", 405, "invalid_request_error", "method_not_allowed"],
  ["request_timeout", 408, "invalid_request_error", "request_timeout"],
  ["pool_empty", 503, "server_error", "no_available_key"],
  ["pool_cooling", 429, "rate_limit_error", "rate_limit_exceeded"],
  ["upstream_refused", 503, "server_error", "no_available_key"],
  ["upstream_unreachable", 502, "server_error", "upstream_error"],
  ["upstream_timeout", 504, "server_error", "timeout"],
  ["unavailable", 503, "server_error", "unavailable"],
  ["internal", 500, "server_error", "internal_error"],
];

for (const [errorCode, status, type, code] of ROWS) {
  Deno.test(`9 our error ${errorCode} is ${status} ${code}`, () => {
    const reply = openAiErrorReply(new RotatorError(errorCode, "Cannot do it: no"), ONCE);

    equal(reply.status, status);
    deepEqual(JSON.parse(reply.body), {
      error: { message: "Cannot do it: no", type, param: null, code },
    });
    deepEqual(validateOpenAi("ErrorResponse", JSON.parse(reply.body)), []);
  });
}

for (
  const [reason, errorCode, status, type, code] of [
    ["day_quota", "pool_cooling", 429, "insufficient_quota", "insufficient_quota"],
    ["billing", "pool_cooling", 429, "insufficient_quota", "insufficient_quota"],
    ["no_entitlement", "pool_cooling", 429, "insufficient_quota", "insufficient_quota"],
    ["minute_quota", "pool_cooling", 429, "rate_limit_error", "rate_limit_exceeded"],
    ["model_unavailable", "pool_cooling", 404, "invalid_request_error", "model_not_found"],
    ["unknown_model", "not_found", 404, "invalid_request_error", "model_not_found"],
    ["egress_location", "unavailable", 502, "server_error", "upstream_location"],
    ["empty_answer", "upstream_unreachable", 502, "server_error", "empty_response"],
    ["unsigned", "upstream_unreachable", 502, "server_error", "thought_signature_missing"],
  ] as const
) {
  Deno.test(`9 our error ${errorCode} because of ${reason} is ${status} ${code}`, () => {
    const reply = openAiErrorReply(new RotatorError(errorCode, "No", { reason }), ONCE);

    const { error } = JSON.parse(reply.body);

    deepEqual([reply.status, error.type, error.code], [status, type, code]);
  });
}

Deno.test("9 an error names the field that is wrong", () => {
  const error = new RotatorError("invalid_request", "No", { param: "messages[0].role" });

  equal(JSON.parse(openAiErrorReply(error, ONCE).body).error.param, "messages[0].role");
});

Deno.test("9 a short wait is told in seconds and in milliseconds", () => {
  deepEqual(headersAfter(1_500), {
    ...JSON_TYPE,
    "retry-after": "2",
    "retry-after-ms": "1500",
  });
});

Deno.test("9 a wait of a minute is the longest that clients obey", () => {
  deepEqual(headersAfter(60_000), {
    ...JSON_TYPE,
    "retry-after": "60",
    "retry-after-ms": "60000",
  });
});

Deno.test("9 a longer wait is told in seconds, and that trying again does not help", () => {
  deepEqual(headersAfter(60_001), {
    ...JSON_TYPE,
    "retry-after": "61",
    "x-should-retry": "false",
  });
});

Deno.test("9 a pool that cools tells a wait even when nobody knows how long", () => {
  const { headers } = openAiErrorReply(new RotatorError("pool_cooling", "No"), ONCE);

  deepEqual(headers, { ...JSON_TYPE, "retry-after": "1", "retry-after-ms": "1" });
});

for (
  const [what, status, attempts, expected] of [
    ["5xx of one key may be tried again", 503, 1, undefined],
    ["5xx of several keys is not tried again", 503, 2, "false"],
    ["4xx says nothing about trying again", 400, 2, undefined],
  ] as const
) {
  Deno.test(`9 a ${what}`, () => {
    const { headers } = openAiRefusalReply({ status, error: null }, { attempts });

    equal(headers["x-should-retry"], expected);
  });
}

Deno.test("9 a refusal tells the wait that Google asks for", () => {
  const { headers } = openAiRefusalReply(
    { status: 429, error: anError({ retryDelayMs: 12_300 }) },
    { attempts: 2 },
  );

  deepEqual(headers, { ...JSON_TYPE, "retry-after": "13", "retry-after-ms": "12300" });
});

Deno.test("9 a day's quota does not come back after the seconds that Google names", () => {
  const violations = [{ quotaId: "RequestsPerDay", metric: "", model: null, value: "20" }];

  const { headers } = openAiRefusalReply(
    { status: 429, error: anError({ retryDelayMs: 38_900, violations }) },
    ONCE,
  );

  deepEqual(headers, { ...JSON_TYPE, "x-should-retry": "false" });
});

Deno.test("9 no key, token or project gets through, in our errors or in Google's", () => {
  const secrets =
    "AIzaSyA1234567890abcdefghijklmnopqrstuv AQ.Ab8RN6abcdefghijk projects/123456789 " +
    "https://generativelanguage.googleapis.com/upload/v1beta/files?upload_id=abc&key=def";

  const bodies = [
    openAiErrorReply(new RotatorError("internal", secrets), ONCE).body,
    openAiRefusalReply({ status: 400, error: anError({ message: secrets }) }, ONCE).body,
  ];

  bodies.forEach((body) => doesNotMatch(body, /AIza|AQ\.|123456789|upload_id|key=/));
});

Deno.test("6 an error as an event is one line of data", () => {
  const reply = openAiErrorReply(new RotatorError("internal", "No\nway"), ONCE);

  equal(errorEvent(reply), `data: ${reply.body}\n\n`);
  equal(errorEvent(reply).trimEnd().split("\n").length, 1);
});

function headersAfter(retryAfterMs: number): Record<string, string> {
  return openAiErrorReply(new RotatorError("pool_cooling", "No", { retryAfterMs }), ONCE).headers;
}

function anError(fields: Partial<GoogleError>): GoogleError {
  return {
    code: null,
    status: null,
    message: "No",
    reasons: [],
    violations: [],
    fieldViolations: [],
    retryDelayMs: null,
    ...fields,
  };
}
