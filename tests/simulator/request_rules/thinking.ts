/**
 * Rules for how much a model is told to think.
 *
 * @module
 */

import { type GoogleError, invalidArgument } from "../google_error.ts";
import type { ModelTraits, Thinking } from "../model_traits.ts";
import type { Rule } from "./rule.ts";

/** A model is told to think in its own way, and within its bounds. */
export const thinksWithinBounds: Rule = ({ generationConfig }, model) => {
  const { thinkingLevel: level, thinkingBudget: budget } = generationConfig?.thinkingConfig ?? {};
  if (level !== undefined && budget !== undefined) {
    return invalidArgument("You can only set only one of thinking budget and thinking level.");
  }
  if (level !== undefined) return faultOfLevel(level, model);
  if (budget !== undefined) return faultOfBudget(Number(budget), model);
};

function faultOfLevel(level: string, { thinking }: ModelTraits): GoogleError | undefined {
  if (thinking.kind !== "level") {
    return invalidArgument("Thinking level is not supported for this model.");
  }
  if (thinking.levels.includes(level)) return undefined;
  return invalidArgument(
    `Thinking level ${level} is not supported for this model. ` +
      "Please retry with other thinking level.",
  );
}

function faultOfBudget(budget: number, { thinking }: ModelTraits): GoogleError | undefined {
  const bounds = boundsOf(thinking);
  if (bounds === undefined) {
    return invalidArgument("Thinking budget is not supported for this model.");
  }
  const { least, most, canRest } = bounds;
  // -1 leaves it to the model.
  if (budget === -1 || (budget === 0 && canRest)) return undefined;
  if (budget === 0) {
    return invalidArgument("Budget 0 is invalid. This model only works in thinking mode.");
  }
  if (budget >= least && budget <= most) return undefined;
  return invalidArgument(
    `The thinking budget ${budget} is invalid. ` +
      `Please choose a value between ${least} and ${most}.`,
  );
}

function boundsOf(
  thinking: Thinking,
): { least: number; most: number; canRest: boolean } | undefined {
  if (thinking.kind === "budget") return thinking;
  return thinking.kind === "level" && thinking.takesBudget
    ? { least: 1, most: 32_768, canRest: true }
    : undefined;
}
