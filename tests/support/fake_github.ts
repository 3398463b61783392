/**
 * GitHub, as far as signing in needs it: the page where people agree, the exchange of codes, accounts.
 *
 * It checks what GitHub checks, a code's second use and the verifier among them, and says what is wrong
 * as GitHub does: with status 200.
 *
 * @module
 */

import { createHash } from "node:crypto";

/** An account, as it is now. */
export interface FakeAccount {
  readonly id: number;
  readonly login: string;
}

/** The OAuth app that this GitHub knows. */
export const APP = {
  clientId: "Iv1.0123456789abcdef",
  clientSecret: "0123456789abcdef0123456789abcdef01234567",
} as const;

/** Somebody on most lists. */
export const OCTOCAT: FakeAccount = { id: 583_231, login: "octocat" };

/** A GitHub that a test holds in its hands. */
export interface FakeGitHub {
  readonly fetch: typeof globalThis.fetch;
  /** Who has an account. */
  readonly accounts: FakeAccount[];
  /** What was asked, as `POST /login/oauth/access_token`. */
  readonly calls: string[];
  /** Access tokens that it gave out. */
  readonly tokens: string[];
  /** Answers in its place, when a test wants that. */
  instead: ((path: string) => Response | null) | null;
  /** Somebody agrees at this address; where they are sent back to. */
  agree(address: string, account: FakeAccount): URL;
  /** Somebody says no. */
  refuse(address: string): URL;
}

interface Grant {
  readonly account: FakeAccount;
  readonly challenge: string;
  readonly redirectUri: string;
  isUsed: boolean;
}

/** A GitHub with one account. */
export function fakeGitHub(): FakeGitHub {
  const grants = new Map<string, Grant>();
  const owners = new Map<string, FakeAccount>();
  const gitHub: FakeGitHub = {
    accounts: [OCTOCAT],
    calls: [],
    tokens: [],
    instead: null,

    agree(address, account) {
      const { searchParams: asked, origin, pathname } = new URL(address);
      const redirectUri = asked.get("redirect_uri") ?? "";
      const wanted = ["code", APP.clientId, "S256"];
      const found = ["response_type", "client_id", "code_challenge_method"].map((n) =>
        asked.get(n)
      );
      if (`${origin}${pathname}` !== "https://github.com/login/oauth/authorize") throw new Error();
      if (String(wanted) !== String(found)) throw new Error(`GitHub shows an error page: ${found}`);
      const code = `code-${grants.size}`;
      const challenge = asked.get("code_challenge") ?? "";
      grants.set(code, { account, challenge, redirectUri, isUsed: false });
      return backTo(redirectUri, { code, state: asked.get("state") ?? "" });
    },

    refuse(address) {
      const asked = new URL(address).searchParams;
      return backTo(asked.get("redirect_uri") ?? "", {
        error: "access_denied",
        error_description: "The user has denied your application access.",
        state: asked.get("state") ?? "",
      });
    },

    async fetch(input, init) {
      const request = new Request(input, init);
      const { hostname, pathname } = new URL(request.url);
      gitHub.calls.push(`${request.method} ${pathname}`);
      const instead = gitHub.instead?.(pathname);
      if (instead) return instead;
      if (hostname === "github.com") return exchange(new URLSearchParams(await request.text()));
      if (pathname === "/user") return userOf(request.headers.get("authorization") ?? "");
      return accountNamed(pathname.replace("/users/", ""));
    },
  };

  function exchange(form: URLSearchParams): Response {
    const grant = grants.get(form.get("code") ?? "");
    const isApp = form.get("client_id") === APP.clientId &&
      form.get("client_secret") === APP.clientSecret;
    const challenge = createHash("sha256").update(form.get("code_verifier") ?? "")
      .digest("base64url");
    if (!isApp) return Response.json({ error: "incorrect_client_credentials" });
    if (grant === undefined || grant.isUsed || grant.challenge !== challenge) {
      return Response.json({ error: "bad_verification_code" });
    }
    if (form.get("redirect_uri") !== grant.redirectUri) {
      return Response.json({ error: "redirect_uri_mismatch" });
    }
    grant.isUsed = true;
    const token = `gho_${crypto.randomUUID().replaceAll("-", "")}`;
    gitHub.tokens.push(token);
    owners.set(token, grant.account);
    return Response.json({ access_token: token, token_type: "bearer", scope: "" });
  }

  function userOf(authorization: string): Response {
    const owner = owners.get(authorization.replace("Bearer ", ""));
    return owner === undefined
      ? Response.json({ message: "Bad credentials" }, { status: 401 })
      : Response.json({ ...owner, type: "User", email: null });
  }

  function accountNamed(login: string): Response {
    const found = gitHub.accounts.find((one) => one.login.toLowerCase() === login.toLowerCase());
    return found === undefined
      ? Response.json({ message: "Not Found" }, { status: 404 })
      : Response.json({ ...found, type: "User" });
  }

  return gitHub;
}

function backTo(address: string, query: Readonly<Record<string, string>>): URL {
  const url = new URL(address);
  url.search = String(new URLSearchParams(query));
  return url;
}
