/**
 * Requests that failed, with every step that led there. No secrets, no prompts, no answers.
 *
 * @module
 */

import type { ErrorCode } from "./errors.ts";
import type { EpochMs, PoolId, TokenId } from "./ids.ts";
import type { AttemptTrace } from "./trace.ts";

/** A request that its client got no good answer to. */
export interface FailedRequest {
  /** The `x-request-id` that the client saw. */
  readonly id: string;
  /** When it was over. */
  readonly at: EpochMs;
  /** How long it took, in milliseconds. */
  readonly ms: number;
  /** Who asked. */
  readonly token: { readonly id: TokenId; readonly name: string };
  /** Whose keys were tried. */
  readonly poolId: PoolId;
  /** Our own word for what was asked; null when it is none of our routes. */
  readonly operation: string | null;
  /** The model it named. */
  readonly model: string | null;
  /** The HTTP status that was answered; 200 when a stream broke off. */
  readonly status: number;
  /** `cut` when the answer broke off after it had begun. */
  readonly end: string;
  /** Which of our errors it was; null when it was Google's. */
  readonly code: ErrorCode | null;
  /** A finer word: of our error, or the rule that judged the last attempt. */
  readonly reason: string | null;
  /** Our own words; null where they could repeat the client's. */
  readonly message: string | null;
  /** The last attempts, oldest first. */
  readonly attempts: readonly AttemptTrace[];
}

/** Failed requests that are remembered. */
export interface FailedRequestList {
  /** Newest first. */
  readonly requests: readonly FailedRequest[];
  /** How many more failed beside them, and were left out. */
  readonly dropped: number;
}

/** Remembers failed requests for some days. */
export interface FailedRequestStore {
  /** Keeps these, and how many others were left out. */
  save(list: FailedRequestList): Promise<void>;
  /** What is remembered, of every process. */
  read(): Promise<FailedRequestList>;
}
