import assert from "node:assert/strict";
import fc from "fast-check";
import {
  canonicalJson,
  hasDelicateNumbers,
  isKeptNumber,
  parseExactly,
} from "../../lib/protocol/exact_json.ts";

const DELICATE = [
  "12345678901234567890",
  "-9007199254740993",
  "1.0",
  "-1.50",
  "1e3",
  "1E+2",
  "2.5e-7",
  "1e400",
  "-0",
  "-0.0",
  "0.0000001",
  "0.10000000000000000555",
  "123456789.123456789",
];

const PLAIN = ["0", "1", "-1", "0.5", "-0.25", "100", "0.000001", "9007199254740991"];

for (const number of [...DELICATE, ...PLAIN]) {
  Deno.test(`7.17 parseExactly() keeps ${number} as it was written, wherever it stands`, () => {
    const text = `{"a":${number},"b":[${number},{"__proto__":${number},"":${number}}]}`;

    assert.equal(JSON.stringify(parseExactly(text)), text);
    assert.equal(JSON.stringify(parseExactly(number)), number);
  });
}

for (const number of DELICATE) {
  Deno.test(`hasDelicateNumbers() sees ${number}`, () => {
    assert.ok(hasDelicateNumbers(`{"a": ${number}}`));
  });
}

Deno.test("hasDelicateNumbers() sees nothing in plain numbers", () => {
  for (const number of PLAIN.slice(0, -1)) assert.ok(!hasDelicateNumbers(`[${number}]`), number);
});

Deno.test("parseExactly() gives numbers that JavaScript keeps as numbers, beside others", () => {
  assert.deepEqual(parseExactly('{"a":1.0,"b":[1.5,-0.5,7]}'), {
    a: parseExactly("1.0"),
    b: [1.5, -0.5, 7],
  });
});

Deno.test("parseExactly() takes what looks like a number in a text for text", () => {
  const value = { order: "12345678901234567890", price: "1.0", "1e5": "-0" };

  assert.deepEqual(parseExactly(JSON.stringify(value)), value);
});

Deno.test("parseExactly() keeps a member called __proto__ a member", () => {
  const value = parseExactly('{"__proto__":{"x":1.0}}') as object;

  assert.deepEqual(Object.keys(value), ["__proto__"]);
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
});

Deno.test("parseExactly() throws what JSON.parse throws", () => {
  for (const text of ["", "{", "1.0.0", "01", "1e", "NaN", '{"a":1.}']) {
    assert.throws(() => parseExactly(text), SyntaxError, text);
  }
});

/** Every way to write a number in JSON. */
const aNumber = fc.tuple(
  fc.constantFrom("", "-"),
  fc.oneof(fc.constant("0"), fc.stringMatching(/^[1-9]\d{0,24}$/)),
  fc.oneof(fc.constant(""), fc.stringMatching(/^\.\d{1,24}$/)),
  fc.oneof(fc.constant(""), fc.stringMatching(/^[eE][+-]?\d{1,3}$/)),
).map((parts) => parts.join(""));

Deno.test("7.17 parseExactly() changes no number there is", () => {
  fc.assert(
    fc.property(aNumber, (number) => {
      assert.equal(JSON.stringify(parseExactly(`[${number}]`)), `[${number}]`);
    }),
    { numRuns: 3_000 },
  );
});

Deno.test("parseExactly() is JSON.parse for everything but numbers", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const text = JSON.stringify(value);
    assert.deepEqual(JSON.parse(JSON.stringify(parseExactly(text))), JSON.parse(text));
  }));
});

Deno.test("isKeptNumber() tells a kept number from an object", () => {
  assert.ok(isKeptNumber(parseExactly("1.0") as object));
  assert.ok(!isKeptNumber({ rawJSON: "1.0" }));
  assert.ok(!isKeptNumber([]));
});

Deno.test("canonicalJson() does not see the order of members, at any depth", () => {
  const one = { b: { d: 1, c: [{ f: 1, e: 2 }] }, a: null };
  const other = { a: null, b: { c: [{ e: 2, f: 1 }], d: 1 } };

  assert.equal(canonicalJson(one), '{"a":null,"b":{"c":[{"e":2,"f":1}],"d":1}}');
  assert.equal(canonicalJson(other), canonicalJson(one));
});

Deno.test("canonicalJson() sees everything else", () => {
  const different = [[1, 2], [2, 1], { a: 1 }, { a: "1" }, { a: null }, {}, [], { b: 1 }, "a", 1];

  assert.equal(new Set(different.map(canonicalJson)).size, different.length);
});

Deno.test("canonicalJson() keeps numbers as they were written", () => {
  assert.equal(
    canonicalJson(parseExactly('{"b":12345678901234567890,"a":1.0}')),
    '{"a":1.0,"b":12345678901234567890}',
  );
});

Deno.test("canonicalJson() takes __proto__ for a name like others", () => {
  const value = JSON.parse('{"b":1,"__proto__":{"d":1,"c":2}}');

  assert.equal(canonicalJson(value), '{"__proto__":{"c":2,"d":1},"b":1}');
});

Deno.test("canonicalJson() changes nothing but the order", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    assert.deepEqual(JSON.parse(canonicalJson(value)), JSON.parse(JSON.stringify(value)));
  }));
});
