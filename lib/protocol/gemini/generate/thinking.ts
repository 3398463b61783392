/**
 * How much a model is to think, in the words of the model.
 *
 * Budgets are those that Google's own OpenAI layer uses.
 *
 * @see https://ai.google.dev/gemini-api/docs/openai#thinking
 * @module
 */

import type { ModelTraits, Thinking } from "./model_table.ts";
import type { ThinkingConfig, ThinkingLevel } from "./request.ts";

/** How much effort a client wants, from none to all that the model has. */
export type Effort = "none" | "minimal" | "low" | "medium" | "high" | "max";

/** What a client said of thinking. */
export interface ThinkingWish {
  /** In words. */
  readonly effort?: Effort | undefined;
  /** Or in tokens. */
  readonly tokens?: number | undefined;
  /** Whether it wants to read the thoughts. */
  readonly shown?: boolean | undefined;
}

const BUDGETS: Readonly<Record<Effort, number>> = {
  none: 0,
  minimal: 1_024,
  low: 1_024,
  medium: 8_192,
  high: 24_576,
  max: Infinity,
};

const LEVELS: readonly ThinkingLevel[] = ["MINIMAL", "LOW", "MEDIUM", "HIGH"];
const LEVEL_OF: Readonly<Record<Effort, ThinkingLevel>> = {
  none: "MINIMAL",
  minimal: "MINIMAL",
  low: "LOW",
  medium: "MEDIUM",
  high: "HIGH",
  max: "HIGH",
};

/**
 * The wish as this model understands it; undefined when there is nothing to say, or nothing that the
 * model would understand.
 */
export function thinkingConfig(
  { effort, tokens, shown }: ThinkingWish,
  { thinking }: Pick<ModelTraits, "thinking">,
): ThinkingConfig | undefined {
  if (thinking.by === "nothing") return undefined;
  const isAsked = effort !== undefined || tokens !== undefined;
  const isNone = effort === "none" || tokens === 0;
  const config: ThinkingConfig = {
    ...(isAsked && amountFor(tokens ?? effort ?? "none", thinking)),
    ...((shown ?? (isAsked && !isNone)) && { includeThoughts: true }),
  };
  return Object.keys(config).length === 0 ? undefined : config;
}

function amountFor(
  wanted: number | Effort,
  thinking: Exclude<Thinking, { by: "nothing" }>,
): ThinkingConfig {
  if (thinking.by === "level") {
    const effort = typeof wanted === "number" ? effortFor(wanted) : wanted;
    return { thinkingLevel: nearest(LEVEL_OF[effort], thinking.levels) };
  }
  const tokens = typeof wanted === "number" ? wanted : BUDGETS[wanted];
  if (tokens === -1) return { thinkingBudget: -1 };
  if (tokens === 0 && thinking.off) return { thinkingBudget: 0 };
  return { thinkingBudget: Math.min(Math.max(tokens, thinking.least), thinking.most) };
}

/** The least effort whose budget is enough. */
function effortFor(tokens: number): Effort {
  if (tokens < 0) return "medium";
  const efforts: readonly Effort[] = ["none", "low", "medium", "high"];
  return efforts.find((effort) => tokens <= BUDGETS[effort]) ?? "max";
}

/** The level itself or, where the model lacks it, the nearest one; of two the higher. */
function nearest(level: ThinkingLevel, levels: readonly ThinkingLevel[]): ThinkingLevel {
  const wanted = LEVELS.indexOf(level);
  const distance = (one: ThinkingLevel) => Math.abs(LEVELS.indexOf(one) - wanted);
  return levels.toSorted((a, b) =>
    distance(a) - distance(b) || LEVELS.indexOf(b) - LEVELS.indexOf(a)
  )[0] ?? level;
}
