import assert from "node:assert/strict";
import { configOf, GEMMA, NEW, OLD, OLDEST } from "./chats.ts";

const PRO = "gemini-2.5-pro";
const LITE = "gemini-2.5-flash-lite";
const PRO_3 = "gemini-3-pro-preview";
const FLASH_3 = "gemini-3-flash-preview";
const FLASH_36 = "gemini-3.6-flash";

/** An effort, a model, and how much it thinks then: a budget or a level. */
const efforts: [string, string, number | string][] = [
  ["none", OLD, 0],
  ["none", LITE, 0],
  ["none", PRO, 128],
  ["none", PRO_3, "LOW"],
  ["none", FLASH_3, "MINIMAL"],
  ["none", NEW, "LOW"],
  ["disable", OLD, 0],
  ["minimal", OLD, 1024],
  ["minimal", PRO, 1024],
  ["minimal", FLASH_36, "MINIMAL"],
  ["minimal", PRO_3, "LOW"],
  ["minimal", NEW, "LOW"],
  ["low", OLD, 1024],
  ["low", FLASH_3, "LOW"],
  ["low", PRO_3, "LOW"],
  ["medium", OLD, 8192],
  ["medium", LITE, 8192],
  ["medium", NEW, "MEDIUM"],
  ["medium", PRO_3, "HIGH"],
  ["high", OLD, 24_576],
  ["high", PRO, 24_576],
  ["high", PRO_3, "HIGH"],
  ["high", NEW, "HIGH"],
  ["xhigh", OLD, 24_576],
  ["xhigh", PRO, 32_768],
  ["xhigh", NEW, "HIGH"],
  ["max", PRO, 32_768],
  ["max", FLASH_3, "HIGH"],
];

for (const [effort, model, amount] of efforts) {
  Deno.test(`5.10 reasoning_effort ${effort} is ${amount} for ${model}`, () => {
    const { thinkingBudget, thinkingLevel } = thinking({ reasoning_effort: effort }, model) ?? {};

    assert.equal(thinkingBudget ?? thinkingLevel, amount);
  });

  Deno.test(`5.9 reasoning_effort ${effort} gives ${model} a budget or a level, never both`, () => {
    const given = Object.keys(thinking({ reasoning_effort: effort }, model) ?? {});

    assert.equal(given.filter((name) => name !== "includeThoughts").length, 1);
  });
}

for (const model of [OLDEST, GEMMA, "gemini-2.5-flash-image", "gemini-2.5-flash-preview-tts"]) {
  Deno.test(`5.9 ${model}, which cannot think, is not told to`, () => {
    assert.equal(configOf({ reasoning_effort: "high" }, model), undefined);
  });
}

for (const absent of [undefined, null, "auto", "default"]) {
  Deno.test(`reasoning_effort ${absent} says nothing`, () => {
    assert.equal(configOf({ reasoning_effort: absent }, NEW), undefined);
  });
}

/** Fields, and the whole `thinkingConfig` that they give. */
const wishes: [string, Record<string, unknown>, string, unknown][] = [
  ["5.14 an effort shows the thoughts", { reasoning_effort: "low" }, NEW, {
    thinkingLevel: "LOW",
    includeThoughts: true,
  }],
  ["5.14 no effort shows none", { reasoning_effort: "none" }, NEW, { thinkingLevel: "LOW" }],
  ["reasoning.effort is an effort", { reasoning: { effort: "high" } }, OLD, {
    thinkingBudget: 24_576,
    includeThoughts: true,
  }],
  ["reasoning.max_tokens is a budget", { reasoning: { max_tokens: 2000 } }, OLD, {
    thinkingBudget: 2000,
    includeThoughts: true,
  }],
  ["5.11 a budget is kept within the model's range", { reasoning: { max_tokens: 90_000 } }, PRO, {
    thinkingBudget: 32_768,
    includeThoughts: true,
  }],
  ["5.11 a budget is not below the model's least", { reasoning: { max_tokens: 1 } }, LITE, {
    thinkingBudget: 512,
    includeThoughts: true,
  }],
  ["5.11 a budget of -1 is dynamic", { reasoning: { max_tokens: -1 } }, OLD, {
    thinkingBudget: -1,
    includeThoughts: true,
  }],
  ["5.11 a budget of 0 is none", { reasoning: { max_tokens: 0 } }, OLD, { thinkingBudget: 0 }],
  ["5.12 a budget is a level from Gemini 3 on", { reasoning: { max_tokens: 2000 } }, NEW, {
    thinkingLevel: "MEDIUM",
    includeThoughts: true,
  }],
  ["reasoning.enabled false is none", { reasoning: { enabled: false } }, OLD, {
    thinkingBudget: 0,
  }],
  ["5.14 reasoning.enabled shows the thoughts", { reasoning: { enabled: true } }, OLD, {
    includeThoughts: true,
  }],
  ["5.14 reasoning.exclude false shows the thoughts", { reasoning: { exclude: false } }, NEW, {
    includeThoughts: true,
  }],
  [
    "5.14 reasoning.exclude hides the thoughts",
    { reasoning: { effort: "high", exclude: true } },
    NEW,
    { thinkingLevel: "HIGH" },
  ],
];

for (const [fact, fields, model, config] of wishes) {
  Deno.test(`${fact} (${model})`, () => {
    assert.deepEqual(thinking(fields, model), config);
  });
}

const settings = (thinking_config: unknown) => ({ extra_body: { google: { thinking_config } } });

/** Google's own settings beside an effort, and what is left of both. */
const beside: [string, unknown, string, unknown][] = [
  ["a level counts more than an effort", { thinking_level: "low" }, NEW, { thinkingLevel: "LOW" }],
  ["a budget counts more than an effort", { thinking_budget: 0 }, OLD, { thinkingBudget: 0 }],
  [
    "5.9 of level and budget only the level is sent",
    { thinking_level: "HIGH", thinking_budget: 5 },
    NEW,
    { thinkingLevel: "HIGH" },
  ],
  ["an effort stays where only the thoughts are told of", { include_thoughts: false }, NEW, {
    thinkingLevel: "MEDIUM",
    includeThoughts: false,
  }],
  ["an effort stays where nothing is told", {}, OLD, {
    thinkingBudget: 8192,
    includeThoughts: true,
  }],
  [
    "the thoughts can be asked for beside a level",
    { thinkingLevel: "LOW", includeThoughts: true },
    NEW,
    { thinkingLevel: "LOW", includeThoughts: true },
  ],
];

for (const [fact, given, model, config] of beside) {
  Deno.test(`5.8 thinking_config: ${fact} (${model})`, () => {
    assert.deepEqual(thinking({ reasoning_effort: "medium", ...settings(given) }, model), config);
  });
}

Deno.test("5.14 thinking_config can ask for the thoughts alone", () => {
  assert.deepEqual(thinking(settings({ include_thoughts: true }), NEW), { includeThoughts: true });
});

function thinking(fields: Record<string, unknown>, model: string) {
  return configOf(fields, model)?.thinkingConfig;
}

Deno.test("5.14 include_thoughts by itself shows the thoughts, wherever it stands", () => {
  const shown = { includeThoughts: true };

  assert.deepEqual(configOf({ include_thoughts: true }, NEW)?.thinkingConfig, shown);
  assert.deepEqual(
    configOf({ extra_body: { thinking_config: { include_thoughts: true } } }, NEW)?.thinkingConfig,
    shown,
  );
});
