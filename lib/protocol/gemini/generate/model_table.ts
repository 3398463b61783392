/**
 * What models can do, as data: the part of Gemini that ages fastest.
 *
 * The first row whose pattern fits counts. An operator may have rows of their own; what such a row
 * says of a model counts more than what ours does.
 *
 * @see https://ai.google.dev/gemini-api/docs/thinking
 * @module
 */

import type { ModelName } from "../../../domain/ids.ts";
import type { ThinkingLevel } from "./request.ts";

/** How a model can be told how much to think. */
export type Thinking =
  /** It cannot. */
  | { readonly by: "nothing" }
  /** In tokens; `least` is what it cannot go below, unless `off` allows none at all. */
  | { readonly by: "budget"; readonly least: number; readonly most: number; readonly off: boolean }
  /** In words, from little to much. */
  | { readonly by: "level"; readonly levels: readonly ThinkingLevel[] };

/** What dialects have to know of a model. */
export interface ModelTraits {
  /** How it is told how much to think. */
  readonly thinking: Thinking;
  /** Whether it takes system instructions. */
  readonly systemInstruction: boolean;
  /** Whether it takes real JSON Schema; if not, the older form. */
  readonly jsonSchema: boolean;
  /** Whether it can answer in JSON while it may use tools. */
  readonly jsonWithTools: boolean;
  /** Whether Google's tools and the client's functions can be used together. */
  readonly mixedTools: boolean;
  /** Whether it wants its thought signatures back. */
  readonly signatures: boolean;
  /** Whether results of functions may hold files. */
  readonly filesInResults: boolean;
  /** Whether it can be told of each file how closely to look. */
  readonly partResolution: boolean;
  /** Whether an answer may be longer than one call, and goes on in another. */
  readonly longAnswers: boolean;
  /** Fields of a request that it refuses; they are left out. */
  readonly drops: readonly string[];
}

/** A row: a name with `*` for anything, and what is true of every model it fits. */
export interface ModelRow extends Partial<ModelTraits> {
  /** Such as `gemini-3*`. */
  readonly models: string;
}

/** Rows, the most particular first. */
export type ModelTable = readonly ModelRow[];

const NO_THINKING = { by: "nothing" } as const;
const level = (...levels: ThinkingLevel[]): Thinking => ({ by: "level", levels });
const budget = (least: number, most: number, off: boolean): Thinking => ({
  by: "budget",
  least,
  most,
  off,
});

const ALL_LEVELS = level("MINIMAL", "LOW", "MEDIUM", "HIGH");
const THREE_LEVELS = level("LOW", "MEDIUM", "HIGH");

/** Gemini 3 and whatever comes after it. */
const NEWEST: ModelTraits = {
  thinking: THREE_LEVELS,
  systemInstruction: true,
  jsonSchema: true,
  jsonWithTools: true,
  mixedTools: true,
  signatures: true,
  filesInResults: true,
  partResolution: true,
  longAnswers: false,
  drops: [],
};

/** What changed with Gemini 3. */
const BEFORE_3 = {
  jsonWithTools: false,
  mixedTools: false,
  signatures: false,
  filesInResults: false,
  partResolution: false,
} as const;

const BEFORE_THINKING = { ...BEFORE_3, thinking: NO_THINKING, jsonSchema: false } as const;

/** What we know of Google's models, November 2026. */
export const MODEL_TABLE: ModelTable = [
  { models: "gemma-*", ...BEFORE_THINKING, systemInstruction: false },
  { models: "*-tts*", ...BEFORE_3, thinking: NO_THINKING },
  {
    models: "gemini-embedding-2*",
    ...BEFORE_3,
    thinking: NO_THINKING,
    drops: ["taskType", "title"],
  },
  { models: "*embedding*", ...BEFORE_3, thinking: NO_THINKING },
  { models: "gemini-1.*", ...BEFORE_THINKING },
  { models: "gemini-2.0-*", ...BEFORE_THINKING },
  { models: "gemini-2.5-*image*", ...BEFORE_3, thinking: NO_THINKING },
  { models: "gemini-2.5-pro*", ...BEFORE_3, thinking: budget(128, 32_768, false) },
  { models: "gemini-2.5-flash-lite*", ...BEFORE_3, thinking: budget(512, 24_576, true) },
  { models: "gemini-2.5-*", ...BEFORE_3, thinking: budget(0, 24_576, true) },
  // Image models take thought signatures and do without them.
  {
    models: "gemini-3.1-flash-lite-image*",
    thinking: level("MINIMAL", "HIGH"),
    signatures: false,
  },
  { models: "gemini-3*-image*", thinking: NO_THINKING, signatures: false },
  { models: "gemini-nano-banana*", thinking: NO_THINKING, signatures: false },
  { models: "gemini-4-*", longAnswers: true },
  { models: "gemini-3-pro*", thinking: level("LOW", "HIGH") },
  { models: "gemini-3.1-flash-lite*", thinking: ALL_LEVELS },
  { models: "gemini-3-flash*", thinking: ALL_LEVELS },
  { models: "gemini-3.5-flash*", thinking: ALL_LEVELS },
  { models: "gemini-3.6-flash*", thinking: ALL_LEVELS },
];

/** Models whose traits are kept; a client may name as many as it likes. */
const MAX_REMEMBERED = 1_000;

/**
 * What is true of each model, with an operator's rows before ours. A model that no row fits is taken
 * for one of the newest.
 */
export function modelTraits(ownRows: ModelTable = []): (model: ModelName) => ModelTraits {
  const remembered = new Map<ModelName, ModelTraits>();
  return (model) => {
    let traits = remembered.get(model);
    if (traits === undefined) {
      traits = Object.assign({}, NEWEST, rowFor(model, MODEL_TABLE), rowFor(model, ownRows));
      if (remembered.size >= MAX_REMEMBERED) remembered.clear();
      remembered.set(model, traits);
    }
    return traits;
  };
}

function rowFor(model: ModelName, table: ModelTable): Partial<ModelTraits> {
  const { models: _models, ...traits } = table.find(({ models }) => fits(model, models)) ??
    { models: "" };
  return traits;
}

function fits(model: ModelName, pattern: string): boolean {
  const [begin = "", ...rest] = pattern.split("*");
  const end = rest.pop();
  if (end === undefined) return model === pattern;
  if (!model.startsWith(begin)) return false;
  let at = begin.length;
  for (const middle of rest) {
    const found = model.indexOf(middle, at);
    if (found < 0) return false;
    at = found + middle.length;
  }
  return model.length - end.length >= at && model.endsWith(end);
}
