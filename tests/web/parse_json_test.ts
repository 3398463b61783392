import assert from "node:assert/strict";
import fc from "fast-check";
import { RotatorError } from "../../lib/domain/errors.ts";
import { parseJson } from "../../lib/web/parse_json.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

function nested(depth: number): string {
  return "[".repeat(depth) + "]".repeat(depth);
}

Deno.test("parseJson() reads what was sent", () => {
  const text =
    ' {"name":"a \\" : { [ caf\u00e9 \u{1f600}","keys":[1,-2.5e3,true,false,null,{}],"":[]}\n';

  assert.deepEqual(parseJson(bytes(text)), JSON.parse(text));
});

for (const text of ["null", "0", '"a"', "[]", "{}", "false"]) {
  Deno.test(`parseJson() reads ${text}`, () => {
    assert.deepEqual(parseJson(bytes(text)), JSON.parse(text));
  });
}

for (
  const [text, state] of [
    ["", "it is empty"],
    [" \r\n", "it is empty"],
    ["{", "it is not valid JSON"],
    ["{'a':1}", "it is not valid JSON"],
    ['{"a":1,}', "it is not valid JSON"],
    ["NaN", "it is not valid JSON"],
    ["[1]]", "it is not valid JSON"],
    ['"\\', "it is not valid JSON"],
    ["\ufeff{}", "it is not valid JSON"],
    ['"AIzaSecret', "it is not valid JSON"],
    ['{"a":1,"a":2}', "an object has the same name twice"],
    ['{"a":1,"\\u0061":2}', "an object has the same name twice"],
    ['[{"b":{"a":1,"c":[],"a":1}}]', "an object has the same name twice"],
    ['{"__proto__":{"polluted":1}}', 'it has the name "__proto__", which is not taken'],
    ['{"\\u005f_proto__":1}', 'it has the name "__proto__", which is not taken'],
    ['[{"a":{"constructor":{}}}]', 'it has the name "constructor", which is not taken'],
    ['{"a":[[{"prototype":null}]]}', 'it has the name "prototype", which is not taken'],
  ] as const
) {
  Deno.test(`parseJson() refuses ${JSON.stringify(text)} and says why`, () => {
    assert.throws(() => parseJson(bytes(text)), {
      code: "invalid_request",
      message: `Cannot read the body: ${state}`,
    });
  });
}

Deno.test("parseJson() takes the forbidden names as values", () => {
  assert.deepEqual(parseJson(bytes('["__proto__","constructor"]')), ["__proto__", "constructor"]);
});

for (const invalid of [[0xff], [0x22, 0xc3, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22], [0xc0, 0xae]]) {
  Deno.test(`parseJson() refuses the bytes ${invalid}, which are not UTF-8`, () => {
    assert.throws(() => parseJson(Uint8Array.from(invalid)), {
      code: "invalid_request",
      message: "Cannot read the body: it is not UTF-8",
    });
  });
}

Deno.test("parseJson() takes 64 levels and refuses 65", () => {
  assert.deepEqual(parseJson(bytes(nested(64))), JSON.parse(nested(64)));
  assert.throws(() => parseJson(bytes(nested(65))), {
    code: "invalid_request",
    message: "Cannot read the body: it is nested deeper than 64 levels",
  });
});

Deno.test("parseJson() refuses a hundred thousand open brackets before it builds anything", () => {
  assert.throws(() => parseJson(bytes("[".repeat(100_000))), { message: /deeper than 64 levels$/ });
  assert.throws(() => parseJson(bytes('{"a":'.repeat(100_000))), { message: /deeper than 64/ });
});

Deno.test("parseJson() does not count brackets inside strings", () => {
  const text = JSON.stringify(['[[["', "{{{:\\", '\\"[[']);

  assert.deepEqual(parseJson(bytes(text), { maxDepth: 1, maxValues: 4 }), JSON.parse(text));
});

Deno.test("parseJson() counts every value, the containers included", () => {
  const text = '{"a":[1,2],"b":null}';

  assert.deepEqual(parseJson(bytes(text), { maxValues: 5 }), JSON.parse(text));
  assert.throws(() => parseJson(bytes(text), { maxValues: 4 }), {
    code: "invalid_request",
    message: "Cannot read the body: it has more than 4 values",
  });
});

Deno.test("parseJson() refuses more than 100000 values by default", () => {
  const text = `[${"0,".repeat(99_999)}0]`;

  assert.throws(() => parseJson(bytes(text)), { message: /more than 100000 values$/ });
});

Deno.test("parseJson() with any names takes those of a prototype as plain data", () => {
  const text = '{"__proto__":{"polluted":1},"constructor":{"prototype":[2]}}';

  const value = parseJson(bytes(text), { anyNames: true }) as Record<string, unknown>;

  assert.deepEqual(Object.keys(value), ["__proto__", "constructor"]);
  assert.equal(JSON.stringify(value), text);
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
  assert.equal(({} as { polluted?: unknown }).polluted, undefined);
});

Deno.test("parseJson() with any names takes the last of two equal ones", () => {
  assert.deepEqual(parseJson(bytes('{"a":1,"b":{"a":1,"a":2},"a":3}'), { anyNames: true }), {
    a: 3,
    b: { a: 2 },
  });
});

for (
  const [text, state] of [
    ["[[[]]]", "it is nested deeper than 2 levels"],
    ["[1,2,3,4,5]", "it has more than 5 values"],
    ["[1", "it is not valid JSON"],
    ["", "it is empty"],
  ] as const
) {
  Deno.test(`parseJson() with any names still refuses ${JSON.stringify(text)}`, () => {
    assert.throws(() => parseJson(bytes(text), { anyNames: true, maxDepth: 2, maxValues: 5 }), {
      message: `Cannot read the body: ${state}`,
    });
  });
}

Deno.test("parseJson() pollutes nothing", () => {
  for (const name of ["__proto__", "constructor", "prototype"]) {
    assert.throws(() => parseJson(bytes(`{"${name}":{"prototype":{"polluted":1}}}`)));
  }

  assert.equal(({} as { polluted?: unknown }).polluted, undefined);
});

Deno.test("parseJson() returns every value that has no forbidden name, and refuses the others", () => {
  const forbidden = /"(?:__proto__|constructor|prototype)":/;
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      const text = JSON.stringify(value);
      fc.pre(!forbidden.test(text));
      assert.deepEqual(parseJson(bytes(text)), JSON.parse(text));
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("parseJson() answers any bytes with JSON.parse()'s value or a refusal without them", () => {
  const parts = fc.constantFrom(
    ...["{", "}", "[", "]", ",", ":", '"', '"a"', '"a":', "1", " ", "\\", "null", '"prototype":'],
  );
  const texts = fc.oneof(
    fc.array(parts, { maxLength: 12 }).map((list) => bytes(list.join(""))),
    fc.uint8Array({ maxLength: 30 }),
  );
  let read = 0;
  fc.assert(
    fc.property(texts, (body) => {
      let value;
      try {
        value = parseJson(body);
      } catch (error) {
        assert.ok(error instanceof RotatorError && error.code === "invalid_request");
        assert.equal(error.cause, undefined);
        return;
      }
      read++;
      assert.deepEqual(value, JSON.parse(new TextDecoder().decode(body)));
    }),
    { numRuns: 3_000 },
  );
  assert.ok(read > 20, `${read} read`);
});
