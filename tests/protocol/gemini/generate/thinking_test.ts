import assert from "node:assert/strict";
import fc from "fast-check";
import { modelTraits } from "../../../../lib/protocol/gemini/generate/model_table.ts";
import type { ThinkingConfig } from "../../../../lib/protocol/gemini/generate/request.ts";
import {
  type Effort,
  thinkingConfig,
  type ThinkingWish,
} from "../../../../lib/protocol/gemini/generate/thinking.ts";
import { refusal } from "../../../simulator/request_rules/trying.ts";

const traitsOf = modelTraits();
const EFFORTS: Effort[] = ["none", "minimal", "low", "medium", "high", "max"];
const MODELS = [
  "gemini-2.0-flash",
  "gemini-2.5-pro",
  "gemini-2.5-flash",
  "gemini-2.5-flash-lite",
  "gemini-2.5-flash-image",
  "gemini-3-pro-preview",
  "gemini-3.1-pro-preview",
  "gemini-3-flash-preview",
  "gemini-3.1-flash-lite",
  "gemini-3.1-flash-lite-image",
  "gemini-3.5-flash",
  "gemini-3.6-flash",
  "gemini-3.8-flash",
  "gemini-3.1-flash-tts-preview",
  "gemini-4-argon",
  "gemma-4-31b-it",
];

function configFor(model: string, wish: ThinkingWish): ThinkingConfig | undefined {
  return thinkingConfig(wish, traitsOf(model));
}

const amountsFor = (effort: Effort, models: readonly string[]) =>
  models.map((model) => {
    const { thinkingBudget, thinkingLevel } = configFor(model, { effort }) ?? {};
    return [thinkingBudget, thinkingLevel];
  });

const BUDGETED = ["gemini-2.5-flash", "gemini-2.5-flash-lite", "gemini-2.5-pro"];

for (
  const [effort, ...budgets] of [
    ["none", 0, 0, 128],
    ["minimal", 1_024, 1_024, 1_024],
    ["low", 1_024, 1_024, 1_024],
    ["medium", 8_192, 8_192, 8_192],
    ["high", 24_576, 24_576, 24_576],
    ["max", 24_576, 24_576, 32_768],
  ] as const
) {
  Deno.test(`5.10 thinkingConfig() turns ${effort} into Google's own budget for Gemini 2.5`, () => {
    const amounts = amountsFor(effort, BUDGETED);

    assert.deepEqual(amounts, budgets.map((budget) => [budget, undefined]));
  });
}

const LEVELLED = [
  "gemini-3-pro-preview",
  "gemini-3.1-pro-preview",
  "gemini-3.8-flash",
  "gemini-3.6-flash",
  "gemini-3.1-flash-lite-image",
];

for (
  const [effort, ...levels] of [
    ["none", "LOW", "LOW", "LOW", "MINIMAL", "MINIMAL"],
    ["minimal", "LOW", "LOW", "LOW", "MINIMAL", "MINIMAL"],
    ["low", "LOW", "LOW", "LOW", "LOW", "MINIMAL"],
    ["medium", "HIGH", "MEDIUM", "MEDIUM", "MEDIUM", "HIGH"],
    ["high", "HIGH", "HIGH", "HIGH", "HIGH", "HIGH"],
    ["max", "HIGH", "HIGH", "HIGH", "HIGH", "HIGH"],
  ] as const
) {
  Deno.test(`5.12 thinkingConfig() turns ${effort} into the nearest level, of two the higher`, () => {
    const amounts = amountsFor(effort, LEVELLED);

    assert.deepEqual(amounts, levels.map((level) => [undefined, level]));
  });
}

Deno.test("5.13 thinkingConfig() gives the most and the least that a model of levels has", () => {
  for (const model of LEVELLED) {
    const { thinking } = traitsOf(model);
    assert.ok(thinking.by === "level");
    const [least] = thinking.levels;

    assert.equal(configFor(model, { effort: "max" })?.thinkingLevel, thinking.levels.at(-1));
    assert.equal(configFor(model, { effort: "minimal" })?.thinkingLevel, least);
  }
});

Deno.test("5.11 thinkingConfig() keeps a number of tokens within the model's bounds", () => {
  const budgets = (model: string) =>
    [0, 1, 600, 30_000, 1e9].map((tokens) => configFor(model, { tokens })?.thinkingBudget);

  assert.deepEqual(budgets("gemini-2.5-pro"), [128, 128, 600, 30_000, 32_768]);
  assert.deepEqual(budgets("gemini-2.5-flash"), [0, 1, 600, 24_576, 24_576]);
  assert.deepEqual(budgets("gemini-2.5-flash-lite"), [0, 512, 600, 24_576, 24_576]);
});

Deno.test("5.11 thinkingConfig() leaves -1, which is as many as the model likes", () => {
  for (const model of ["gemini-2.5-pro", "gemini-2.5-flash", "gemini-2.5-flash-lite"]) {
    assert.equal(configFor(model, { tokens: -1 })?.thinkingBudget, -1, model);
  }
});

Deno.test("5.9 thinkingConfig() turns tokens into the level that they are enough for", () => {
  const levels = [0, 1, 1_024, 1_025, 8_192, 8_193, 24_576, 1e9, -1]
    .map((tokens) => configFor("gemini-3.6-flash", { tokens })?.thinkingLevel);

  assert.deepEqual(levels, [
    "MINIMAL",
    "LOW",
    "LOW",
    "MEDIUM",
    "MEDIUM",
    "HIGH",
    "HIGH",
    "HIGH",
    "MEDIUM",
  ]);
});

Deno.test("5.9 thinkingConfig() says nothing to a model that cannot be told", () => {
  const wish = { effort: "high", tokens: 5, shown: true } as const;

  for (const model of ["gemini-2.0-flash", "gemini-2.5-flash-image", "gemma-4-31b-it"]) {
    assert.equal(configFor(model, wish), undefined, model);
  }
});

Deno.test("5.14 thinkingConfig() has thoughts shown when effort is asked for, unless it is none", () => {
  const shown = EFFORTS.map((effort) => configFor("gemini-3.8-flash", { effort })?.includeThoughts);

  assert.deepEqual(shown, [undefined, true, true, true, true, true]);
  assert.equal(configFor("gemini-2.5-flash", { tokens: 0 })?.includeThoughts, undefined);
  assert.equal(configFor("gemini-2.5-flash", { tokens: 9 })?.includeThoughts, true);
});

Deno.test("5.14 thinkingConfig() does as the client says about showing thoughts", () => {
  assert.deepEqual(configFor("gemini-3.8-flash", { effort: "low", shown: false }), {
    thinkingLevel: "LOW",
  });
  assert.deepEqual(configFor("gemini-3.8-flash", { shown: true }), { includeThoughts: true });
});

Deno.test("5.10 thinkingConfig() says nothing when nothing is asked", () => {
  assert.equal(configFor("gemini-3.8-flash", {}), undefined);
  assert.equal(configFor("gemini-2.5-pro", { shown: false }), undefined);
});

const aWish = fc.record({
  effort: fc.constantFrom(...EFFORTS),
  tokens: fc.integer({ min: -1, max: 100_000 }),
  shown: fc.boolean(),
}, { requiredKeys: [] });

Deno.test("5.9 thinkingConfig() never says anything that the model refuses", () => {
  fc.assert(
    fc.property(fc.constantFrom(...MODELS), aWish, (model, wish) => {
      const thinkingConfig = configFor(model, wish);
      const generationConfig = thinkingConfig && { thinkingConfig };

      assert.equal(refusal({ generationConfig: generationConfig ?? {} }, model), undefined);
    }),
    { numRuns: 1_000 },
  );
});
