import assert from "node:assert/strict";
import {
  type ModelRow,
  modelTraits,
  type Thinking,
} from "../../../../lib/protocol/gemini/generate/model_table.ts";

const ours = modelTraits();

const nothing: Thinking = { by: "nothing" };
const pro: Thinking = { by: "budget", least: 128, most: 32_768, off: false };
const flash: Thinking = { by: "budget", least: 0, most: 24_576, off: true };
const flashLite: Thinking = { by: "budget", least: 512, most: 24_576, off: true };
const all: Thinking = { by: "level", levels: ["MINIMAL", "LOW", "MEDIUM", "HIGH"] };
const three: Thinking = { by: "level", levels: ["LOW", "MEDIUM", "HIGH"] };
const ends: Thinking = { by: "level", levels: ["LOW", "HIGH"] };
const outer: Thinking = { by: "level", levels: ["MINIMAL", "HIGH"] };

const THINKING: [string, Thinking][] = [
  ["gemini-2.5-pro", pro],
  ["gemini-2.5-pro-preview-06-05", pro],
  ["gemini-2.5-flash", flash],
  ["gemini-2.5-flash-lite", flashLite],
  ["gemini-2.5-flash-lite-preview-09-2025", flashLite],
  ["gemini-3-pro-preview", ends],
  ["gemini-3.1-pro-preview", three],
  ["gemini-3.1-pro-preview-customtools", three],
  ["gemini-3-flash-preview", all],
  ["gemini-3-flash", all],
  ["gemini-3.1-flash-lite", all],
  ["gemini-3.5-flash", all],
  ["gemini-3.5-flash-lite", all],
  ["gemini-3.6-flash", all],
  ["gemini-3.7-flash", three],
  ["gemini-3.8-flash", three],
  ["gemini-4-argon", three],
  ["gemini-3.1-flash-lite-image", outer],
];

for (const [model, thinking] of THINKING) {
  Deno.test(`5.12 modelTraits() knows how ${model} is told how much to think`, () => {
    assert.deepEqual(ours(model).thinking, thinking);
  });
}

for (
  const model of [
    "gemini-1.5-pro",
    "gemini-2.0-flash",
    "gemini-2.0-flash-lite",
    "gemini-2.5-flash-image",
    "gemini-3-pro-image-preview",
    "gemini-3.1-flash-image",
    "gemini-nano-banana-2.1",
    "gemini-2.5-flash-preview-tts",
    "gemini-2.5-pro-preview-tts",
    "gemini-3.1-flash-tts-preview",
    "gemini-embedding-001",
    "gemini-embedding-2",
    "gemma-4-31b-it",
    "gemma-4-26b-a4b-it",
  ]
) {
  Deno.test(`5.9 modelTraits() has nothing to tell ${model} of thinking`, () => {
    assert.deepEqual(ours(model).thinking, nothing);
  });
}

for (
  const model of ["gemini-flash-latest", "gemini-pro-latest", "gemini-5-neon", "x", "__proto__", ""]
) {
  Deno.test(`modelTraits() takes ${JSON.stringify(model)} for one of the newest`, () => {
    assert.deepEqual(ours(model), ours("gemini-3.8-flash"));
  });
}

Deno.test("2.4 modelTraits() knows that Gemma takes no system instructions", () => {
  assert.equal(ours("gemma-4-31b-it").systemInstruction, false);
  assert.equal(ours("gemini-2.0-flash").systemInstruction, true);
});

Deno.test("4.3 modelTraits() knows who wants schemas in the older form", () => {
  const wanting = ["gemma-4-31b-it", "gemini-2.0-flash", "gemini-2.5-flash", "gemini-3.8-flash"]
    .filter((model) => !ours(model).jsonSchema);

  assert.deepEqual(wanting, ["gemma-4-31b-it", "gemini-2.0-flash"]);
});

Deno.test("modelTraits() knows what came with Gemini 3", () => {
  const traits = [
    "jsonWithTools",
    "mixedTools",
    "signatures",
    "filesInResults",
    "partResolution",
  ] as const;

  for (const trait of traits) {
    assert.equal(ours("gemini-2.5-pro")[trait], false, trait);
    assert.equal(ours("gemini-3.1-pro-preview")[trait], true, trait);
  }
});

Deno.test("8.7 modelTraits() knows that image models do without their signatures", () => {
  for (
    const model of [
      "gemini-3-pro-image-preview",
      "gemini-3.1-flash-image",
      "gemini-3.1-flash-lite-image",
      "gemini-nano-banana-2.1",
    ]
  ) {
    assert.equal(ours(model).signatures, false, model);
  }
});

Deno.test("modelTraits() knows whose answers go on in another call", () => {
  const long = ["gemini-2.5-pro", "gemini-3.8-flash", "gemini-4-argon"]
    .filter((model) => ours(model).longAnswers);

  assert.deepEqual(long, ["gemini-4-argon"]);
});

Deno.test("modelTraits() knows what the second embedding model refuses", () => {
  assert.deepEqual(ours("gemini-embedding-2").drops, ["taskType", "title"]);
  assert.deepEqual(ours("gemini-embedding-001").drops, []);
});

Deno.test("modelTraits() lets an operator's row count more than ours, for what it says", () => {
  const own = modelTraits([{ models: "gemini-2.5-flash", thinking: three, drops: ["seed"] }]);

  assert.deepEqual(own("gemini-2.5-flash"), {
    ...ours("gemini-2.5-flash"),
    thinking: three,
    drops: ["seed"],
  });
  assert.deepEqual(own("gemini-2.5-flash-lite"), ours("gemini-2.5-flash-lite"));
});

Deno.test("modelTraits() takes the first of an operator's rows that fits", () => {
  const own = modelTraits([
    { models: "gemini-9-pro", signatures: false },
    { models: "gemini-9*", jsonSchema: false },
  ]);

  assert.equal(own("gemini-9-pro").jsonSchema, true);
  assert.equal(own("gemini-9-flash").jsonSchema, false);
});

const patterns: [string, string[], string[]][] = [
  ["a", ["a"], ["", "aa", "ba"]],
  ["a*", ["a", "ab", "a*"], ["", "ba"]],
  ["*a", ["a", "ba"], ["ab", ""]],
  ["*", ["", "a", "a/b"], []],
  ["a*b", ["ab", "a-b", "abab"], ["a", "b", "abc", "cab"]],
  ["a*b*c", ["abc", "a-b-c", "abbcc"], ["ac", "acb", "abcd"]],
  ["ab*ba", ["abba", "ab-ba"], ["aba"]],
  ["*x*", ["x", "axb"], ["", "ab"]],
  ["*ab*ba*", ["abba", "xab-bay"], ["aba"]],
  ["a.c", ["a.c"], ["abc"]],
];

for (const [models, fitting, others] of patterns) {
  Deno.test(`modelTraits() has a row for ${models} fit ${JSON.stringify(fitting)} and nothing else`, () => {
    const row: ModelRow = { models, drops: ["seed"] };
    const fits = (model: string) => modelTraits([row])(model).drops.includes("seed");

    assert.deepEqual([...fitting, ...others].filter(fits), fitting);
  });
}

Deno.test("modelTraits() answers alike however many models it is asked for", () => {
  const traits = modelTraits();
  const before = traits("gemini-2.5-pro");

  for (let count = 0; count < 3_000; count++) traits(`model-${count}`);

  assert.deepEqual(traits("gemini-2.5-pro"), before);
});
