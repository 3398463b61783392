/**
 * What was counted, in OpenAI's words.
 *
 * The promise: prompt and completion make the total. Thoughts are part of the completion and what tools
 * handed to the model is part of the prompt, as Google bills them.
 *
 * @module
 */

import type { CompletionUsage } from "openai/resources/completions";
import { tokenCount, usageOf } from "../gemini/usage.ts";
import { type JsonRecord, recordsOf } from "../json.ts";

/** Usage, from Gemini's `usageMetadata`; zeros when there is none. */
export function completionUsage(metadata: JsonRecord | null): CompletionUsage {
  const { prompt, cached, output, thoughts, toolUse, total } = usageOf(metadata);
  const prompted = prompt + toolUse;
  // Some back ends count thoughts among the output already.
  const isWithin = thoughts > 0 && thoughts <= output && prompted + output === total;
  const completed = isWithin ? output : Math.max(output + thoughts, total - prompted);
  return {
    prompt_tokens: prompted,
    completion_tokens: completed,
    total_tokens: prompted + completed,
    prompt_tokens_details: {
      cached_tokens: cached,
      audio_tokens: audioTokens(metadata?.promptTokensDetails),
    },
    completion_tokens_details: {
      reasoning_tokens: thoughts,
      audio_tokens: audioTokens(metadata?.candidatesTokensDetails),
    },
  };
}

/** How urgently Google served it, in OpenAI's words; null when it did not say. */
export function serviceTier(metadata: JsonRecord | null): "default" | "flex" | "priority" | null {
  switch (String(metadata?.serviceTier ?? "").toLowerCase()) {
    case "standard":
      return "default";
    case "flex":
      return "flex";
    case "priority":
      return "priority";
    default:
      return null;
  }
}

function audioTokens(details: unknown): number {
  return recordsOf(details).filter(({ modality }) => modality === "AUDIO")
    .reduce((sum, { tokenCount: count }) => sum + tokenCount(count), 0);
}
