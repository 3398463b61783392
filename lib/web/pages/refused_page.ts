/**
 * How a page is answered that says why somebody was not let in.
 *
 * @module
 */

import { retryAfterSeconds, statusOf } from "../respond.ts";
import type { SignInOutcome } from "../sign_in/outcome.ts";

/** The status and headers of that page. */
export function refusedPage(
  { error, setCookies }: Extract<SignInOutcome, { kind: "refused" }>,
): { status: number; headers: Headers } {
  const headers = new Headers();
  for (const cookie of setCookies) headers.append("set-cookie", cookie);
  const { retryAfterMs } = error;
  if (retryAfterMs) headers.set("retry-after", String(retryAfterSeconds(retryAfterMs)));
  return { status: statusOf(error.code), headers };
}
