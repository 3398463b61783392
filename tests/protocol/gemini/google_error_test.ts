import assert from "node:assert/strict";
import fc from "fast-check";
import { parseGoogleError } from "../../../lib/protocol/gemini/google_error.ts";

const ERRORS = new URL("../../fixtures/gemini/errors/", import.meta.url);
const TYPE = "type.googleapis.com/google.rpc.";

function parsed(error: unknown) {
  return parseGoogleError(JSON.stringify({ error }));
}

function detailed(...details: unknown[]) {
  const error = parsed({ code: 429, status: "RESOURCE_EXHAUSTED", message: "x", details });
  assert.ok(error);
  return error;
}

Deno.test("parseGoogleError() keeps what a pool needs of a recorded quota error", async () => {
  const body = await Deno.readTextFile(new URL("429-free-tier-day-quota-20.json", ERRORS));

  const error = parseGoogleError(body);

  assert.ok(error);
  const { message, ...rest } = error;
  assert.match(message, /^You exceeded your current quota/);
  assert.deepEqual(rest, {
    code: 429,
    status: "RESOURCE_EXHAUSTED",
    reasons: [],
    violations: [{
      quotaId: "GenerateRequestsPerDayPerProjectPerModel-FreeTier",
      metric: "generativelanguage.googleapis.com/generate_content_free_tier_requests",
      model: "gemini-3.5-flash",
      value: "20",
    }],
    fieldViolations: [],
    retryDelayMs: 38_000,
  });
});

Deno.test("parseGoogleError() reads field violations out of an array", async () => {
  const body = await Deno.readTextFile(new URL("openai-compat-400-unknown-name.json", ERRORS));

  assert.deepEqual(parseGoogleError(body)?.fieldViolations, [{
    field: null,
    description: 'Invalid JSON payload received. Unknown name "reasoning": Cannot find field.',
  }]);
});

Deno.test("parseGoogleError() reads the quota of older errors from their metadata", () => {
  const { violations, reasons } = detailed({
    "@type": `${TYPE}ErrorInfo`,
    reason: "RATE_LIMIT_EXCEEDED",
    metadata: { quota_limit: "RequestsPerMinute", quota_limit_value: "0", quota_metric: "m" },
  });

  assert.deepEqual(reasons, ["RATE_LIMIT_EXCEEDED"]);
  assert.deepEqual(violations, [
    { quotaId: "RequestsPerMinute", metric: "m", model: null, value: "0" },
  ]);
});

Deno.test("parseGoogleError() drops names that do not look like Google's", () => {
  const { reasons, violations } = detailed(
    { "@type": `${TYPE}ErrorInfo`, reason: "projects/123 AIzaSy" },
    { "@type": `${TYPE}ErrorInfo`, reason: 7 },
    {
      "@type": `${TYPE}QuotaFailure`,
      violations: [
        { quotaId: "Per Day" },
        { quotaId: "PerDay", quotaDimensions: { model: "*" } },
        { quotaId: "PerMinute", quotaDimensions: { model: "a\u0000b" }, quotaValue: {} },
      ],
    },
  );

  assert.deepEqual(reasons, []);
  assert.deepEqual(violations.map(({ quotaId, model, value }) => [quotaId, model, value]), [
    ["PerDay", null, null],
    ["PerMinute", null, null],
  ]);
});

Deno.test("parseGoogleError() cuts lists that no error needs", () => {
  const fieldViolations = Array.from({ length: 1000 }, () => ({ description: "x" }));

  const error = detailed({ "@type": `${TYPE}BadRequest`, fieldViolations });

  assert.equal(error.fieldViolations.length, 32);
});

for (
  const [code, status, expected] of [
    [403, "PERMISSION_DENIED", [403, "PERMISSION_DENIED"]],
    [undefined, "NOT_FOUND", [404, "NOT_FOUND"]],
    ["not_found", undefined, [404, "NOT_FOUND"]],
    ["invalid_request", undefined, [400, "INVALID_ARGUMENT"]],
    ["429", "RESOURCE_EXHAUSTED", [429, "RESOURCE_EXHAUSTED"]],
    ["no_such_word", undefined, [null, null]],
    [400, "Bad Request", [400, null]],
    [12345, "UNKNOWN", [500, "UNKNOWN"]],
    [400, "toString", [400, null]],
  ] as const
) {
  Deno.test(`parseGoogleError() reads code ${code} and status ${status} as ${expected}`, () => {
    const error = parsed({ code, status, message: "x" });

    assert.deepEqual([error?.code, error?.status], expected);
  });
}

for (
  const body of [
    "",
    "null",
    "[]",
    '"error"',
    '{"error":"rate limited"}',
    '{"error":{}}',
    '{"error":{"message":"x"}}',
    '{"error":[{"code":2009,"message":"Unauthorized"}],"name":"AiGatewayError"}',
    '{"success":false,"error":{"code":400,"status":"INVALID_ARGUMENT"}}',
    '{"candidates":[{"content":{"parts":[{"text":"{\\"error\\":{\\"code\\":400}}"}]}}]}',
    '<html>{"error":{"code":400,"status":"INVALID_ARGUMENT"}}</html>',
    'data: {"candidates":[{"error":{"code":400}}]}',
    'data: {"error":{"code":4',
    "error code: 1015",
  ]
) {
  Deno.test(`parseGoogleError() finds no error of Google's in ${body || "nothing"}`, () => {
    assert.equal(parseGoogleError(body), null);
  });
}

Deno.test("parseGoogleError() reads a body of 256 KiB, and none beyond", () => {
  const error = '{"error":{"code":400}}';

  assert.ok(parseGoogleError(error.padStart(256 * 1024)));
  assert.equal(parseGoogleError(error.padStart(256 * 1024 + 1)), null);
});

Deno.test("parseGoogleError() reads the same error in any form it may come", () => {
  const errors = fc.record({
    code: fc.integer({ min: 400, max: 599 }),
    message: fc.string(),
    status: fc.constantFrom("INVALID_ARGUMENT", "UNAVAILABLE"),
  });
  const forms = fc.constantFrom<(json: string) => string>(
    (json) => `[${json}]`,
    (json) => `data: ${json}\r\n\r\n`,
    (json) => `data: {"candidates":[]}\n\ndata: ${json}`,
    (json) => `data: {"candidates":[]}\r\n\r\n${json}`,
    (json) => `Error 500: ${json}\n`,
    (json) => JSON.stringify(JSON.parse(json), null, 2),
  );
  fc.assert(
    fc.property(errors, forms, (error, form) => {
      const json = JSON.stringify({ error });

      const plain = parseGoogleError(json);

      assert.equal(plain?.message, error.message);
      assert.deepEqual(parseGoogleError(form(json)), plain);
    }),
    { numRuns: 2_000 },
  );
});
