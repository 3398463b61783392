/**
 * What trying to sign in comes to.
 *
 * A wrong token is nothing exceptional, and a page wants to show its form again: so what people should
 * hear is a value here, with the status that its code stands for.
 *
 * @module
 */

import { RotatorError } from "../../domain/errors.ts";
import { PRIVATE_HEADERS } from "../respond.ts";
import { FIRST_PAGE } from "./next_page.ts";

/** What becomes of a try. */
export type SignInOutcome =
  /** Signed in: the answer goes to the page that was asked for, and brings the session. */
  | { readonly kind: "signed_in"; readonly reply: Response }
  /** Not signed in. */
  | {
    readonly kind: "refused";
    /** Its code has a status in `respond.ts`; with `retryAfterMs` the answer has `retry-after`. */
    readonly error: RotatorError;
    /** Where they wanted to go. */
    readonly next: string;
    /** `Set-Cookie` values that the answer has to carry. */
    readonly setCookies: readonly string[];
  };

/** What a refusal is told with. */
export interface RefusalFacts {
  /** Where they wanted to go, as far as it is known. */
  readonly next?: () => string;
  /** Cookies that are over, however it ends. */
  readonly setCookies?: readonly string[];
}

/** Runs a try; what people should hear of it becomes a value, what is a mistake of ours is thrown. */
export async function outcomeOf(
  attempt: () => Promise<Response>,
  { next = () => FIRST_PAGE, setCookies = [] }: RefusalFacts = {},
): Promise<SignInOutcome> {
  try {
    const reply = await attempt();
    for (const cookie of setCookies) reply.headers.append("set-cookie", cookie);
    return { kind: "signed_in", reply };
  } catch (error) {
    if (!(error instanceof RotatorError)) throw error;
    return { kind: "refused", error, next: next(), setCookies };
  }
}

/** Sends a browser to another page. 303, so that it does not post again. */
export function goTo(location: string, setCookies: readonly string[] = []): Response {
  const headers = new Headers({ ...PRIVATE_HEADERS, location });
  for (const cookie of setCookies) headers.append("set-cookie", cookie);
  return new Response(null, { status: 303, headers });
}
