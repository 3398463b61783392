import assert from "node:assert/strict";
import type { SignInOutcome } from "../../lib/web/sign_in/outcome.ts";
import { simKey } from "../simulator/simulator.ts";
import { Browser } from "../support/browser.ts";
import { APP, fakeGitHub, OCTOCAT } from "../support/fake_github.ts";
import { handClock } from "../support/hand_clock.ts";
import { ADMIN_TOKEN, type Isolate, type TestService, withService } from "../support/service.ts";

const HOUR_MS = 3_600_000;
const PUBLIC_URL = "https://rotator.example";
const env = {
  PUBLIC_URL,
  GITHUB_CLIENT_ID: APP.clientId,
  GITHUB_CLIENT_SECRET: APP.clientSecret,
  GITHUB_ADMINS: "octocat",
};

/** A browser that is signed in; its cookie is a secret from then on. */
function kept({ canaries }: TestService, browser: Browser, outcome: SignInOutcome): Browser {
  assert.ok(outcome.kind === "signed_in", "nobody was signed in");
  browser.keep(outcome.reply.headers.getSetCookie());
  canaries.add("session", browser.cookie.value);
  return browser;
}

async function byToken(t: TestService): Promise<Browser> {
  const browser = new Browser(PUBLIC_URL);
  const request = browser.form("/admin/login", { token: ADMIN_TOKEN });
  return kept(t, browser, await t.service.signIn.withToken(request, "203.0.113.7"));
}

/** Asks the API as the panel does. */
async function ask(isolate: Isolate, browser: Browser, call: string, body?: unknown) {
  const [method = "", path = ""] = call.split(" ");
  const headers = new Headers(browser.request(path).headers);
  headers.set("origin", PUBLIC_URL);
  headers.set("content-type", "application/json");
  return await isolate.ask(path, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

Deno.test("someone signs in by token, changes something, signs out, and is nobody again", () =>
  withService({ env }, async (t) => {
    const browser = await byToken(t);

    const made = await ask(t, browser, "POST /api/pools", { name: "mine" });
    await t.service.signIn.out(browser.form("/admin/logout"));

    assert.equal(made.status, 201);
    assert.equal((await ask(t, browser, "GET /api/pools")).status, 401);
    const { json } = await t.admin("GET /api/activity");
    assert.deepEqual(
      json.items.map((
        { action, by }: { action: string; by: { name: string } },
      ) => [action, by.name]),
      [
        ["session.sign_out", "admin token"],
        ["pool.create", "admin token"],
        ["session.sign_in", "admin token"],
      ],
    );
  }));

Deno.test("someone signs in with GitHub in one process, and is known in every other by their name", () => {
  const gitHub = fakeGitHub();
  return withService({ env, gitHub: gitHub.fetch }, async (t) => {
    t.canaries.add("GitHub's client secret", APP.clientSecret);
    const there = await t.another();
    const browser = new Browser(PUBLIC_URL);
    const { withGitHub } = t.service.signIn;
    const away = await withGitHub!.start(browser.request("/admin/login/github"));
    browser.keep(away.headers.getSetCookie());
    const back = gitHub.agree(away.headers.get("location") ?? "", OCTOCAT);
    kept(t, browser, await withGitHub!.finish(browser.request(back), "203.0.113.7"));
    for (const token of gitHub.tokens) t.canaries.add("GitHub's access token", token);

    const { status } = await ask(there, browser, "POST /api/pools", { name: "theirs" });

    assert.equal(status, 201);
    const { json } = await ask(t, browser, "GET /api/activity?kind=pool");
    assert.deepEqual(json.items[0].by, { kind: "github", name: "octocat", githubId: OCTOCAT.id });
  });
});

Deno.test("signing out everywhere holds at once in every process", () =>
  withService({ env }, async (t) => {
    const [one, other] = [await byToken(t), await byToken(t)];
    const there = await t.another();
    assert.equal((await ask(there, other, "GET /api/pools")).status, 200);

    await t.service.signIn.outEverywhere(one.form("/admin/logout/everywhere"));

    assert.equal((await ask(there, one, "GET /api/pools")).status, 401);
    assert.equal((await ask(there, other, "GET /api/pools")).status, 401);
  }));

Deno.test("a session that is used for twelve hours is over then, and one that is not after an hour", () => {
  const clock = handClock();
  return withService({ env, clock }, async (t) => {
    const [used, idle] = [await byToken(t), await byToken(t)];
    for (let half = 0; half < 23; half++) {
      await clock.advance(HOUR_MS / 2);
      assert.equal((await ask(t, used, "GET /api/pools")).status, 200);
    }

    assert.equal((await ask(t, idle, "GET /api/pools")).status, 401);
    await clock.advance(HOUR_MS / 2);
    assert.equal((await ask(t, used, "GET /api/pools")).status, 401);
  });
});

Deno.test("a page elsewhere cannot use the session of who looks at it", () =>
  withService({ env }, async (t) => {
    const browser = await byToken(t);
    const cookie = browser.request("/").headers.get("cookie") ?? "";
    const type = "text/plain";

    for (const origin of ["https://evil.example", "http://rotator.example", "null"]) {
      const headers = { cookie, origin, "content-type": type };
      const body = '{"name":"x"}';
      const { status } = await t.ask("/api/pools", { method: "POST", headers, body });
      assert.equal(status, 403);
    }
    assert.deepEqual((await t.admin("GET /api/pools")).json.items, []);
  }));

Deno.test("a session calls no model, and an access token opens no session", () =>
  withService({ env }, async (t) => {
    const browser = await byToken(t);
    const { token } = await t.token([simKey("ok")]);
    const cookie = browser.request("/").headers.get("cookie") ?? "";
    const form = new Browser(PUBLIC_URL).form("/admin/login", { token });

    const call = await t.ask("/v1beta/models", { headers: { cookie } });
    const outcome = await t.service.signIn.withToken(form, "203.0.113.7");

    assert.equal(call.status, 401);
    assert.equal(outcome.kind, "refused");
  }));
