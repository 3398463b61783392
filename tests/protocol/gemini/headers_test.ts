import assert from "node:assert/strict";
import fc from "fast-check";
import { clientHeaders, upstreamHeaders } from "../../../lib/protocol/gemini/headers.ts";

const SENT = ["content-type", "accept", "x-goog-api-client", "x-server-timeout", "x-goog-api-key"];
const ANSWERED = [
  ...["content-type", "cache-control", "x-content-type-options"],
  ...["server-timing", "x-gemini-service-tier"],
];

/** Names that must not pass in either direction. */
const HOSTILE = [
  ...["authorization", "proxy-authorization", "cookie", "cookie2", "set-cookie", "set-cookie2"],
  ...[
    "x-http-method-override",
    "x-method-override",
    "x-http-method",
    "x-original-url",
    "x-rewrite-url",
  ],
  ...["x-goog-user-project", "x-goog-request-params", "x-goog-iam-authorization-token"],
  ...[
    "x-goog-authenticated-user-email",
    "x-goog-upload-url",
    "x-goog-upload-command",
    "x-goog-ext-1",
  ],
  ...["x-goog-quota-user", "x-goog-fieldmask", "x-goog-spatula", "x-firebase-appcheck"],
  ...["openai-organization", "openai-project", "x-api-key", "api-key", "anthropic-version"],
  ...[
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-forwarded-prefix",
    "forwarded",
  ],
  ...["via", "x-real-ip", "true-client-ip", "x-client-ip", "x-cluster-client-ip", "client-ip"],
  ...["cf-connecting-ip", "cf-ray", "cf-aig-authorization", "cf-aig-cache-ttl", "cf-access-token"],
  ...["origin", "referer", "range", "if-range", "if-match", "if-none-match", "if-modified-since"],
  ...["host", "user-agent", "accept-encoding", "accept-language", "content-encoding"],
  ...[
    "content-length",
    "transfer-encoding",
    "te",
    "trailer",
    "connection",
    "keep-alive",
    "upgrade",
  ],
  ...["proxy-connection", "proxy-authenticate", "expect", "max-forwards", "content-disposition"],
  ...["server", "alt-svc", "vary", "etag", "age", "expires", "location", "refresh", "link"],
  ...["cdn-cache-control", "deno-cdn-cache-control", "deno-cache-id", "cache-tag", "surrogate-key"],
  ...[
    "surrogate-control",
    "x-accel-redirect",
    "x-accel-buffering",
    "x-sendfile",
    "clear-site-data",
  ],
  ...[
    "strict-transport-security",
    "access-control-allow-origin",
    "access-control-allow-credentials",
  ],
  ...[
    "service-worker-allowed",
    "sourcemap",
    "x-request-id",
    "traceparent",
    "tracestate",
    "baggage",
  ],
  ...["x-stainless-lang", "sec-fetch-site", "sec-websocket-key", "x-amzn-trace-id", "retry-after"],
];

const namesOf = (pairs: readonly (readonly [string, string])[]) => pairs.map(([name]) => name);

Deno.test("upstreamHeaders() sends on what helps Gemini, and the secret last", () => {
  const incoming = new Headers({
    "accept": "text/event-stream",
    "x-goog-api-client": "google-genai-sdk/3.1.0 gl-node/24",
    "x-server-timeout": "600",
    "x-goog-api-key": "gkr_of_the_client",
    "content-type": "application/x-www-form-urlencoded",
  });

  assert.deepEqual(upstreamHeaders(incoming, { secret: "AIzaOfThePool" }), [
    ["content-type", "application/json"],
    ["accept", "text/event-stream"],
    ["x-goog-api-client", "google-genai-sdk/3.1.0 gl-node/24"],
    ["x-server-timeout", "600"],
    ["x-goog-api-key", "AIzaOfThePool"],
  ]);
});

Deno.test("upstreamHeaders() never sends the client's own x-goog-api-key", () => {
  const incoming = new Headers({ "x-goog-api-key": "gkr_of_the_client" });

  assert.deepEqual(upstreamHeaders(incoming), [["content-type", "application/json"]]);
});

Deno.test("upstreamHeaders() announces no type when no body follows", () => {
  const incoming = new Headers({ "content-type": "application/json" });

  assert.deepEqual(upstreamHeaders(incoming, { hasBody: false }), []);
});

Deno.test("upstreamHeaders() keeps the secret although Connection names it", () => {
  const incoming = new Headers({ connection: "x-goog-api-key, content-type" });

  assert.deepEqual(upstreamHeaders(incoming, { secret: "s" }), [
    ["content-type", "application/json"],
    ["x-goog-api-key", "s"],
  ]);
});

for (
  const [name, value] of [
    ["accept", "*/*"],
    ["accept", "application/x-protobuf"],
    ["accept", "application/json, text/html"],
    ["x-server-timeout", "soon"],
    ["x-server-timeout", "-1"],
    ["x-server-timeout", "1, 2"],
    ["x-server-timeout", "999999"],
    ["x-goog-api-client", "a".repeat(513)],
    ["x-goog-api-client", "caf\u00e9"],
    ["x-goog-api-client", ""],
  ] as const
) {
  Deno.test(`upstreamHeaders() drops ${name}: ${value.slice(0, 30)}`, () => {
    assert.deepEqual(upstreamHeaders(new Headers({ [name]: value }), { hasBody: false }), []);
  });
}

Deno.test("clientHeaders() keeps type, timing and tier, and forbids caching and guessing", () => {
  const upstream = new Headers({
    "content-type": "application/json; charset=UTF-8",
    "server-timing": "gfet4t7; dur=512",
    "x-gemini-service-tier": "standard",
    "cache-control": "public, max-age=3600",
    "content-encoding": "gzip",
    "content-length": "83",
  });

  assert.deepEqual(clientHeaders(upstream), [
    ["content-type", "application/json; charset=UTF-8"],
    ["cache-control", "private, no-store, no-transform"],
    ["x-content-type-options", "nosniff"],
    ["server-timing", "gfet4t7; dur=512"],
    ["x-gemini-service-tier", "standard"],
  ]);
});

for (
  const [type, expected] of [
    ["application/json", "application/json; charset=UTF-8"],
    ["Application/JSON;charset=utf-16", "application/json; charset=UTF-8"],
    ["text/event-stream", "text/event-stream"],
    ["text/event-stream; charset=utf-8", "text/event-stream"],
    ["text/plain", "text/plain; charset=UTF-8"],
    ["text/html; charset=UTF-8", "application/octet-stream"],
    ["image/svg+xml", "application/octet-stream"],
    ["text/javascript", "application/octet-stream"],
    ["application/json, text/html", "application/octet-stream"],
    ["", "application/octet-stream"],
  ] as const
) {
  Deno.test(`clientHeaders() makes ${JSON.stringify(type)} ${expected}`, () => {
    const [contentType] = clientHeaders(new Headers({ "content-type": type }));

    assert.deepEqual(contentType, ["content-type", expected]);
  });
}

Deno.test("clientHeaders() gives an answer without a type one that no browser shows", () => {
  const [contentType] = clientHeaders(new Headers());

  assert.deepEqual(contentType, ["content-type", "application/octet-stream"]);
});

Deno.test("the hostile corpus has at least 80 names, none of which we send", () => {
  assert.ok(new Set(HOSTILE).size >= 80);
  assert.deepEqual(HOSTILE.filter((name) => SENT.includes(name) || ANSWERED.includes(name)), []);
});

for (const name of HOSTILE) {
  Deno.test(`${name} passes in neither direction`, () => {
    const hostile = new Headers({ [name]: "hostile" });

    assert.deepEqual(upstreamHeaders(hostile), [["content-type", "application/json"]]);
    assert.deepEqual(clientHeaders(hostile), clientHeaders(new Headers()));
  });
}

const NAMES = fc.oneof(
  fc.constantFrom(...SENT, ...ANSWERED),
  fc.constantFrom(...HOSTILE),
  fc.stringMatching(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,20}$/),
);
const VALUES = fc.oneof(
  fc.constantFrom("application/json", "text/event-stream", "60", "gfet4t7; dur=1", "text/html"),
  fc.stringMatching(/^[\t\x20-\x7e\x80-\xff]{0,40}$/),
);
const HEADERS = fc.array(fc.tuple(NAMES, VALUES), { maxLength: 12 });

Deno.test("upstreamHeaders() sends only names of its list, each once, whatever comes", () => {
  let passed = 0;
  fc.assert(
    fc.property(HEADERS, (pairs) => {
      const sent = upstreamHeaders(new Headers(pairs), { secret: "s" });

      passed += sent.length - 2;
      assert.deepEqual(namesOf(sent).filter((name) => !SENT.includes(name)), []);
      assert.equal(new Set(namesOf(sent)).size, sent.length);
      assert.ok(sent.every(([, value]) => /^[\x20-\x7e]+$/.test(value)));
      assert.deepEqual(sent.at(-1), ["x-goog-api-key", "s"]);
    }),
    { numRuns: 2_000 },
  );
  assert.ok(passed > 50, `${passed} passed`);
});

Deno.test("clientHeaders() answers only names of its list, each once, whatever comes", () => {
  const [, caching, guessing] = clientHeaders(new Headers());
  let passed = 0;
  fc.assert(
    fc.property(HEADERS, (pairs) => {
      const answered = clientHeaders(new Headers(pairs));

      passed += answered.length - 3;
      assert.deepEqual(namesOf(answered).filter((name) => !ANSWERED.includes(name)), []);
      assert.equal(new Set(namesOf(answered)).size, answered.length);
      assert.deepEqual(answered.slice(1, 3), [caching, guessing]);
    }),
    { numRuns: 2_000 },
  );
  assert.ok(passed > 50, `${passed} passed`);
});
