import assert from "node:assert/strict";
import fc from "fast-check";
import { RotatorError } from "../../lib/domain/errors.ts";
import {
  type CredentialOptions,
  findCredential,
  unauthenticated,
} from "../../lib/web/credential.ts";

const TOKEN = `gkr_${"a".repeat(43)}`;
const OTHER = `gkr_${"b".repeat(43)}`;

function find(headers: Record<string, string>, query = "", options?: CredentialOptions) {
  return findCredential(new Headers(headers), new URLSearchParams(query), options);
}

for (
  const [place, headers, query] of [
    ["Authorization: Bearer", { authorization: `Bearer ${TOKEN}` }, ""],
    ["Authorization: bearer", { authorization: `bearer ${TOKEN}` }, ""],
    ["Authorization: BEARER and three spaces", { authorization: `BEARER   ${TOKEN}` }, ""],
    ["x-goog-api-key", { "x-goog-api-key": TOKEN }, ""],
    ["?key=", {}, `alt=sse&key=${TOKEN}`],
    ["x-goog-api-key beside Basic", { authorization: "Basic YTpi", "x-goog-api-key": TOKEN }, ""],
    ["x-goog-api-key beside an empty Bearer", {
      authorization: "Bearer ",
      "x-goog-api-key": TOKEN,
    }, ""],
    ["?key= beside an empty header", { "x-goog-api-key": "" }, `key=${TOKEN}`],
    [
      "all three places, when it is the same",
      { authorization: `Bearer ${TOKEN}`, "x-goog-api-key": TOKEN },
      `key=${TOKEN}&key=${TOKEN}`,
    ],
  ] as const
) {
  Deno.test(`findCredential() finds the credential in ${place}`, () => {
    assert.equal(find(headers, query), TOKEN);
  });
}

for (
  const [what, headers, query] of [
    ["nothing", {}, ""],
    ["another scheme", { authorization: "Basic YTpi" }, ""],
    ["a credential without a scheme", { authorization: TOKEN }, ""],
    ["two joined schemes of which ours is second", {
      authorization: `Basic YTpi, Bearer ${TOKEN}`,
    }, ""],
    ["a Bearer after a tab", { authorization: `Bearer\t${TOKEN}` }, ""],
    ["an empty Bearer", { authorization: "Bearer" }, ""],
    ["empty places", { "x-goog-api-key": "" }, "key=&key="],
    ["a key of another name", {}, `Key=${TOKEN}&$key=${TOKEN}&access_token=${TOKEN}`],
    ["a cookie", { cookie: `key=${TOKEN}`, "x-api-key": TOKEN }, ""],
  ] as const
) {
  Deno.test(`findCredential() finds none in ${what}`, () => {
    assert.equal(find(headers, query), null);
  });
}

for (
  const [places, headers, query] of [
    ["Authorization and x-goog-api-key", {
      authorization: `Bearer ${TOKEN}`,
      "x-goog-api-key": OTHER,
    }, ""],
    ["Authorization and ?key=", { authorization: `Bearer ${TOKEN}` }, `key=${OTHER}`],
    ["x-goog-api-key and ?key=", { "x-goog-api-key": TOKEN }, `key=${OTHER}`],
    ["?key=", {}, `key=${TOKEN}&key=${OTHER}`],
    ["Authorization and x-goog-api-key and ?key=", {
      authorization: `Bearer ${TOKEN}`,
      "x-goog-api-key": TOKEN,
    }, `key=${OTHER}`],
    ["x-goog-api-key and ?key=", { "x-goog-api-key": TOKEN }, `key=${TOKEN.slice(0, -1)}`],
    ["x-goog-api-key and ?key=", { "x-goog-api-key": "short" }, `key=${TOKEN}`],
  ] as const
) {
  Deno.test(`findCredential() refuses different ones in ${places}: ${query.slice(0, 12)}`, () => {
    assert.throws(() => find(headers, query), {
      code: "invalid_request",
      message:
        `Cannot tell which credential counts: ${places} hold different ones, and one is wanted`,
    });
  });
}

Deno.test("findCredential() overlooks ?key= when it is switched off", () => {
  const off = { inQuery: false };

  assert.equal(find({}, `key=${TOKEN}`, off), null);
  assert.equal(find({ "x-goog-api-key": TOKEN }, `key=${OTHER}`, off), TOKEN);
  assert.equal(find({ "x-goog-api-key": TOKEN }, "key=!", off), TOKEN);
});

const MALFORMED = [
  ...["short", "a".repeat(19), "a".repeat(201), "a".repeat(1_000_000), `${TOKEN}\0`, `\0${TOKEN}`],
  ...[
    `${TOKEN}\r\n`,
    `${TOKEN}\n`,
    `${TOKEN}\r\nx: y`,
    `${TOKEN}, ${TOKEN}`,
    `${TOKEN},`,
    `${TOKEN}\t`,
  ],
  ...[`${TOKEN} `, ` ${TOKEN}`, "\uff11".repeat(30), "\u0661".repeat(30), `${TOKEN}\ud800`],
  ...[`${TOKEN}\udfff`, `\u202e${TOKEN}`, `${TOKEN}e\u0301`, `${TOKEN}\u00e9`, `${TOKEN}\u00a0`],
  ...[
    `${TOKEN}.`,
    `${TOKEN}/../a`,
    `${TOKEN}'--`,
    `"${TOKEN}"`,
    `${TOKEN}=`,
    "\u{1d7d8}".repeat(20),
  ],
];

for (const credential of MALFORMED) {
  const shown = JSON.stringify(credential.slice(-12));
  Deno.test(`findCredential() takes …${shown} (${credential.length}) for no credential`, () => {
    const query = new URLSearchParams({ key: credential });

    assert.throws(() => findCredential(new Headers(), query), unauthenticated());
  });
}

for (const credential of [`${TOKEN}, ${TOKEN}`, `${TOKEN}\u00e9`, `${TOKEN} x`, "a".repeat(300)]) {
  Deno.test(`findCredential() takes ${credential.slice(44, 60)} in a header for no credential`, () => {
    assert.throws(() => find({ authorization: `Bearer ${credential}` }), unauthenticated());
    assert.throws(() => find({ "x-goog-api-key": credential }), unauthenticated());
  });
}

Deno.test("findCredential() takes a header sent twice for no credential", () => {
  const headers = new Headers([["x-goog-api-key", TOKEN], ["x-goog-api-key", TOKEN]]);

  assert.throws(() => findCredential(headers, new URLSearchParams()), unauthenticated());
});

const VALUES = fc.oneof(
  fc.string({ unit: "binary", maxLength: 250 }),
  fc.stringMatching(/^[A-Za-z0-9_-]{15,205}$/),
  fc.tuple(fc.constant(TOKEN), fc.constantFrom(",", "\r\n", "\t", "\0", "\ud800", "\uff11", ""))
    .map(
      (parts) => parts.join(""),
    ),
);

Deno.test("findCredential() returns what has the grammar, and has one sentence for the rest", () => {
  let found = 0;
  let refused = 0;
  fc.assert(
    fc.property(VALUES, (value) => {
      fc.pre(value !== "");
      try {
        const credential = findCredential(new Headers(), new URLSearchParams({ key: value }));
        assert.equal(credential, value);
        assert.match(value, /^[A-Za-z0-9_-]{20,200}$/);
        found++;
      } catch (error) {
        assert.ok(error instanceof RotatorError);
        assert.deepEqual(
          [error.code, error.message],
          [unauthenticated().code, unauthenticated().message],
        );
        assert.doesNotMatch(value, /^[A-Za-z0-9_-]{20,200}$/);
        refused++;
      }
    }),
    { numRuns: 10_000 },
  );
  assert.ok(found > 500 && refused > 500, `${found} found, ${refused} refused`);
});

Deno.test("findCredential() never returns one of two that differ", () => {
  const credential = fc.stringMatching(/^[A-Za-z0-9_-]{20,22}$/);
  fc.assert(
    fc.property(credential, credential, credential, (bearer, header, key) => {
      fc.pre(new Set([bearer, header, key]).size > 1);
      const headers = { authorization: `Bearer ${bearer}`, "x-goog-api-key": header };
      assert.throws(() => find(headers, `key=${key}`), { code: "invalid_request" });
    }),
    { numRuns: 1_000 },
  );
});
