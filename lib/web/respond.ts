/**
 * What HTTP says of our answers, once for all who answer.
 *
 * @module
 */

export { retryAfterSeconds, statusOf } from "../protocol/gemini/error_reply.ts";

/** On every answer that is for one person: never stored, never guessed at, never framed. */
export const PRIVATE_HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "private, no-store",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};
