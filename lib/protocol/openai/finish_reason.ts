/**
 * Why an answer ended, in OpenAI's words.
 *
 * @module
 */

import type { Ending } from "../gemini/generate/finish_reason.ts";

/** OpenAI's words for it. */
export type FinishReason = "stop" | "length" | "tool_calls" | "content_filter" | "function_call";

/** The word for an ending; `called` is that of an answer which calls functions. */
export function finishReason(
  ending: Ending,
  { called }: { readonly called: "tool_calls" | "function_call" | null },
): FinishReason {
  switch (ending) {
    // An answer that continues carries the token with which the client may go on.
    case "length":
    case "continues":
      return "length";
    case "filtered":
      return "content_filter";
    default:
      return called ?? "stop";
  }
}
