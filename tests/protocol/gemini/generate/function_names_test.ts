import assert from "node:assert/strict";
import fc from "fast-check";
import { FunctionNames } from "../../../../lib/protocol/gemini/generate/function_names.ts";
import { functions, refusal } from "../../../simulator/request_rules/trying.ts";

Deno.test("3.2 FunctionNames keeps names that Gemini takes", () => {
  const fine = ["f", "_", "get_weather", "a.b:c-d", "A1", "x".repeat(64)];
  const names = new FunctionNames(fine);

  assert.deepEqual(fine.map((name) => names.toGemini(name)), fine);
});

for (
  const [name, forGemini] of [
    ["mcp__git__log/show", "mcp__git__log_show"],
    ["wetter für morgen", "wetter_f_r_morgen"],
    ["2nd", "_2nd"],
    ["-dash", "_-dash"],
    ["", "_"],
    ["天気", "__"],
    ["y".repeat(65), "y".repeat(64)],
    ["1".repeat(64), `_${"1".repeat(63)}`],
  ] as const
) {
  Deno.test(`3.2 FunctionNames makes ${forGemini} of ${JSON.stringify(name)}`, () => {
    assert.equal(new FunctionNames([name]).toGemini(name), forGemini);
  });
}

Deno.test("3.2 FunctionNames never makes one name of two", () => {
  const names = new FunctionNames(["a b", "a/b", "a_b", "a.b", "a€b"]);

  assert.deepEqual(["a b", "a/b", "a_b", "a.b", "a€b"].map((name) => names.toGemini(name)), [
    "a_b_2",
    "a_b_3",
    "a_b",
    "a.b",
    "a_b_4",
  ]);
});

Deno.test("3.2 FunctionNames tells long names apart that begin alike", () => {
  const long = ["a", "b", "c"].map((end) => "x".repeat(80) + end);
  const names = new FunctionNames(long);

  assert.deepEqual(long.map((name) => names.toGemini(name)), [
    "x".repeat(64),
    `${"x".repeat(62)}_2`,
    `${"x".repeat(62)}_3`,
  ]);
});

Deno.test("7.17 FunctionNames gives clients their own names back", () => {
  const own = ["a b", "a_b", "x".repeat(99), "天気"];
  const names = new FunctionNames(own);

  assert.deepEqual(own.map((name) => names.toClient(names.toGemini(name))), own);
});

Deno.test("7.17 FunctionNames leaves a name alone that nobody declared", () => {
  const names = new FunctionNames(["a b"]);

  assert.equal(names.toClient("invented"), "invented");
  assert.equal(names.toClient("a b"), "a b");
  assert.equal(names.toClient("constructor"), "constructor");
});

Deno.test("3.2 FunctionNames takes names from the history that are declared no more", () => {
  const names = new FunctionNames(["a b"]);

  assert.equal(names.toGemini("a_b"), "a_b_2");
  assert.equal(names.toClient("a_b_2"), "a_b");
  assert.equal(names.toClient("a_b"), "a b");
});

Deno.test("FunctionNames gives 50,000 names that come to the same each its own", () => {
  const many = Array.from({ length: 50_000 }, (_, count) => "x".repeat(64) + count);

  const names = new FunctionNames(many);

  assert.equal(new Set(many.map((name) => names.toGemini(name))).size, many.length);
});

const aName = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.string({ unit: fc.constantFrom("a", "_", " ", "2", "é", "."), maxLength: 5 }),
  fc.integer({ min: 60, max: 70 }).chain((length) =>
    fc.constantFrom("a", "/").map((end) => "x".repeat(length) + end)
  ),
  fc.constantFrom("__proto__", "constructor", "toString", "a_2", "a__2"),
);
const someNames = fc.uniqueArray(aName, { maxLength: 30 });

Deno.test("3.2 FunctionNames gives any names to Gemini, and 7.17 gets every one back", () => {
  fc.assert(
    fc.property(someNames, someNames, (declared, told) => {
      const names = new FunctionNames(declared);
      const all = [...new Set([...declared, ...told])];
      const forGemini = all.map((name) => names.toGemini(name));

      assert.deepEqual(forGemini.map((name) => names.toClient(name)), all);
      assert.equal(refusal({ tools: [functions(...forGemini)] }), undefined);
    }),
    { numRuns: 500 },
  );
});

Deno.test("3.2 FunctionNames gives the same names for the same names", () => {
  fc.assert(fc.property(someNames, (declared) => {
    const [one, other] = [new FunctionNames(declared), new FunctionNames(declared)];

    assert.deepEqual(
      declared.map((name) => one.toGemini(name)),
      declared.map((name) => other.toGemini(name)),
    );
  }));
});
