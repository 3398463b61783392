import assert from "node:assert/strict";
import fc from "fast-check";
import { escapeControls, redact } from "../../lib/domain/redact.ts";

const RUNS = { numRuns: 3_000 };

const EXAMPLES: readonly (readonly [string, string])[] = [
  ["API key AIzaSyA-0_9zzzzzz.", "API key [key]."],
  ["new key AQ.Ab8RN6J-abc_defg", "new key [key]"],
  ["token gkr_abc-DEF_123", "token [token]"],
  ["ya29.a0AfH6SM.x-y", "[token]"],
  ["authorization: Bearer abc.def", "authorization: Bearer [hidden]"],
  ["Bearer%20abc", "Bearer%20[hidden]"],
  ["api_key:whatever", "api_key:[hidden]"],
  ['{"x-goog-api-key": "whatever"}', '{"x-goog-api-key": "[hidden]"}'],
  ["Bearer api_key: whatever", "Bearer api_key: [hidden]"],
  ["Consumer 'api_key:AIzaSyA0123456' has", "Consumer 'api_key:[hidden]' has"],
  ["for consumer 'project_number:391029737820'.", "for consumer '[hidden]'."],
  ['"consumer": "projects/my-project"', '"consumer": "[hidden]"'],
  ["project_number:391029737820", "project_number:[number]"],
  ["in project 12345678 before", "in project [number] before"],
  ["billing on project #12345678", "billing on project #[number]"],
  ["projects/123/locations", "projects/[number]/locations"],
  ["https://example.com/?key=abc&x=1", "https://example.com/?key=[hidden]&x=1"],
  ["?access_token=abc", "?access_token=[hidden]"],
  ["&upload_id=abc&n=1", "&upload_id=[hidden]&n=1"],
  ["key%3Dabc", "key%3D[hidden]"],
  ["key\\u003dabc", "key\\u003d[hidden]"],
  ["https://x.googleapis.com/v1?a=1&b=2 then", "https://x.googleapis.com/v1?[query] then"],
  ["https%3A%2F%2Fx.google.com%2Fv%3Fa%3D1", "https%3A%2F%2Fx.google.com%2Fv%3F[query]"],
  ["<https://gateway.ai.cloudflare.com/v1?a=1>", "<https://gateway.ai.cloudflare.com/v1?[query]>"],
];

for (const [text, expected] of EXAMPLES) {
  Deno.test(`redact() turns ${text} into ${expected}`, () => {
    assert.equal(redact(text), expected);
  });
}

for (
  const text of [
    'Cannot add key "AIza…x7Qk" to pool "research": it already serves in pool "default"',
    "Please use API Key or other form of API consumer identity to call this API.",
    "API key not valid. Please pass a valid API key.",
    "See https://ai.google.dev/gemini-api/docs/rate-limits. Why?",
    "limit: 20, model: gemini-3.5-flash\nPlease retry in 38.9s.",
    "https://example.com/search?q=1",
    "project 42 has keys",
  ]
) {
  Deno.test(`redact() leaves alone: ${text}`, () => {
    assert.equal(redact(text), text);
  });
}

Deno.test("redact() replaces live secrets, the longer one first", () => {
  assert.equal(redact("abcdefgh-ijk abcdefgh", ["abcdefgh", "abcdefgh-ijk"]), "[secret] [secret]");
});

Deno.test("redact() finds a live secret as JSON and URLs spell it", () => {
  const secret = 'quo"ted & spaced';

  assert.equal(
    redact(`${JSON.stringify(secret)} ${encodeURIComponent(secret)}`, [secret]),
    '"[secret]" [secret]',
  );
});

Deno.test("redact() ignores a live secret too short to be one", () => {
  assert.equal(redact("seven letters", ["seven", "", "letters"]), "seven letters");
});

Deno.test("redact() bears a live secret that is not well-formed text", () => {
  assert.equal(redact("it is \ud800-secret-1", ["\ud800-secret-1"]), "it is [secret]");
});

const base64url = fc.constantFrom(..."ABCXYZabcxyz0189-_".split(""));
const marked = (prefix: string, min: number) =>
  fc.array(base64url, { minLength: min, maxLength: min + 20 }).map((tail) =>
    prefix + tail.join("")
  );
const canary = fc.oneof(
  marked("AIzaCANARY", 29),
  marked("AQ.CANARY", 30),
  marked("gkr_CANARY", 43),
);
const around = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.constantFrom('{"a":"', "\\n", "%22", "?key=", "&x=", "projects/", "Bearer ", "AIza", "\\\\\\"),
);
/** Ways in which a text reaches us: as it is, quoted once or more, or inside a URL. */
const spelling = fc.constantFrom<(text: string) => string>(
  (text) => text,
  JSON.stringify,
  (text) => JSON.stringify(JSON.stringify({ message: text })),
  (text) => encodeURIComponent(text.toWellFormed()),
  (text) => `https://x.googleapis.com/v1?a=${encodeURIComponent(text.toWellFormed())}`,
);

Deno.test("redact() leaves no canary in any spelling, and not by halves", () => {
  fc.assert(
    fc.property(around, canary, around, spelling, (before, secret, after, spell) => {
      const clean = redact(spell(before + secret + after));

      assert.ok(!clean.includes("CANARY"), clean);
      assert.ok(!clean.includes(secret.slice(-12)), clean);
    }),
    RUNS,
  );
});

Deno.test("redact() leaves no value of a credential's name", () => {
  const named = fc.constantFrom(
    "api_key:",
    "api-key: ",
    '"apiKey":"',
    "?key=",
    "&access_token=",
    "upload_id=",
    "Bearer ",
    "ya29.",
    "consumer: ",
    "Consumer '",
    "https://x.googleapis.com/?q=",
  );
  fc.assert(
    fc.property(around, named, marked("CANARY", 4), (before, name, value) => {
      const clean = redact(`${before}${name}${value} end`);

      assert.ok(!clean.includes("CANARY"), clean);
    }),
    RUNS,
  );
});

Deno.test("redact() leaves no live secret, whatever it is made of", () => {
  const secrets = fc.array(fc.string({ minLength: 12, maxLength: 60 }), {
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(
    fc.property(fc.string(), secrets, fc.string(), (before, live, after) => {
      const secret = live[0] ?? "";

      assert.ok(!redact(before + secret + after, live).includes(secret));
    }),
    RUNS,
  );
});

const fragment = fc.oneof(
  fc.constantFrom(
    ..."AIza AQ. gkr_ ya29. Bearer bearer%20 api_key : = consumer ' \" \\ key= token projects/ project 12345 project_id google.com googleapis.com https:// ? %3F & [key] [query] [hidden] [ ] # , abcdefghij \u2028"
      .split(" "),
  ),
  fc.constant(" "),
  fc.string({ maxLength: 6 }),
);

Deno.test("redact() changes nothing the second time", () => {
  fc.assert(
    fc.property(fc.array(fragment, { maxLength: 14 }), (fragments) => {
      const once = redact(fragments.join(""));

      assert.equal(redact(once), once);
    }),
    { numRuns: 20_000 },
  );
});

Deno.test("redact() does work linear in the text, however hostile", () => {
  // Quadratic work on 1 MB would outlast any patience; this is no measurement.
  for (
    const part of [
      "AIza",
      "AQ.",
      "key=",
      "consumer '",
      "google.com",
      "google.com?",
      "project ",
      "'\\",
    ]
  ) {
    const text = part.repeat(1_000_000 / part.length);

    assert.ok(redact(text).length > 0);
  }
});

Deno.test("escapeControls() escapes what moves a cursor or breaks a line, but no line feed or tab", () => {
  assert.equal(
    escapeControls("a\u001b[2J\r\0\u007f\u0085\u2028\n\tä€😀"),
    "a\\u001b[2J\\u000d\\u0000\\u007f\\u0085\\u2028\n\tä€😀",
  );
});

Deno.test("escapeControls() leaves no control character and changes nothing the second time", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const escaped = escapeControls(text);

      assert.doesNotMatch(escaped, /[^\P{Cc}\n\t]/u);
      assert.equal(escapeControls(escaped), escaped);
    }),
    RUNS,
  );
});
