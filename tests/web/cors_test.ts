import assert from "node:assert/strict";
import fc from "fast-check";
import { type AllowedOrigins, corsHeaders, preflight } from "../../lib/web/cors.ts";

const LIST: AllowedOrigins = new Set(["https://app.example", "http://localhost:5173"]);
const ALWAYS_ALLOWED =
  "authorization, content-type, x-goog-api-key, x-goog-api-client, x-server-timeout";
const EXPOSED = "x-request-id, retry-after, retry-after-ms, x-should-retry, server-timing, " +
  "x-gkr-model-version, x-gkr-ignored, x-gkr-usage";
const ODD_ORIGINS = [
  ...["null", "https://app.example.evil.example", "https://evil-app.example", "http://app.example"],
  ...[
    "https://app.example:443",
    "https://app.example/",
    "HTTPS://APP.EXAMPLE",
    "*",
    "",
    "toString",
  ],
  ...["https://app.example, https://evil.example", "https://app.example "],
];

Deno.test("corsHeaders() lets everyone read by default", () => {
  const expected = [
    ["access-control-allow-origin", "*"],
    ["access-control-expose-headers", EXPOSED],
  ];

  assert.deepEqual(corsHeaders("https://any.example", "*"), expected);
});

Deno.test("corsHeaders() says nothing to who is no browser, and sends no origin", () => {
  assert.deepEqual(corsHeaders(null, "*"), []);
});

Deno.test("corsHeaders() with a list lets an origin of the list read", () => {
  assert.deepEqual(corsHeaders("https://app.example", LIST), [
    ["vary", "Origin"],
    ["access-control-allow-origin", "https://app.example"],
    ["access-control-expose-headers", EXPOSED],
  ]);
});

for (const origin of [null, ...ODD_ORIGINS]) {
  Deno.test(`corsHeaders() with a list tells ${JSON.stringify(origin)} nothing`, () => {
    assert.deepEqual(corsHeaders(origin, LIST), [["vary", "Origin"]]);
  });
}

Deno.test("corsHeaders() gives each answer headers of its own", () => {
  corsHeaders("https://any.example", "*").push(["x-request-id", "1"]);

  assert.equal(corsHeaders("https://any.example", "*").length, 2);
});

Deno.test("preflight() allows methods and headers without asking anyone", async () => {
  const response = preflight(
    new Headers({
      origin: "https://any.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type",
    }),
    "*",
  );

  assert.equal(response.status, 204);
  assert.equal(await response.text(), "");
  assert.deepEqual(Object.fromEntries(response.headers), {
    "access-control-allow-headers": ALWAYS_ALLOWED,
    "access-control-allow-methods": "GET, POST, OPTIONS",
    "access-control-allow-origin": "*",
    "access-control-max-age": "86400",
    "cache-control": "private, no-store",
    "vary": "Origin, Access-Control-Request-Headers",
  });
});

Deno.test("preflight() allows what OpenAI's SDKs add, and nothing else that is asked for", () => {
  const asked =
    "X-Stainless-Lang, x-stainless-retry-count,openai-organization, cookie, x-evil, *, " +
    `x-stainless, openai-, x-stainless-\u00e9, x-stainless-${"a".repeat(41)}, xx-stainless-os`;
  const { headers } = preflight(new Headers({ "access-control-request-headers": asked }), "*");

  assert.equal(
    headers.get("access-control-allow-headers"),
    `${ALWAYS_ALLOWED}, x-stainless-lang, x-stainless-retry-count, openai-organization`,
  );
});

Deno.test("preflight() allows at most 32 headers of SDKs", () => {
  const asked = Array.from({ length: 100 }, (_, n) => `x-stainless-${n}`).join(",");
  const { headers } = preflight(new Headers({ "access-control-request-headers": asked }), "*");

  assert.equal(headers.get("access-control-allow-headers")?.split(", ").length, 5 + 32);
});

Deno.test("preflight() with a list allows an origin of the list", () => {
  const { headers } = preflight(new Headers({ origin: "https://app.example" }), LIST);

  assert.equal(headers.get("access-control-allow-origin"), "https://app.example");
  assert.match(headers.get("vary") ?? "", /\bOrigin\b/);
});

for (const origin of ODD_ORIGINS.filter((odd) => odd.trim() === odd)) {
  Deno.test(`preflight() with a list allows ${JSON.stringify(origin)} nothing`, () => {
    const { status, headers } = preflight(new Headers({ origin }), LIST);

    assert.equal(status, 204);
    assert.deepEqual([...headers.keys()], ["cache-control", "vary"]);
    assert.match(headers.get("vary") ?? "", /\bOrigin\b/);
  });
}

Deno.test("CORS never comes with credentials, and only names origins that are allowed", () => {
  const origins = fc.oneof(
    fc.constantFrom("https://app.example", "http://localhost:5173", ...ODD_ORIGINS),
    fc.webUrl(),
  );
  let named = 0;
  fc.assert(
    fc.property(origins, fc.constantFrom<AllowedOrigins>("*", LIST), (origin, allowed) => {
      const both = [
        new Headers(corsHeaders(origin, allowed)),
        preflight(new Headers({ origin }), allowed).headers,
      ];
      for (const headers of both) {
        assert.equal(headers.has("access-control-allow-credentials"), false);
        const reader = headers.get("access-control-allow-origin");
        if (allowed === "*") assert.equal(reader, "*");
        else if (reader !== null) assert.ok(allowed.has(reader) && reader === origin.trim());
        if (reader !== null && reader !== "*") named++;
      }
    }),
    { numRuns: 1_000 },
  );
  assert.ok(named > 10, `${named} named`);
});
