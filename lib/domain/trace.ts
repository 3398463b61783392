/**
 * What happened to a request, step by step, for the log and for whoever looks it up later. No secrets,
 * no prompts, no answers.
 *
 * @module
 */

import type { KeyId } from "./ids.ts";
import type { Outcome } from "./outcome.ts";

/** One attempt of a request. */
export interface AttemptTrace {
  /** Finds the key in the admin API, unless it was deleted since. */
  readonly keyId: KeyId;
  /** What people called the key then; not in the log. */
  readonly label: string;
  /** Tells keys apart in the log, even after one is deleted. */
  readonly fingerprint: string;
  /** What it came to. */
  readonly outcome: Outcome;
  /** The rule that judged it; `served` when Gemini answered. */
  readonly rule: string;
  /** HTTP status of the answer; null when there was none. */
  readonly status: number | null;
  /** How long it took to the first byte we could use, in milliseconds. */
  readonly ms: number;
}
