import assert from "node:assert/strict";
import fc from "fast-check";
import type { ErrorCode } from "../../../lib/domain/errors.ts";
import { RotatorError } from "../../../lib/domain/errors.ts";
import { googleErrorBody, rebuildGoogleError } from "../../../lib/protocol/gemini/error_reply.ts";
import { parseGoogleError } from "../../../lib/protocol/gemini/google_error.ts";

const TYPE = "type.googleapis.com/google.rpc.";
const KEY = "AIzaSyCanary0123456789canary0123456789c";

const STATUS: Record<ErrorCode, readonly [number, string]> = {
  unauthenticated: [401, "UNAUTHENTICATED"],
  forbidden: [403, "PERMISSION_DENIED"],
  invalid_request: [400, "INVALID_ARGUMENT"],
  not_found: [404, "NOT_FOUND"],
  conflict: [409, "ABORTED"],
  too_large: [413, "INVALID_ARGUMENT"],
  method_not_allowed: [405, "UNIMPLEMENTED"],
  rate_limited: [429, "RESOURCE_EXHAUSTED"],
  request_timeout: [408, "DEADLINE_EXCEEDED"],
  pool_empty: [503, "UNAVAILABLE"],
  pool_cooling: [429, "RESOURCE_EXHAUSTED"],
  upstream_refused: [503, "UNAVAILABLE"],
  upstream_unreachable: [502, "UNAVAILABLE"],
  upstream_timeout: [504, "DEADLINE_EXCEEDED"],
  unavailable: [503, "UNAVAILABLE"],
  internal: [500, "INTERNAL"],
};

for (const [code, [httpCode, status]] of Object.entries(STATUS)) {
  Deno.test(`googleErrorBody() says ${code} as ${httpCode} ${status}`, () => {
    const reply = googleErrorBody(new RotatorError(code as ErrorCode, "Cannot do it: no"));

    const { error } = JSON.parse(reply.body);
    assert.deepEqual([reply.status, error.code, error.status], [httpCode, httpCode, status]);
    assert.equal(error.message, "Cannot do it: no");
    assert.deepEqual(error.details[0], {
      "@type": `${TYPE}ErrorInfo`,
      reason: code.toUpperCase(),
      domain: "gemini-key-rotator",
    });
  });
}

for (
  const [retryAfterMs, seconds] of [[1, 1], [1000, 1], [1001, 2], [0, 1], [61_500, 62]] as const
) {
  Deno.test(`googleErrorBody() asks to wait ${seconds} s for ${retryAfterMs} ms, twice the same`, () => {
    const { headers, body } = googleErrorBody(
      new RotatorError("pool_cooling", "x", { retryAfterMs }),
    );

    assert.equal(headers["retry-after"], String(seconds));
    assert.deepEqual(JSON.parse(body).error.details[1], {
      "@type": `${TYPE}RetryInfo`,
      retryDelay: `${seconds}s`,
    });
  });
}

Deno.test("googleErrorBody() asks to wait when a pool cools for an unknown time", () => {
  assert.equal(googleErrorBody(new RotatorError("pool_cooling", "x")).headers["retry-after"], "1");
});

Deno.test("googleErrorBody() asks nobody to wait for what waiting does not cure", () => {
  const { headers, body } = googleErrorBody(new RotatorError("forbidden", "x"));

  assert.deepEqual(headers, { "content-type": "application/json; charset=UTF-8" });
  assert.equal(JSON.parse(body).error.details.length, 1);
});

Deno.test("googleErrorBody() indents its JSON as Google does, and scrubs it", () => {
  const { body } = googleErrorBody(new RotatorError("internal", `It was ${KEY}`));

  const start =
    '{\n  "error": {\n    "code": 500,\n    "message": "It was [key]",\n    "status": "INTERNAL",\n';
  assert.equal(body.slice(0, start.length), start);
});

const EVERYTHING = JSON.stringify({
  error: {
    code: 403,
    message:
      `Permission denied: Consumer 'api_key:${KEY}' of project 123456789 has been suspended.`,
    status: "PERMISSION_DENIED",
    errors: [{ reason: "forbidden", message: "left-out" }],
    details: [
      {
        "@type": `${TYPE}ErrorInfo`,
        reason: "CONSUMER_SUSPENDED",
        domain: "left-out",
        metadata: { containerInfo: `api_key:${KEY}`, consumer: "projects/123456789" },
      },
      {
        "@type": `${TYPE}BadRequest`,
        fieldViolations: [{ field: "contents", description: `See ${KEY}`, reason: "left-out" }],
      },
      {
        "@type": `${TYPE}QuotaFailure`,
        violations: [{ quotaId: "PerDay", subject: "left-out", quotaValue: "20" }],
      },
      { "@type": `${TYPE}RetryInfo`, retryDelay: "38.5s" },
      { "@type": `${TYPE}LocalizedMessage`, locale: "en-US", message: "left-out" },
      { "@type": `${TYPE}Help`, links: [{ description: "left-out", url: "https://left-out" }] },
      { "@type": `${TYPE}DebugInfo`, detail: "left-out" },
    ],
  },
});

Deno.test("rebuildGoogleError() keeps the allowed facts and nothing else", () => {
  const reply = rebuildGoogleError(403, parseGoogleError(EVERYTHING));

  assert.equal(reply.status, 403);
  assert.deepEqual(reply.headers, {
    "content-type": "application/json; charset=UTF-8",
    "retry-after": "39",
  });
  assert.deepEqual(JSON.parse(reply.body), {
    error: {
      code: 403,
      status: "PERMISSION_DENIED",
      message:
        "Permission denied: Consumer 'api_key:[hidden]' of project [number] has been suspended.",
      details: [
        { "@type": `${TYPE}ErrorInfo`, reason: "CONSUMER_SUSPENDED", domain: "googleapis.com" },
        {
          "@type": `${TYPE}BadRequest`,
          fieldViolations: [{ field: "contents", description: "See [key]" }],
        },
        { "@type": `${TYPE}QuotaFailure`, violations: [{ quotaId: "PerDay" }] },
        { "@type": `${TYPE}RetryInfo`, retryDelay: "38.5s" },
      ],
    },
  });
});

Deno.test("rebuildGoogleError() keeps at most 20 field violations", () => {
  const fieldViolations = Array.from({ length: 30 }, () => ({ description: "x" }));
  const details = [{ "@type": `${TYPE}BadRequest`, fieldViolations }];
  const parsed = parseGoogleError(JSON.stringify({ error: { code: 400, details } }));

  const { body } = rebuildGoogleError(400, parsed);

  assert.equal(JSON.parse(body).error.details[0].fieldViolations.length, 20);
});

Deno.test("rebuildGoogleError() hides live secrets that look like nothing", () => {
  const details = [{ "@type": `${TYPE}ErrorInfo`, reason: "UPPER_CANARY" }];
  const message = "It was plain-words-canary";
  const parsed = parseGoogleError(JSON.stringify({ error: { code: 400, message, details } }));

  const { body } = rebuildGoogleError(400, parsed, {
    secrets: ["plain-words-canary", "UPPER_CANARY"],
  });

  const { error } = JSON.parse(body);
  assert.deepEqual([error.message, error.details[0].reason], ["It was [secret]", "[secret]"]);
});

Deno.test("rebuildGoogleError() cuts a long message after it is scrubbed", () => {
  const message = `${"x".repeat(3_990)} ${KEY} ${"y".repeat(5_000)}`;
  const parsed = parseGoogleError(JSON.stringify({ error: { code: 400, message } }));

  const { body } = rebuildGoogleError(400, parsed);

  const shown: string = JSON.parse(body).error.message;
  assert.deepEqual([shown.length, shown.slice(3_990)], [4_000, " [key] yyy"]);
});

for (
  const [status, expected] of [
    [404, [404, "NOT_FOUND", "Gemini refused the request with status 404 and gave no reason"]],
    [418, [
      418,
      "INVALID_ARGUMENT",
      "Gemini refused the request with status 418 and gave no reason",
    ]],
    [502, [502, "UNAVAILABLE", "Gemini failed with status 502; try again later"]],
    [200, [502, "UNAVAILABLE", "Gemini failed with status 502; try again later"]],
  ] as const
) {
  Deno.test(`rebuildGoogleError() has general words for a ${status} that is not Google's`, () => {
    const reply = rebuildGoogleError(status, null);

    const { error } = JSON.parse(reply.body);
    assert.deepEqual([reply.status, error.status, error.message], expected);
    assert.equal(error.details, undefined);
  });
}

Deno.test("rebuildGoogleError() takes the body's code for an error inside a 200 stream", () => {
  const parsed = parseGoogleError('{"error":{"code":429,"status":"RESOURCE_EXHAUSTED"}}');

  assert.equal(rebuildGoogleError(200, parsed).status, 429);
});

Deno.test("rebuildGoogleError() never lets a key or a project number out, wherever Google put it", () => {
  const spot = fc.constantFrom(
    KEY,
    `api_key:${KEY}`,
    `https://x.googleapis.com/?key=${KEY}`,
    "projects/424242424242",
  );
  const text = fc.tuple(fc.string(), spot, fc.string()).map((parts) => parts.join(""));
  const detail = fc.record({
    "@type": fc.constantFrom("ErrorInfo", "BadRequest", "QuotaFailure", "RetryInfo", "Help")
      .map((name) => TYPE + name),
    reason: text,
    metadata: fc.dictionary(fc.constantFrom("consumer", "quota_limit", "quota_metric"), text),
    violations: fc.array(fc.record({ quotaId: text, quotaValue: text, subject: text })),
    fieldViolations: fc.array(fc.record({ field: text, description: text })),
    retryDelay: text,
  });
  fc.assert(
    fc.property(text, fc.array(detail), (message, details) => {
      const error = { code: 400, status: "INVALID_ARGUMENT", message, details };

      const { body } = rebuildGoogleError(400, parseGoogleError(JSON.stringify({ error })));

      assert.ok(!body.includes("Canary"), body);
      assert.ok(!body.includes("424242424242"), body);
    }),
    { numRuns: 2_000 },
  );
});
