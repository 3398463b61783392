/**
 * Errors as callers of the admin API hear them: `{"error":{"code","message"}}`.
 *
 * The promise: a message was written for people, or it is only the id of the request; and what looks
 * like a credential is taken out of it, because a caller may have put one where a name belongs.
 *
 * @module
 */

import { INTERNAL, RotatorError, UNAUTHENTICATED } from "../domain/errors.ts";
import { redact } from "../domain/redact.ts";
import { PRIVATE_HEADERS, retryAfterSeconds, statusOf } from "./respond.ts";

/**
 * The answer for an error, with `retry-after` if waiting helps.
 *
 * @param error anything that was thrown; what is no {@linkcode RotatorError} is `internal`.
 * @param requestId finds the cause in the log; sent as `x-request-id` as well.
 */
export function adminErrorReply(error: unknown, requestId?: string): Response {
  const { code, message, retryAfterMs } = heardBy(error, requestId);
  const headers = new Headers(PRIVATE_HEADERS);
  if (code === UNAUTHENTICATED) headers.set("www-authenticate", "Bearer");
  if (requestId !== undefined) headers.set("x-request-id", requestId);
  if (retryAfterMs !== undefined) {
    headers.set("retry-after", String(retryAfterSeconds(retryAfterMs)));
  }
  return Response.json({ error: { code, message: redact(message) } }, {
    status: statusOf(code),
    headers,
  });
}

function heardBy(error: unknown, requestId: string | undefined): RotatorError {
  if (error instanceof RotatorError) return error;
  const found = requestId === undefined ? "" : `; the log has request ${requestId}`;
  return new RotatorError(INTERNAL, `Cannot serve: something went wrong here${found}`);
}
