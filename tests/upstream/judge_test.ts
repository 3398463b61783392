import assert from "node:assert/strict";
import type { Judgement } from "../../lib/domain/outcome.ts";
import type { Phase } from "../../lib/upstream/judge.ts";
import { judge, judgeFailure } from "../../lib/upstream/judge.ts";
import { googleBody } from "./google_body.ts";

const FIXTURES = new URL("../fixtures/gemini/", import.meta.url);

interface Row {
  readonly status: number;
  readonly body: string;
  readonly phase?: Phase;
  readonly type?: string;
}

function judged(
  { status, body, phase = "answer", type = "application/json; charset=UTF-8" }: Row,
): Judgement {
  return judge({ status, body, phase, headers: new Headers({ "content-type": type }) });
}

/** A judgement in one line: `rule: outcome, key, next`. */
function inShort({ rule, outcome, key, next }: Judgement): string {
  const verdict = key.kind === "dead" || key.kind === "cool"
    ? `${key.kind} ${key.reason}`
    : key.kind;
  return `${rule}: ${outcome}, ${verdict}, ${next}`;
}

const REQUEST_FAULT = "request_fault: refused, none, answer";
const NOT_GOOGLE = "not_google: broken, none, retry";
const SERVER_ERROR = "server_error: broken, none, retry";
const INVALID = "api_key_invalid: refused, dead invalid, next_key";
const MISCONFIGURED = "misconfigured: refused, dead misconfigured, next_key";
const OWN_CREDENTIALS = "own_credentials: broken, none, answer";
const BILLING = "billing: exhausted, cool billing, next_key";

const RECORDED: Readonly<Record<string, string>> = {
  "errors/400-api-key-expired.json": INVALID,
  "errors/400-corrupted-thought-signature.json": REQUEST_FAULT,
  "errors/400-location.json": "egress_location: broken, none, answer",
  "errors/400-missing-thought-signature.json": REQUEST_FAULT,
  "errors/400-multiple-credentials.json": OWN_CREDENTIALS,
  "errors/400-thinking-level-unsupported.json": REQUEST_FAULT,
  "errors/403-consumer-suspended-2024.json": "suspended: refused, dead suspended, next_key",
  "errors/403-leaked.json": "leaked: refused, dead leaked, next_key",
  "errors/403-unregistered-caller.json": OWN_CREDENTIALS,
  "errors/429-bare.json": "bare_quota: exhausted, cool quota, next_key",
  "errors/429-free-tier-day-quota-20.json": "day_quota: exhausted, cool day_quota, next_key",
  "errors/429-free-tier-three-violations.json": "day_quota: exhausted, cool day_quota, next_key",
  "errors/500-internal.json": SERVER_ERROR,
  "errors/503-high-demand.json": SERVER_ERROR,
  "errors/cloudflare-401-2009.json": NOT_GOOGLE,
  "errors/openai-compat-400-unknown-name.json": REQUEST_FAULT,
  "errors/openai-compat-503-high-demand.json": SERVER_ERROR,
  "400-api-key-invalid.json": INVALID,
  "400-image-rejected-in-stream.json": REQUEST_FAULT,
  "403-service-disabled.json": MISCONFIGURED,
  "404-unknown-model.json": REQUEST_FAULT,
  "404-unknown-model-in-stream.json": REQUEST_FAULT,
};

for (const [file, expected] of Object.entries(RECORDED)) {
  Deno.test(`judge() reads ${file} as ${expected}`, async () => {
    const body = await Deno.readTextFile(new URL(file, FIXTURES));
    const status = Number(/\d{3}/.exec(file)?.[0]);

    assert.equal(inShort(judged({ status, body })), expected);
  });
}

Deno.test("judge() has an expectation for every recorded error", async () => {
  const index = JSON.parse(await Deno.readTextFile(new URL("errors/index.json", FIXTURES)));

  const unexpected = index.map((entry: { file: string }) => entry.file)
    .filter((file: string) => !(file in RECORDED));
  assert.deepEqual(unexpected, []);
});

const info = (reason: string) => ({ ErrorInfo: { reason, domain: "googleapis.com" } });
const forbidden = (message: string, reason?: string) =>
  googleBody(403, "PERMISSION_DENIED", message, reason === undefined ? {} : info(reason));
const precondition = (message: string) => googleBody(400, "FAILED_PRECONDITION", message);
const SUSPECT_403 = "permission_denied: refused, suspect, retry";
const RESOURCE = "resource_permission: refused, none, answer";

const TABLE: readonly (readonly [string, number, string, string])[] = [
  [
    "a dead key as 401",
    401,
    googleBody(401, "UNAUTHENTICATED", "x", info("API_KEY_INVALID")),
    INVALID,
  ],
  [
    "a dead key without details",
    400,
    googleBody(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."),
    INVALID,
  ],
  [
    "a key of a type no longer taken",
    401,
    googleBody(
      401,
      "UNAUTHENTICATED",
      "Expected OAuth 2 access token",
      info("ACCESS_TOKEN_TYPE_UNSUPPORTED"),
    ),
    "credential_type: refused, dead invalid, next_key",
  ],
  [
    "a 401 without a reason",
    401,
    googleBody(401, "UNAUTHENTICATED", "Nope"),
    "unauthenticated: refused, suspect, retry",
  ],
  [
    "a call that lost its credential",
    401,
    googleBody(401, "UNAUTHENTICATED", "Missing", info("CREDENTIALS_MISSING")),
    OWN_CREDENTIALS,
  ],
  [
    "a denied project",
    403,
    forbidden("Your project has been denied access. Please contact support."),
    "suspended: refused, dead suspended, next_key",
  ],
  [
    "a suspension without details",
    403,
    forbidden("Permission denied: Consumer 'api_key:AIzaX' has been suspended."),
    "suspended: refused, dead suspended, next_key",
  ],
  [
    "a suspension with details",
    403,
    forbidden("x", "CONSUMER_SUSPENDED"),
    "suspended: refused, dead suspended, next_key",
  ],
  [
    "a blocked service",
    403,
    forbidden(
      "Requests to this API FileService.CreateFile are blocked.",
      "API_KEY_SERVICE_BLOCKED",
    ),
    MISCONFIGURED,
  ],
  ["a blocked address", 403, forbidden("x", "API_KEY_IP_ADDRESS_BLOCKED"), MISCONFIGURED],
  ["a blocked referrer", 403, forbidden("x", "API_KEY_HTTP_REFERRER_BLOCKED"), MISCONFIGURED],
  [
    "someone else's file",
    403,
    forbidden("You do not have permission to access the File abc or it may not exist."),
    RESOURCE,
  ],
  [
    "someone else's cached content",
    403,
    forbidden("CachedContent not found (or permission denied)"),
    RESOURCE,
  ],
  [
    "someone else's tuned model",
    403,
    forbidden("You do not have permission to access tunedModels/x"),
    RESOURCE,
  ],
  ["a 403 without details", 403, forbidden("The caller does not have permission"), SUSPECT_403],
  ["a 403 for a reason unknown to us", 403, forbidden("x", "CONSUMER_INVALID"), SUSPECT_403],
  [
    "a 403 that quotes dreadful words",
    403,
    forbidden('Unknown "reported as leaked", "project has been denied access"'),
    SUSPECT_403,
  ],
  [
    "no free tier in a country",
    400,
    precondition(
      "Gemini API free tier is not available in your country. Please enable billing on your project in Google AI Studio.",
    ),
    BILLING,
  ],
  [
    "a location that needs billing",
    400,
    precondition(
      "User location is not supported for the API use without a billing account linked.",
    ),
    BILLING,
  ],
  [
    "another precondition",
    400,
    precondition("The File my-billing is not in an ACTIVE state."),
    REQUEST_FAULT,
  ],
  [
    "a model withdrawn from new projects",
    404,
    googleBody(
      404,
      "NOT_FOUND",
      "This model models/gemini-2.5-flash is no longer available to new users. Please use a newer one.",
    ),
    "model_unavailable: exhausted, cool model_unavailable, next_key",
  ],
  ["a conflict", 409, googleBody(409, "ALREADY_EXISTS", "Exists"), REQUEST_FAULT],
  ["a failed condition", 412, googleBody(412, "FAILED_PRECONDITION", "Etag"), REQUEST_FAULT],
  ["a body too large", 413, "<html>Request Entity Too Large</html>", REQUEST_FAULT],
  [
    "a client that left",
    499,
    googleBody(499, "CANCELLED", "The operation was cancelled."),
    "cancelled: broken, none, answer",
  ],
  [
    "a deadline",
    504,
    googleBody(504, "DEADLINE_EXCEEDED", "Deadline expired before operation could complete."),
    SERVER_ERROR,
  ],
  ["a 502 in HTML", 502, "<html><title>Error 502</title></html>", SERVER_ERROR],
  [
    "a dead key under a 500",
    500,
    googleBody(400, "INVALID_ARGUMENT", "x", info("API_KEY_INVALID")),
    SERVER_ERROR,
  ],
  [
    "a redirect",
    302,
    googleBody(302, "UNKNOWN", "Unknown Error."),
    "redirect: broken, none, answer",
  ],
  ["an answer", 200, "", "served: served, none, answer"],
  [
    "an answer that quotes an error",
    200,
    googleBody(400, "INVALID_ARGUMENT", "x", info("API_KEY_INVALID")),
    "served: served, none, answer",
  ],
  ["a 403 in HTML", 403, "<!DOCTYPE html><p>Sorry…</p>", NOT_GOOGLE],
  ["a 429 in HTML", 429, "<!DOCTYPE html><p>Sorry…</p>", NOT_GOOGLE],
  ["a 429 of Cloudflare in plain text", 429, "error code: 1015", NOT_GOOGLE],
  [
    "a 429 of Cloudflare in JSON",
    429,
    '{"success":false,"error":{"code":429,"status":"RESOURCE_EXHAUSTED"}}',
    NOT_GOOGLE,
  ],
  [
    "a 429 of some gateway",
    429,
    '{"error":{"code":429,"message":"Slow down","type":"rate_limit"}}',
    NOT_GOOGLE,
  ],
  ["a 401 of some gateway", 401, '{"error":{"code":"invalid_api_key","message":"No"}}', NOT_GOOGLE],
  ["an empty 403", 403, "", NOT_GOOGLE],
  [
    "a body beyond 256 KiB",
    400,
    " ".repeat(256 * 1024) + googleBody(400, "INVALID_ARGUMENT", "x", info("API_KEY_INVALID")),
    NOT_GOOGLE,
  ],
  ["a number instead of a status", NaN, "", NOT_GOOGLE],
];

for (const [name, status, body, expected] of TABLE) {
  Deno.test(`judge() judges ${name}: ${expected}`, () => {
    assert.equal(inShort(judged({ status, body })), expected);
  });
}

Deno.test("judge() believes the reason, not the status", () => {
  const body = forbidden("x", "SERVICE_DISABLED");

  assert.equal(inShort(judged({ status: 400, body })), MISCONFIGURED);
});

Deno.test("judge() does not read Google's errors out of a page", () => {
  const body = forbidden("x", "SERVICE_DISABLED");

  assert.equal(inShort(judged({ status: 403, body, type: "text/html" })), NOT_GOOGLE);
});

Deno.test("judge() cools every model for an hour when billing is the reason", () => {
  const { key } = judged({ status: 400, body: precondition("Please enable billing.") });

  const pause = { kind: "delay", ms: 3_600_000 };
  assert.deepEqual(key, { kind: "cool", pause, models: ["*"], reason: "billing" });
});

Deno.test("judge() cools the model asked for, for an hour, when it is closed to new projects", () => {
  const message = "This model models/gemini-2.5-pro is no longer available to new users.";
  const { key } = judged({ status: 404, body: googleBody(404, "NOT_FOUND", message) });

  const pause = { kind: "delay", ms: 3_600_000 };
  assert.deepEqual(key, { kind: "cool", pause, models: [], reason: "model_unavailable" });
});

const DEAD = googleBody(400, "INVALID_ARGUMENT", "x", info("API_KEY_INVALID"));
const COMPACT = JSON.stringify(JSON.parse(DEAD));

for (
  const [form, body] of [
    ["an object", DEAD],
    ["a one-element array", `[${DEAD}]`],
    ["the last element of an array", `[{"candidates":[]},${DEAD}]`],
    ["an event", `data: ${COMPACT}\r\n\r\n`],
    ["an event of type error", `event: error\ndata: ${COMPACT}\n\n`],
    ["a bare tail after an event", `data: {"candidates":[]}\r\n\r\n${DEAD}`],
    ["JSON inside text", `got status: 400 Bad Request. ${DEAD}`],
    ["an array inside text", `[API Error: [${COMPACT}]]`],
    ["text after a byte order mark", `\uFEFF${DEAD}`],
  ] as const
) {
  Deno.test(`judge() finds the error in a stream as ${form}`, () => {
    assert.equal(inShort(judged({ status: 200, body, phase: "first_event" })), INVALID);
  });
}

Deno.test("judge() understands a code in words", () => {
  const body = '{"event_type":"error","error":{"code":"not_found","message":"x"}}';

  assert.equal(inShort(judged({ status: 200, body, phase: "first_event" })), REQUEST_FAULT);
});

Deno.test("judge() retries when the first event is no error it can read", () => {
  assert.equal(inShort(judged({ status: 200, body: "", phase: "first_event" })), NOT_GOOGLE);
});

Deno.test("judge() retries when a model is overloaded before its first event", () => {
  const body = googleBody(503, "UNAVAILABLE", "The model is overloaded.");

  assert.equal(inShort(judged({ status: 200, body, phase: "first_event" })), SERVER_ERROR);
});

for (
  const [body, expected] of [
    [DEAD, "api_key_invalid: refused, none, answer"],
    [googleBody(429, "RESOURCE_EXHAUSTED", "x"), "bare_quota: exhausted, none, answer"],
    [googleBody(503, "UNAVAILABLE", "x"), "server_error: broken, none, answer"],
    ["", "not_google: broken, none, answer"],
  ] as const
) {
  Deno.test(`judge() spares the key and never tries again mid-stream: ${expected}`, () => {
    assert.equal(inShort(judged({ status: 200, body, phase: "mid_stream" })), expected);
  });
}

for (const kind of ["unreachable", "timeout", "reset"] as const) {
  Deno.test(`judgeFailure() blames nobody for ${kind}`, () => {
    assert.equal(inShort(judgeFailure(kind)), `${kind}: broken, none, retry`);
  });
}
