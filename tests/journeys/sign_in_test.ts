import assert from "node:assert/strict";
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

/** Keeps what an answer says that somebody is signed in by; it is a secret from then on. */
function kept({ canaries }: TestService, browser: Browser, reply: Response): Browser {
  assert.deepEqual([reply.status, reply.headers.get("location")], [303, "/admin"]);
  browser.keep(reply.headers.getSetCookie());
  canaries.add("session", browser.cookie.value);
  return browser;
}

async function byToken(t: TestService): Promise<Browser> {
  const browser = new Browser(PUBLIC_URL);
  const form = browser.form("/admin/login", { token: ADMIN_TOKEN });
  return kept(t, browser, await t.service.handle(form));
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
    const left = await t.service.handle(browser.form("/admin/logout"));
    browser.keep(left.headers.getSetCookie());

    assert.equal(made.status, 201);
    assert.equal(left.headers.get("location"), "/admin/login");
    assert.equal(browser.cookies.size, 0);
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
    const away = await t.service.handle(browser.request("/admin/login/github"));
    browser.keep(away.headers.getSetCookie());
    const back = gitHub.agree(away.headers.get("location") ?? "", OCTOCAT);
    kept(t, browser, await t.service.handle(browser.request(back)));
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

    await t.service.handle(one.form("/admin/logout/everywhere"));

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
    const refused = await t.service.handle(form);
    await refused.body?.cancel();

    assert.equal(call.status, 401);
    assert.equal(refused.status, 401);
    assert.deepEqual(refused.headers.getSetCookie(), []);
  }));

Deno.test("whoever GitHub vouches for and is on no list hears who may sign in", () => {
  const gitHub = fakeGitHub();
  return withService({ env, gitHub: gitHub.fetch }, async (t) => {
    t.canaries.add("GitHub's client secret", APP.clientSecret);
    const browser = new Browser(PUBLIC_URL);
    const away = await t.service.handle(browser.request("/admin/login/github"));
    browser.keep(away.headers.getSetCookie());
    const back = gitHub.agree(away.headers.get("location") ?? "", { id: 7, login: "mallory" });

    const refused = await t.service.handle(browser.request(back));

    for (const token of gitHub.tokens) t.canaries.add("GitHub's access token", token);
    browser.keep(refused.headers.getSetCookie());
    assert.equal(refused.status, 403);
    assert.match(await refused.text(), /role="alert">[^<]*mallory[^<]*GITHUB_ADMINS/);
    assert.equal(browser.cookies.size, 0);
  });
});

Deno.test("whoever guesses tokens hears how long to wait, also on the page", () =>
  withService({ env }, async (t) => {
    const answers: Response[] = [];
    for (let n = 0; n < 6; n++) {
      const form = new Browser(PUBLIC_URL).form("/admin/login", { token: `guess-${n}` });
      answers.push(await t.service.handle(form));
    }

    await Promise.all(answers.map(({ body }) => body?.cancel()));
    assert.deepEqual(answers.map(({ status }) => status), [401, 401, 401, 401, 401, 429]);
    assert.match(answers.at(-1)?.headers.get("retry-after") ?? "", /^[1-9]\d*$/);
  }));

Deno.test("where GitHub is not set up there is no way in by it", () =>
  withService({ env: { PUBLIC_URL } }, async (t) => {
    const browser = new Browser(PUBLIC_URL);
    const login = await t.service.handle(browser.request("/admin/login"));
    const away = await t.service.handle(browser.request("/admin/login/github"));

    await away.body?.cancel();
    assert.ok(!(await login.text()).includes("GitHub"));
    assert.equal(away.status, 404);
  }));
