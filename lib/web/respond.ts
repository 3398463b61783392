/**
 * What HTTP says for our errors, once for all who answer.
 *
 * @module
 */

import type { ErrorCode } from "../domain/errors.ts";

const STATUS: Readonly<Record<ErrorCode, number>> = {
  unauthenticated: 401,
  forbidden: 403,
  invalid_request: 400,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  method_not_allowed: 405,
  request_timeout: 408,
  pool_empty: 503,
  pool_cooling: 429,
  upstream_refused: 503,
  upstream_unreachable: 502,
  upstream_timeout: 504,
  unavailable: 503,
  internal: 500,
};

/** The HTTP status of an error. */
export function statusOf(code: ErrorCode): number {
  return STATUS[code];
}

/** `Retry-After` in whole seconds, rounded up and at least 1. */
export function retryAfterSeconds(retryAfterMs: number): number {
  return Math.max(1, Math.ceil(retryAfterMs / 1_000));
}

/** On every answer that is for one person: never stored, never guessed at, never framed. */
export const PRIVATE_HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "private, no-store",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};
