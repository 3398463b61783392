/**
 * Signing in with the admin access token, by a form.
 *
 * Promises: the form has to come from a page of ours, so that nobody is signed in by another's; the
 * throttle is asked before the token is looked at; it is compared as a digest, in constant time.
 *
 * @module
 */

import { RotatorError, UNAUTHENTICATED } from "../../domain/errors.ts";
import { readForm } from "../read_form.ts";
import { nextPage } from "./next_page.ts";
import { outcomeOf, type SignInOutcome } from "./outcome.ts";
import { checkOrigin, type OwnOrigin } from "./own_origin.ts";
import type { SessionDesk } from "./session_desk.ts";
import type { Throttle } from "./throttle.ts";

/** What it is made of. */
export interface TokenSignInParts {
  /** Whether this is the admin access token. */
  readonly isAdminToken: (text: string) => boolean;
  /** Where the form has to come from. */
  readonly own: OwnOrigin;
  /** Gives the session. */
  readonly desk: SessionDesk;
  /** Counts tries. */
  readonly throttle: Pick<Throttle, "admit" | "forgive">;
}

const MAX_FORM_BYTES = 4_096;

/** Takes `token` and, if there is one, `next` from a posted form. */
export async function signInWithToken(
  request: Request,
  client: string,
  { isAdminToken, own, desk, throttle }: TokenSignInParts,
): Promise<SignInOutcome> {
  let form = new URLSearchParams();
  const next = () => nextPage(form.get("next"));
  return await outcomeOf(async () => {
    checkOrigin(request, own);
    form = await readForm(request, { maxBytes: MAX_FORM_BYTES });
    await throttle.admit(client);
    if (!isAdminToken(form.get("token")?.trim() ?? "")) throw wrongToken();
    throttle.forgive(client);
    const reply = await desk.admit(request, { actor: { kind: "admin_token" }, next: next() });
    if (reply === null) throw new Error("a token may let in more than once");
    return reply;
  }, { next });
}

function wrongToken(): RotatorError {
  return new RotatorError(UNAUTHENTICATED, "Cannot sign in: this is not the admin access token");
}
