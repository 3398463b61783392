/**
 * A request that is over: all that is counted of it.
 *
 * @module
 */

import type { ModelName } from "./ids.ts";
import type { Usage } from "./ports.ts";
import type { Token } from "./token.ts";
import type { AttemptTrace } from "./trace.ts";

/**
 * What a request came to, in one word. The first four are an attempt's words; a request has two more.
 *
 * - `served`: the client has its answer.
 * - `exhausted`: no key had quota left for it.
 * - `refused`: the fault is the client's.
 * - `broken`: there was no answer, or half of one.
 * - `limited`: the token had reached a limit of its own; Gemini was not asked.
 * - `left`: the client went away.
 */
export type RequestOutcome = "served" | "exhausted" | "refused" | "broken" | "limited" | "left";

/** How an answer ended, as far as its outcome depends on it. */
export type EndKind = "complete" | "unseen" | "left" | "cut";

/** One request of a token. Those without a valid one are not counted. */
export interface FinishedRequest {
  /** Whose it was. */
  readonly token: Token;
  /** As Gemini calls it; null for calls that name none. */
  readonly model: ModelName | null;
  /** What it came to. */
  readonly outcome: RequestOutcome;
  /** What Gemini counted; null when it said nothing, or nobody looked. */
  readonly usage: Usage | null;
  /** From its coming in to the beginning of its answer, in milliseconds. */
  readonly latencyMs: number;
  /** Every attempt made for it. */
  readonly attempts: readonly AttemptTrace[];
}

/** Hears of each request once it is over. */
export type CountRequest = (request: FinishedRequest) => void;

/** What an answer of this status that ended so came to. */
export function requestOutcome(
  status: number,
  { end, isLimited }: { readonly end: EndKind; readonly isLimited: boolean },
): RequestOutcome {
  if (isLimited) return "limited";
  if (end === "left" || status === LEFT) return "left";
  if (end === "cut" || status >= 500) return "broken";
  if (status === 429) return "exhausted";
  return status < 400 ? "served" : "refused";
}

/** nginx's word for a client that closed the request. */
const LEFT = 499;

/** Everything the model took and gave: `cached` is a part of `prompt`. */
export function tokensOf(
  { prompt = 0, output = 0, thoughts = 0, toolUse = 0 }: Partial<Usage>,
): number {
  return prompt + output + thoughts + toolUse;
}
