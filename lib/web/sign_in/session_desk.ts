/**
 * Sessions as browsers have them: a cookie that stands for who signed in.
 *
 * Promises: a session counts only for an origin that is ours; it ends when what opened it no longer
 * lets in, so a new admin token or a shorter list of admins signs out whoever it concerns; signing in
 * always gives a new cookie, and ends the session that the browser had before.
 *
 * @module
 */

import type { Actor } from "../../domain/actor.ts";
import type { CredentialOf, Session, Sessions } from "../../domain/session.ts";
import { readCookie, setCookie } from "./cookies.ts";
import { isSecure, type OwnOrigin } from "./own_origin.ts";
import { goTo } from "./outcome.ts";

/** What a desk is made of. */
export interface SessionDeskParts {
  /** Where sessions are remembered. */
  readonly sessions: Sessions;
  /** Says over which origin cookies are taken. */
  readonly own: OwnOrigin;
  /** Says what lets in today. */
  readonly credentialOf: CredentialOf;
}

/** Who has been let in. */
export interface Admitted {
  /** Who they are. */
  readonly actor: Actor;
  /** The page they go to. */
  readonly next: string;
  /** What may let in only once. */
  readonly once?: string;
}

/** Opens sessions, finds them and closes them. */
export interface SessionDesk {
  /** Signs in: the way to the next page, with the cookie. Null when `once` has let somebody in. */
  admit(request: Request, admitted: Admitted): Promise<Response | null>;
  /** The session of a request; null when it has none that is open. */
  find(request: Request): Promise<Session | null>;
  /** Ends the session of a request, if it has one. */
  leave(request: Request): Promise<void>;
  /** Takes the cookie away. */
  forget(request: Request): string;
}

/** A desk. */
export function createSessionDesk(
  { sessions, own, credentialOf }: SessionDeskParts,
): SessionDesk {
  const secretOf = (request: Request): string | null => {
    const origin = own(request);
    return origin && readCookie(request, "gkr_session", { secure: isSecure(origin) });
  };

  return {
    async admit(request, { actor, next, once }) {
      const credential = await credentialOf(actor);
      if (credential === null) throw new Error("somebody was let in who may not come in");
      const replaces = secretOf(request);
      const secret = await sessions.open({ actor, credential, replaces, ...(once && { once }) });
      if (secret === null) return null;
      const secure = isSecure(own(request));
      return goTo(next, [setCookie("gkr_session", secret, { secure })]);
    },

    async find(request) {
      const secret = secretOf(request);
      return secret === null ? null : await sessions.find(secret, credentialOf);
    },

    async leave(request) {
      const secret = secretOf(request);
      if (secret !== null) await sessions.close(secret);
    },

    forget: (request) => setCookie("gkr_session", null, { secure: isSecure(own(request)) }),
  };
}
