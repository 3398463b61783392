import assert from "node:assert/strict";
import fc from "fast-check";
import { AnswerReader } from "../../../../lib/protocol/gemini/generate/answer_reader.ts";
import { PartialArgs } from "../../../../lib/protocol/gemini/generate/partial_args.ts";
import type { JsonRecord } from "../../../../lib/protocol/json.ts";
import { recordedAnswers } from "../../../support/recorded.ts";

/** As a client will see them. */
function argsOf(...pieces: readonly unknown[]): unknown {
  const args = new PartialArgs();
  for (const piece of pieces) args.add([piece]);
  return JSON.parse(JSON.stringify(args.value));
}

interface Recipe {
  readonly recipe: {
    readonly name: string;
    readonly ingredients: readonly { readonly amount: string; readonly name: string }[];
    readonly steps: readonly string[];
  };
}

/** The calls in a recorded stream, as a client will see them. */
function recordedCalls(file: string): { name: string; args: JsonRecord }[] {
  const recorded = recordedAnswers().find(({ name }) => name === `vercel-ai/${file}.response.sse`);
  const reader = new AnswerReader();
  const said = (recorded?.responses ?? []).flatMap((response) =>
    reader.read(response as JsonRecord)
  );
  const calls = [...said, ...reader.end()].map(({ piece }) => piece)
    .filter((piece) => piece.kind === "call");
  return JSON.parse(JSON.stringify(calls));
}

Deno.test("PartialArgs puts texts together that come in bits", () => {
  const at = (stringValue: string) => ({ jsonPath: "$.city", stringValue, willContinue: true });

  assert.deepEqual(argsOf(at("San "), at("Fran"), at("cisco"), at("")), { city: "San Francisco" });
});

Deno.test("PartialArgs takes values of every kind", () => {
  assert.deepEqual(
    argsOf(
      { jsonPath: "$.s", stringValue: "" },
      { jsonPath: "$.n", numberValue: 0 },
      { jsonPath: "$.b", boolValue: false },
      { jsonPath: "$.z", nullValue: "NULL_VALUE" },
    ),
    { s: "", n: 0, b: false, z: null },
  );
});

Deno.test("PartialArgs makes lists and objects on the way", () => {
  assert.deepEqual(
    argsOf(
      { jsonPath: "$.a[0].b", numberValue: 1 },
      { jsonPath: "$.a[1].b", numberValue: 2 },
      { jsonPath: "$.a[1].c[0][1]", boolValue: true },
      { jsonPath: "$.d.e.f", stringValue: "x" },
    ),
    { a: [{ b: 1 }, { b: 2, c: [[null, true]] }], d: { e: { f: "x" } } },
  );
});

Deno.test("PartialArgs takes names in quotes", () => {
  assert.deepEqual(
    argsOf(
      { jsonPath: '$["a.b"].c', numberValue: 1 },
      { jsonPath: "$['d e'][0]", numberValue: 2 },
    ),
    { "a.b": { c: 1 }, "d e": [2] },
  );
});

Deno.test("PartialArgs takes every name for a name", () => {
  const args = new PartialArgs();
  args.add([
    { jsonPath: "$.__proto__.polluted", boolValue: true },
    { jsonPath: "$.constructor.prototype.polluted", boolValue: true },
  ]);

  assert.equal(
    JSON.stringify(args.value),
    '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
  );
  assert.ok(!("polluted" in {}));
});

Deno.test("PartialArgs has no names in lists, and takes none from them", () => {
  const args = argsOf(
    { jsonPath: "$.a[1]", numberValue: 1 },
    { jsonPath: "$.a.__proto__.polluted", boolValue: true },
    { jsonPath: "$.b[0]", numberValue: 1 },
    { jsonPath: "$.b.length", numberValue: -1 },
  );

  assert.equal(JSON.stringify(args), '{"a":{"__proto__":{"polluted":true}},"b":{"length":-1}}');
  assert.ok(!("polluted" in []));
});

Deno.test("PartialArgs passes over pieces that name no place", () => {
  const odd = [null, 1, "x", [], {}, { stringValue: "x" }, { jsonPath: "$", stringValue: "x" }, {
    jsonPath: 7,
  }];

  assert.deepEqual(argsOf(...odd), {});
});

Deno.test("PartialArgs goes no deeper than anybody needs", () => {
  assert.deepEqual(argsOf({ jsonPath: `$${".a".repeat(10_000)}`, numberValue: 1 }), {});
});

Deno.test("PartialArgs never fails, and always gives an object", () => {
  const aPath = fc.array(
    fc.constantFrom(
      "$",
      ".a",
      ".b",
      "[0]",
      "[3]",
      "['c']",
      ".__proto__",
      "[",
      "]",
      "..",
      ".length",
    ),
    { maxLength: 6 },
  ).map((steps) => steps.join(""));
  const aPiece = fc.record({
    jsonPath: aPath,
    stringValue: fc.string(),
    numberValue: fc.double(),
    boolValue: fc.boolean(),
  }, { requiredKeys: ["jsonPath"] });

  fc.assert(fc.property(fc.array(aPiece, { maxLength: 8 }), (pieces) => {
    const args = argsOf(...pieces);
    assert.ok(typeof args === "object" && !Array.isArray(args));
  }));
});

Deno.test("7.1 two calls whose arguments were recorded in pieces come out whole", () => {
  const calls = recordedCalls("google-stream-tool-call-arguments");

  assert.deepEqual(calls.map(({ name, args }) => [name, args]), [
    ["getWeather", { location: "Boston" }],
    ["getWeather", { location: "San Francisco" }],
  ]);
});

Deno.test("7.1 a recorded call with nested arguments in pieces comes out whole", () => {
  const [call, ...others] = recordedCalls("google-vertex-stream-tool-call-arguments-nested.1");
  const { recipe } = call?.args as unknown as Recipe;

  assert.deepEqual(others, []);
  assert.deepEqual([call?.name, recipe.name], ["cookRecipe", "Lasagna"]);
  assert.deepEqual(recipe.ingredients.map(({ amount, name }) => `${amount} ${name}`), [
    "16 oz Lasagna noodles",
    "1 lb Ground beef",
    "15 oz Ricotta cheese",
    "3 cups Mozzarella cheese",
    "1/2 cup Parmesan cheese",
    "24 oz Tomato sauce",
    "1 Egg",
    "2 cloves Garlic",
    "1 tsp Salt",
    "1/2 tsp Pepper",
  ]);
  assert.equal(recipe.steps.length, 10);
  assert.equal(recipe.steps[4], "In a 9x13 baking dish, spread a thin layer of meat sauce.");
});
