/**
 * GitHub, as far as signing in needs it: who is it that comes back from there.
 *
 * Promises: an answer counts only with the state and the verifier that we sent someone away with; the
 * access token that we get is used once, for the name of its owner, and kept nowhere; no redirect is
 * followed, and nobody waits for ever.
 *
 * @see https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps
 * @module
 */

import * as oauth from "oauth4webapi";
import * as v from "valibot";
import { RotatorError, UNAUTHENTICATED, UNAVAILABLE } from "../../domain/errors.ts";

/** An account. The id stays; the login may change, and be taken by somebody else. */
export interface GitHubUser {
  /** Never given to another account. */
  readonly id: number;
  /** As it is now. */
  readonly login: string;
}

/** What we remember of somebody while they are away at GitHub. */
export interface Errand {
  /** GitHub gives it back. */
  readonly state: string;
  /** Shows that the code is ours to exchange. */
  readonly verifier: string;
}

/** What we ask of GitHub. */
export interface GitHub {
  /** A new errand, and the address it begins at. */
  begin(): Promise<{ errand: Errand; url: string }>;
  /**
   * Who came back from an errand, with this query.
   *
   * @throws {RotatorError} `unauthenticated` when GitHub does not vouch for them, or `unavailable`.
   */
  finish(query: URLSearchParams, errand: Errand): Promise<GitHubUser>;
  /** Whose login this is; null when nobody's. Throws `unavailable` when GitHub does not say. */
  ownerOf(login: string): Promise<GitHubUser | null>;
}

/** How GitHub knows us. */
export interface GitHubClient {
  /** `GITHUB_CLIENT_ID` */
  readonly clientId: string;
  /** `GITHUB_CLIENT_SECRET` */
  readonly clientSecret: string;
  /** Where people come back to: below `PUBLIC_URL`, and never taken from a request. */
  readonly redirectUri: string;
  /** Carries the calls. */
  readonly fetch: typeof globalThis.fetch;
}

const SERVER: oauth.AuthorizationServer = {
  issuer: "https://github.com",
  authorization_endpoint: "https://github.com/login/oauth/authorize",
  token_endpoint: "https://github.com/login/oauth/access_token",
};
const API = "https://api.github.com";
/** GitHub refuses who does not say who they are. */
const HEADERS = { accept: "application/vnd.github+json", "user-agent": "gemini-key-rotator" };
const PATIENCE_MS = 10_000;
/** Of what GitHub sends back; `iss` and whatever else may come are no concern of ours. */
const ANSWERED = ["code", "state", "error"];

const account: v.GenericSchema<unknown, GitHubUser> = v.object({
  id: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  login: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,100}$/)),
});

/** GitHub for one OAuth app. */
export function createGitHub({ clientId, clientSecret, redirectUri, fetch }: GitHubClient): GitHub {
  const client: oauth.Client = { client_id: clientId };
  const ask = asking(fetch);

  return {
    async begin() {
      const errand = {
        state: oauth.generateRandomState(),
        verifier: oauth.generateRandomCodeVerifier(),
      };
      const url = new URL(SERVER.authorization_endpoint ?? "");
      url.search = String(
        new URLSearchParams({
          response_type: "code",
          client_id: clientId,
          redirect_uri: redirectUri,
          state: errand.state,
          code_challenge: await oauth.calculatePKCECodeChallenge(errand.verifier),
          code_challenge_method: "S256",
          allow_signup: "false",
        }),
      );
      return { errand, url: url.href };
    },

    async finish(query, { state, verifier }) {
      const answered = new URLSearchParams([...query].filter(([name]) => ANSWERED.includes(name)));
      const token = await vouched(async () => {
        const parameters = oauth.validateAuthResponse(SERVER, client, answered, state);
        const response = await oauth.authorizationCodeGrantRequest(
          SERVER,
          client,
          oauth.ClientSecretPost(clientSecret),
          parameters,
          redirectUri,
          verifier,
          { [oauth.customFetch]: ask },
        );
        return await oauth.processAuthorizationCodeResponse(SERVER, client, response);
      });
      const authorization = `Bearer ${token.access_token}`;
      const user = await accountAt(ask, "/user", { authorization });
      if (user === null) throw notVouchedFor(new Error("GitHub does not know its own token"));
      return user;
    },

    ownerOf: (login) => accountAt(ask, `/users/${login}`),
  };
}

type Ask = (url: string, init: RequestInit) => Promise<Response>;

/** `fetch`, for which a GitHub that fails is the same as one that is not there. */
function asking(fetch: typeof globalThis.fetch): Ask {
  return async (url, init) => {
    try {
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const response = await fetch(url, { ...init, redirect: "manual", signal });
      if (response.status < 500) return response;
      await response.body?.cancel();
      throw new Error(`GitHub answers ${response.status}`);
    } catch (cause) {
      throw silent(cause);
    }
  };
}

async function accountAt(
  ask: Ask,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<GitHubUser | null> {
  const response = await ask(API + path, { headers: { ...HEADERS, ...headers } });
  if (response.status !== 200) {
    await response.body?.cancel();
    if (response.status === 404 || response.status === 401) return null;
    throw silent(new Error(`GitHub answers ${response.status} at ${path}`));
  }
  const read = v.safeParse(account, await response.json().catch(() => null));
  if (!read.success) throw silent(new Error(`GitHub shows no account at ${path}`));
  return read.output;
}

/** What the library refuses is a person who cannot be signed in, whatever the reason. */
async function vouched<T>(exchange: () => Promise<T>): Promise<T> {
  try {
    return await exchange();
  } catch (cause) {
    if (cause instanceof RotatorError) throw cause;
    throw notVouchedFor(cause);
  }
}

function notVouchedFor(cause: unknown): RotatorError {
  return new RotatorError(
    UNAUTHENTICATED,
    "Cannot sign in: GitHub did not confirm who you are; begin again",
    { cause },
  );
}

function silent(cause: unknown): RotatorError {
  return new RotatorError(UNAVAILABLE, "Cannot sign in now: GitHub does not answer as it should", {
    cause,
    retryAfterMs: 10_000,
  });
}
