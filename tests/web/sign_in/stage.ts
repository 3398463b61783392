/**
 * Signing in, over storage in memory, with a GitHub of our own.
 *
 * @module
 */

import assert from "node:assert/strict";
import { createSignIn, type SignIn } from "../../../lib/web/sign_in/sign_in.ts";
import type { SignInOutcome } from "../../../lib/web/sign_in/outcome.ts";
import type { AdminList } from "../../../lib/web/sign_in/github_admins.ts";
import { Browser } from "../../support/browser.ts";
import {
  APP,
  type FakeAccount,
  type FakeGitHub,
  fakeGitHub,
  OCTOCAT,
} from "../../support/fake_github.ts";
import { aStorage, type TestStorage } from "../../support/storage.ts";

/** The admin access token of these tests. */
export const ADMIN_TOKEN = "adm_Vq8XzT4mKc2Lw9RbYp5Hd7Jf3NgSu6Ae";
/** Where the service is, unless a test says otherwise. */
export const PUBLIC_URL = "https://rotator.example";
/** The address of most clients. */
export const CLIENT = "203.0.113.7";

/** What differs on a stage. */
export interface StageOptions {
  readonly publicUrl?: string | null;
  readonly origin?: string;
  /** Null where GitHub is not set up. */
  readonly admins?: AdminList | null;
}

/** Everything a test of signing in holds in its hands. */
export interface Stage {
  readonly signIn: SignIn;
  readonly storage: TestStorage;
  readonly gitHub: FakeGitHub;
  readonly browser: Browser;
  /** The same installation, started with other settings. */
  restarted(options: StageOptions & { readonly adminToken?: string }): SignIn;
  /** Posts the login form. */
  withToken(token?: string, more?: { client?: string; next?: string }): Promise<SignInOutcome>;
  /** Goes to GitHub; the address there. */
  leave(next?: string): Promise<string>;
  /** Comes back from GitHub. */
  comeBack(address: URL, more?: { browser?: Browser; client?: string }): Promise<SignInOutcome>;
  /** The whole way. */
  withGitHub(account?: FakeAccount): Promise<SignInOutcome>;
  /** Whether the browser is signed in. */
  isIn(browser?: Browser): Promise<boolean>;
}

/** A test function with a stage of its own. */
export function onStage(
  test: (stage: Stage) => Promise<void>,
  options: StageOptions = {},
): () => Promise<void> {
  return async () => {
    await using storage = await aStorage();
    await test(stageOver(storage, options));
  };
}

function stageOver(storage: TestStorage, options: StageOptions): Stage {
  const gitHub = fakeGitHub();
  const signInWith = (
    {
      publicUrl = PUBLIC_URL,
      admins = { ids: [OCTOCAT.id], logins: [] },
      adminToken = ADMIN_TOKEN,
    }: StageOptions & { readonly adminToken?: string },
  ) =>
    createSignIn({
      adminToken,
      publicUrl,
      gitHub: admins && { ...APP, admins, fetch: gitHub.fetch },
      sessions: storage.sessions,
      locks: storage.signInLocks,
      logins: storage.gitHubLogins,
      seal: storage.cookieSeal,
      clock: storage.clock,
    });
  const signIn = signInWith(options);
  const browser = new Browser(options.origin ?? PUBLIC_URL);

  const stage: Stage = {
    signIn,
    storage,
    gitHub,
    browser,
    restarted: signInWith,

    async withToken(token = ADMIN_TOKEN, { client = CLIENT, next } = {}) {
      const request = browser.form("/admin/login", { token, ...(next !== undefined && { next }) });
      return kept(await signIn.withToken(request, client), browser);
    },

    async leave(next) {
      const query = next === undefined ? "" : `?next=${encodeURIComponent(next)}`;
      const reply = await gitHubOf(signIn).start(browser.request(`/admin/login/github${query}`));
      browser.keep(reply.headers.getSetCookie());
      assert.equal(reply.status, 303);
      return reply.headers.get("location") ?? "";
    },

    async comeBack(address, { browser: at = browser, client = CLIENT } = {}) {
      return kept(await gitHubOf(signIn).finish(at.request(address), client), at);
    },

    async withGitHub(account = OCTOCAT) {
      return await stage.comeBack(gitHub.agree(await stage.leave(), account));
    },

    isIn: async (at = browser) => await signIn.actorOf(at.request("/admin")) !== null,
  };
  return stage;
}

function gitHubOf({ withGitHub }: SignIn) {
  return withGitHub ?? assert.fail("GitHub is not set up");
}

function kept(outcome: SignInOutcome, browser: Browser): SignInOutcome {
  browser.keep(
    outcome.kind === "signed_in" ? outcome.reply.headers.getSetCookie() : outcome.setCookies,
  );
  return outcome;
}

/** The code of a refusal; null when there was none. */
export function refusalOf(outcome: SignInOutcome): string | null {
  return outcome.kind === "refused" ? outcome.error.code : null;
}
