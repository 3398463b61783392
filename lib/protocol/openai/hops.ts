/**
 * Answers that are longer than one call may be: Gemini ends them with a token, with which the next call
 * goes on. The client sees one answer.
 *
 * @module
 */

import { tokenCount } from "../gemini/usage.ts";
import type { JsonRecord } from "../json.ts";

/** The most calls that one answer takes: a window of a million tokens, 65,536 at a time. */
export const MAX_HOPS = 16;

/** How far an answer has come, for who counts what it costs; it holds nothing of the request. */
export class Progress {
  /** The answer that is being read. */
  answer: { readonly continuationToken: string | null } | null = null;

  /** Whether the answer goes on in another call. */
  get goesOn(): boolean {
    return (this.answer?.continuationToken ?? null) !== null;
  }
}

/** What both calls together cost: the prompt once, for the client sent it once. */
export function joinUsage(before: JsonRecord | null, now: JsonRecord | null): JsonRecord | null {
  if (before === null || now === null) return before ?? now;
  const both = (name: string) => tokenCount(before[name]) + tokenCount(now[name]);
  const promptTokenCount = tokenCount(before.promptTokenCount);
  const sums = {
    candidatesTokenCount: both("candidatesTokenCount"),
    thoughtsTokenCount: both("thoughtsTokenCount"),
    toolUsePromptTokenCount: both("toolUsePromptTokenCount"),
  };
  return {
    ...now,
    promptTokenCount,
    cachedContentTokenCount: tokenCount(before.cachedContentTokenCount),
    promptTokensDetails: before.promptTokensDetails,
    ...sums,
    totalTokenCount: Object.values(sums).reduce((sum, count) => sum + count, promptTokenCount),
    candidatesTokensDetails: [
      before.candidatesTokensDetails ?? [],
      now.candidatesTokensDetails ?? [],
    ]
      .flat(),
  };
}
