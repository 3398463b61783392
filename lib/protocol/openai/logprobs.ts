/**
 * Probabilities of tokens, in OpenAI's words.
 *
 * @module
 */

import type { ChatCompletion, ChatCompletionTokenLogprob } from "openai/resources/chat/completions";
import { type JsonRecord, recordOf, recordsOf, textOf } from "../json.ts";

/** Probabilities, from Gemini's `logprobsResult`; tokens that were not told of are left out. */
export function logprobsOf(result: JsonRecord): ChatCompletion.Choice.Logprobs {
  const others = Array.isArray(result.topCandidates) ? result.topCandidates : [];
  return {
    content: recordsOf(result.chosenCandidates).map((chosen, at) => ({
      ...tokenOf(chosen),
      top_logprobs: recordsOf(recordOf(others[at])?.candidates).map(tokenOf),
    })),
    refusal: null,
  };
}

const encoder = new TextEncoder();

function tokenOf(
  { token, logProbability }: JsonRecord,
): Omit<ChatCompletionTokenLogprob, "top_logprobs"> {
  const text = textOf(token) ?? "";
  return {
    token: text,
    logprob: typeof logProbability === "number" ? logProbability : 0,
    bytes: [...encoder.encode(text)],
  };
}
