/**
 * Signing in with GitHub: away, and back again.
 *
 * What we have to remember meanwhile travels in a sealed cookie, so that strangers who only look at the
 * door cost us no write. The promises: it lasts ten minutes and lets in once; whoever comes back
 * without it, or with the answer to another errand, is nobody; where people come back to is never taken
 * from a request.
 *
 * @module
 */

import * as v from "valibot";
import type { Clock } from "../../domain/clock.ts";
import { FORBIDDEN, RotatorError, UNAUTHENTICATED } from "../../domain/errors.ts";
import type { CookieSeal } from "../../domain/sign_in.ts";
import { readCookie, setCookie } from "./cookies.ts";
import type { Errand, GitHub, GitHubUser } from "./github.ts";
import type { GitHubAdmins } from "./github_admins.ts";
import { FIRST_PAGE, nextPage } from "./next_page.ts";
import { goTo, outcomeOf, type SignInOutcome } from "./outcome.ts";
import { isSecure, type OwnOrigin } from "./own_origin.ts";
import type { SessionDesk } from "./session_desk.ts";
import type { Throttle } from "./throttle.ts";

/** Where people come back to, below `PUBLIC_URL`. GitHub has to be told. */
export const GITHUB_CALLBACK = "/admin/login/github/callback";
const ERRAND_MS = 10 * 60_000;

/** What it is made of. */
export interface GitHubSignInParts {
  /** Vouches for people. */
  readonly gitHub: GitHub;
  /** Says which of them may come in. */
  readonly admins: Pick<GitHubAdmins, "includes" | "resolve">;
  /** Over which origin the cookie goes. */
  readonly own: OwnOrigin;
  /** Makes the cookie one that only we can read. */
  readonly seal: CookieSeal;
  /** Gives the session. */
  readonly desk: SessionDesk;
  /** Counts those who come back. */
  readonly throttle: Pick<Throttle, "admit" | "forgive">;
  /** Says when an errand has taken too long. */
  readonly clock: Pick<Clock, "now">;
}

/** Both ends of the way. */
export interface GitHubSignIn {
  /** `GET /admin/login/github?next`: sends someone away to GitHub. */
  start(request: Request): Promise<Response>;
  /** `GET` {@linkcode GITHUB_CALLBACK}: takes in who comes back. */
  finish(request: Request, client: string): Promise<SignInOutcome>;
}

interface Memory extends Errand {
  readonly next: string;
  readonly until: number;
}

const memory: v.GenericSchema<unknown, Memory> = v.object({
  state: v.string(),
  verifier: v.string(),
  next: v.string(),
  until: v.number(),
});

/** Signing in with one OAuth app of GitHub's. */
export function createGitHubSignIn(parts: GitHubSignInParts): GitHubSignIn {
  const { gitHub, admins, own, seal, desk, throttle, clock } = parts;
  const cookieOver = (request: Request) => ({ secure: isSecure(own(request)) });

  async function memoryOf(request: Request): Promise<Memory> {
    const sealed = readCookie(request, "gkr_github", cookieOver(request));
    const text = sealed === null ? null : await seal.open(sealed);
    if (text === null) throw notBegunHere();
    const read = v.parse(memory, JSON.parse(text));
    if (read.until <= clock.now()) throw notBegunHere();
    return read;
  }

  return {
    async start(request) {
      const next = nextPage(new URL(request.url).searchParams.get("next"));
      const { errand, url } = await gitHub.begin();
      const kept: Memory = { ...errand, next, until: clock.now() + ERRAND_MS };
      const sealed = await seal.seal(JSON.stringify(kept));
      return goTo(url, [setCookie("gkr_github", sealed, cookieOver(request))]);
    },

    async finish(request, client) {
      let next = FIRST_PAGE;
      const setCookies = [setCookie("gkr_github", null, cookieOver(request))];
      return await outcomeOf(async () => {
        const errand = await memoryOf(request);
        next = nextPage(errand.next);
        await throttle.admit(client);
        const user = await gitHub.finish(new URL(request.url).searchParams, errand);
        if (!await admins.includes(user.id)) await admins.resolve();
        if (!await admins.includes(user.id)) throw notOnTheList(user);
        throttle.forgive(client);
        const actor = { kind: "github", ...user } as const;
        const reply = await desk.admit(request, { actor, next, once: errand.state });
        if (reply === null) throw notBegunHere();
        return reply;
      }, { next: () => next, setCookies });
    },
  };
}

function notBegunHere(): RotatorError {
  return new RotatorError(
    UNAUTHENTICATED,
    "Cannot sign in: this was not begun in this browser, took too long, or is done already; begin again",
  );
}

function notOnTheList({ id, login }: GitHubUser): RotatorError {
  return new RotatorError(
    FORBIDDEN,
    `Cannot sign in: the GitHub account "${login}" (id ${id}) may not administer this service; GITHUB_ADMINS names those who may`,
  );
}
