import { match, strictEqual as equal } from "node:assert";
import type { Message } from "../read_message.ts";
import { functions, NEW, OLD, refusal } from "./trying.ts";

const PRO = "gemini-2.5-pro";
const LITE = "gemini-2.5-flash-lite";
const GEMMA = "gemma-4-31b-it";

Deno.test("a level and a budget together are refused", () => {
  equal(
    thinking(NEW, { thinkingLevel: "LOW", thinkingBudget: 1024 }),
    "You can only set only one of thinking budget and thinking level.",
  );
});

Deno.test("a level is refused before Gemini 3 in the words that were recorded", async () => {
  const file = "../../fixtures/gemini/errors/400-thinking-level-unsupported.json";
  const { error } = JSON.parse(await Deno.readTextFile(new URL(file, import.meta.url)));

  equal(thinking(OLD, { thinkingLevel: "LOW" }), error.message);
});

const levels: [string, readonly string[], readonly string[]][] = [
  ["gemini-3.8-flash", ["LOW", "MEDIUM", "HIGH"], ["MINIMAL"]],
  ["gemini-flash-latest", ["LOW"], ["MINIMAL"]],
  ["gemini-3.6-flash", ["MINIMAL", "LOW", "MEDIUM", "HIGH"], []],
  ["gemini-3.5-flash", ["MINIMAL", "LOW", "MEDIUM", "HIGH"], []],
  ["gemini-3-flash-preview", ["MINIMAL", "LOW", "MEDIUM", "HIGH"], []],
  ["gemini-3.1-pro-preview", ["LOW", "MEDIUM", "HIGH"], ["MINIMAL"]],
  ["gemini-3-pro-preview", ["LOW", "HIGH"], ["MINIMAL", "MEDIUM"]],
  ["gemini-4-argon", ["LOW", "MEDIUM", "HIGH"], ["MINIMAL"]],
  [GEMMA, ["MINIMAL", "HIGH"], ["LOW", "MEDIUM"]],
];

for (const [model, taken, refused] of levels) {
  Deno.test(`${model} thinks at the levels ${taken.join(", ")} and no other`, () => {
    for (const thinkingLevel of taken) equal(thinking(model, { thinkingLevel }), undefined);
    for (const thinkingLevel of refused) {
      equal(
        thinking(model, { thinkingLevel }),
        `Thinking level ${thinkingLevel} is not supported for this model. ` +
          "Please retry with other thinking level.",
      );
    }
  });
}

const budgets: [string, readonly number[], readonly number[], RegExp][] = [
  [PRO, [-1, 128, 32_768], [127, 32_769, -2], /choose a value between 128 and 32768\.$/],
  [OLD, [-1, 0, 1, 24_576], [24_577], /choose a value between 0 and 24576\.$/],
  [LITE, [-1, 0, 512, 24_576], [511, 24_577], /choose a value between 512 and 24576\.$/],
  ["gemini-3-flash-preview", [-1, 0, 1024], [40_000], /choose a value between 1 and 32768\.$/],
  [NEW, [], [0, 1024], /^Thinking budget is not supported for this model\.$/],
  ["gemini-2.0-flash", [], [0, 1024], /^Thinking budget is not supported for this model\.$/],
];

for (const [model, taken, refused, message] of budgets) {
  Deno.test(`${model} takes budgets of [${taken.join(", ")}] and refuses [${refused.join(", ")}]`, () => {
    for (const thinkingBudget of taken) equal(thinking(model, { thinkingBudget }), undefined);
    for (const thinkingBudget of refused) match(thinking(model, { thinkingBudget }) ?? "", message);
  });
}

Deno.test("Gemini 2.5 Pro cannot leave thinking", () => {
  equal(
    thinking(PRO, { thinkingBudget: 0 }),
    "Budget 0 is invalid. This model only works in thinking mode.",
  );
});

const bounds: [string, readonly unknown[], readonly unknown[]][] = [
  ["temperature", [0, 2, "1.5"], [-0.1, 2.1]],
  ["topP", [0, 1], [-0.1, 1.1]],
  ["candidateCount", [1, 8], [0, 9]],
  ["stopSequences", [[], [..."abcde"]], [[..."abcdef"]]],
];

for (const [field, taken, refused] of bounds) {
  Deno.test(`${field} has its bounds`, () => {
    for (const value of taken) equal(generating({ [field]: value }), undefined);
    for (const value of refused) {
      match(
        generating({ [field]: value }) ?? "",
        /^\* GenerateContentRequest\.generation_config\./,
      );
    }
  });
}

Deno.test("logprobs are at most 20, and only where they are wanted", () => {
  equal(generating({ responseLogprobs: true, logprobs: 20 }), undefined);
  match(generating({ responseLogprobs: true, logprobs: 21 }) ?? "", /in the range \[0, 20\]/);
  match(generating({ logprobs: 5 }) ?? "", /only when response_logprobs is true/);
});

const notForGemma: [string, Message][] = [
  ["Developer instruction", { systemInstruction: { parts: [{ text: "Be brief." }] } }],
  ["Function calling", { tools: [functions("f")] }],
  ["JSON mode", { generationConfig: { responseMimeType: "application/json" } }],
  ["JSON mode", { generationConfig: { responseJsonSchema: { type: "object" } } }],
];

for (const [what, body] of notForGemma) {
  Deno.test(`${what} is not for Gemma: ${Object.keys(body)}`, () => {
    equal(refusal(body, GEMMA), `${what} is not enabled for models/${GEMMA}`);
    equal(refusal(body, NEW), undefined);
  });
}

const modalities: [string, readonly string[], readonly string[]][] = [
  [NEW, ["TEXT"], ["TEXT", "IMAGE"]],
  ["gemini-3-pro-image-preview", ["TEXT", "IMAGE"], ["AUDIO"]],
  ["gemini-3.1-flash-tts-preview", ["AUDIO"], ["TEXT"]],
];

for (const [model, taken, refused] of modalities) {
  Deno.test(`${model} answers with ${taken.join(" and ")}, not with ${refused.join(" and ")}`, () => {
    equal(generating({ responseModalities: taken }, model), undefined);
    match(generating({ responseModalities: refused }, model) ?? "", /response modalities \(/);
  });
}

function thinking(model: string, thinkingConfig: Message): string | undefined {
  return generating({ thinkingConfig }, model);
}

function generating(generationConfig: Message, model?: string): string | undefined {
  return refusal({ generationConfig }, model);
}
