/**
 * Everything about signing in and out, put together; for routes to call.
 *
 * @module
 */

import type { Actor } from "../../domain/actor.ts";
import type { Clock } from "../../domain/clock.ts";
import { RotatorError, UNAUTHENTICATED } from "../../domain/errors.ts";
import type { Sessions } from "../../domain/session.ts";
import type { CookieSeal, GitHubLogins, SignInLocks } from "../../domain/sign_in.ts";
import { type AuthenticateAdmin, createTokenCheck } from "../admin/admin_auth.ts";
import { actorOfPage, bySession } from "./by_session.ts";
import { createGitHub, type GitHubClient } from "./github.ts";
import { type AdminList, GitHubAdmins } from "./github_admins.ts";
import { createGitHubSignIn, GITHUB_CALLBACK, type GitHubSignIn } from "./github_sign_in.ts";
import { goTo, type SignInOutcome } from "./outcome.ts";
import { checkOrigin, ownOrigin } from "./own_origin.ts";
import { createSessionDesk } from "./session_desk.ts";
import { Throttle } from "./throttle.ts";
import { signInWithToken } from "./token_sign_in.ts";

/** Where one signs in. */
export const LOGIN_PAGE = "/admin/login";

/** What signing in is made of. */
export interface SignInParts {
  /** `ADMIN_ACCESS_TOKEN` */
  readonly adminToken: string;
  /** `PUBLIC_URL`; null where it is not set. */
  readonly publicUrl: string | null;
  /** GitHub's part; null where it is not set up. */
  readonly gitHub: Omit<GitHubClient, "redirectUri"> & { readonly admins: AdminList } | null;
  /** Who is signed in. */
  readonly sessions: Sessions;
  /** Who may not try. */
  readonly locks: SignInLocks;
  /** Whose GitHub logins are whose. */
  readonly logins: GitHubLogins;
  /** Seals what browsers keep. */
  readonly seal: CookieSeal;
  /** Wall clock for what is stored, monotonic clock for how often GitHub is asked. */
  readonly clock: Clock;
}

/** Signing in and out. `client` is the address of the connection, for the throttle. */
export interface SignIn {
  /** `POST /admin/login`, a form with `token` and `next`. */
  withToken(request: Request, client: string): Promise<SignInOutcome>;
  /** Null where GitHub is not set up. */
  readonly withGitHub: GitHubSignIn | null;
  /** `POST /admin/logout`, a form: ends the session and goes to the login page. */
  out(request: Request): Promise<Response>;
  /** `POST /admin/logout/everywhere`, a form: ends every session of everybody. */
  outEverywhere(request: Request): Promise<Response>;
  /** Who looks at a page; null when they are not signed in. Throws `forbidden` for foreign forms. */
  actorOf(request: Request): Promise<Actor | null>;
  /** The same for `/api`, where what changes something has to be JSON as well. */
  readonly bySession: AuthenticateAdmin;
  /** Looks up the logins of `GITHUB_ADMINS` that are not known yet. */
  prepare(): Promise<void>;
}

/**
 * Signing in, over this storage.
 *
 * @throws {RangeError} when the admin token is short enough to be guessed.
 */
export function createSignIn(parts: SignInParts): SignIn {
  const { adminToken, sessions, locks, logins, seal, clock } = parts;
  const own = ownOrigin(parts.publicUrl);
  const gitHub = parts.gitHub === null ? null : createGitHub({
    ...parts.gitHub,
    redirectUri: new URL(GITHUB_CALLBACK, parts.publicUrl ?? undefined).href,
  });
  const admins = gitHub && parts.gitHub &&
    new GitHubAdmins({ list: parts.gitHub.admins, logins, gitHub, clock });

  const desk = createSessionDesk({
    sessions,
    own,
    async credentialOf(actor) {
      if (actor.kind === "admin_token") return adminToken;
      return await admins?.includes(actor.id) ? `github:${actor.id}` : null;
    },
  });
  // Apart, so that whoever guesses tokens does not keep those out who come from GitHub.
  const throttleOf = (what: string) => new Throttle({ what, locks, clock });
  const isAdminToken = createTokenCheck(adminToken);
  const byToken = { isAdminToken, own, desk, throttle: throttleOf("token") };
  const actorOf = actorOfPage({ desk, own });

  return {
    withToken: (request, client) => signInWithToken(request, client, byToken),
    withGitHub: gitHub && admins && createGitHubSignIn({
      gitHub,
      admins,
      own,
      seal,
      desk,
      throttle: throttleOf("github"),
      clock,
    }),

    async out(request) {
      checkOrigin(request, own);
      await desk.leave(request);
      return goTo(LOGIN_PAGE, [desk.forget(request)]);
    },

    async outEverywhere(request) {
      const actor = await actorOf(request);
      if (actor === null) {
        throw new RotatorError(UNAUTHENTICATED, "Cannot sign everybody out: sign in first");
      }
      await sessions.closeAll(actor);
      return goTo(LOGIN_PAGE, [desk.forget(request)]);
    },

    actorOf,
    bySession: bySession({ desk, own }),
    async prepare() {
      await admins?.resolve();
    },
  };
}
