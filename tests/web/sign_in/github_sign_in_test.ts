import assert from "node:assert/strict";
import { statusOf } from "../../../lib/web/respond.ts";
import type { SignInOutcome } from "../../../lib/web/sign_in/outcome.ts";
import { Browser } from "../../support/browser.ts";
import { APP, OCTOCAT } from "../../support/fake_github.ts";
import { dumpKv } from "../../support/kv.ts";
import { onStage, PUBLIC_URL, refusalOf, type Stage } from "./stage.ts";

const STRANGER = { id: 7, login: "stranger" };
const MINUTE_MS = 60_000;

/** Refused with this code, by a 4xx, and nobody is signed in. */
async function refused(stage: Stage, outcome: SignInOutcome, code = "unauthenticated") {
  assert.ok(outcome.kind === "refused", "somebody was signed in");
  assert.equal(outcome.error.code, code);
  assert.ok(statusOf(outcome.error.code) >= 400 && statusOf(outcome.error.code) < 500);
  assert.equal(await stage.isIn(), false);
  assert.equal((await stage.storage.activity.list({})).items.length, 0);
}

Deno.test(
  "someone on the list signs in with GitHub and goes where they wanted",
  onStage(async (stage) => {
    const address = await stage.leave("/admin/pools/01kx");
    const outcome = await stage.comeBack(stage.gitHub.agree(address, OCTOCAT));

    assert.ok(outcome.kind === "signed_in");
    assert.equal(outcome.reply.status, 303);
    assert.equal(outcome.reply.headers.get("location"), "/admin/pools/01kx");
    assert.deepEqual(await stage.signIn.actorOf(stage.browser.request("/admin")), {
      kind: "github",
      ...OCTOCAT,
    });
    assert.deepEqual([...stage.browser.cookies.keys()], ["__Host-gkr_session"]);
  }),
);

Deno.test(
  "what we send someone away with is a fixed way back, a state and a challenge, and no scope",
  onStage(async (stage) => {
    const one = new URL(await stage.leave());
    const other = new URL(await stage.leave());

    const { state, code_challenge, ...rest } = Object.fromEntries(one.searchParams);
    assert.match(`${state} ${code_challenge}`, /^[\w-]{43} [\w-]{43}$/);
    assert.notEqual(other.searchParams.get("state"), state);
    assert.notEqual(other.searchParams.get("code_challenge"), code_challenge);
    assert.deepEqual(rest, {
      response_type: "code",
      client_id: APP.clientId,
      redirect_uri: `${PUBLIC_URL}/admin/login/github/callback`,
      code_challenge_method: "S256",
      allow_signup: "false",
    });
  }),
);

Deno.test(
  "the way back is that of PUBLIC_URL, whatever host a request names",
  onStage(async (stage) => {
    const elsewhere = new Browser("https://evil.example");

    const reply = await stage.signIn.withGitHub!.start(elsewhere.request("/admin/login/github"));

    const { searchParams } = new URL(reply.headers.get("location") ?? "");
    assert.equal(searchParams.get("redirect_uri"), `${PUBLIC_URL}/admin/login/github/callback`);
  }),
);

Deno.test(
  "the cookie of the errand lasts ten minutes, and tells its browser nothing",
  onStage(async (stage) => {
    const state = new URL(await stage.leave()).searchParams.get("state") ?? "";

    const cookie = stage.browser.cookie;

    assert.equal(cookie.name, "__Host-gkr_github");
    assert.deepEqual(cookie.attributes, [
      "httponly",
      "max-age=600",
      "path=/",
      "samesite=lax",
      "secure",
    ]);
    assert.ok(!cookie.value.includes(state));
  }),
);

Deno.test(
  "GitHub's token is used for one look at the account, and is kept nowhere",
  onStage(async (stage) => {
    const outcome = await stage.withGitHub();

    assert.equal(refusalOf(outcome), null);
    assert.deepEqual(stage.gitHub.calls, ["POST /login/oauth/access_token", "GET /user"]);
    const [token = ""] = stage.gitHub.tokens;
    const kept = await dumpKv(stage.storage.kv) + JSON.stringify([...stage.browser.cookies]);
    assert.ok(token.length > 20 && !kept.includes(token));
  }),
);

Deno.test(
  "strangers who only look at the door cost no write",
  onStage(async (stage) => {
    const before = await dumpKv(stage.storage.kv);

    for (let n = 0; n < 20; n++) await stage.leave();

    assert.equal(await dumpKv(stage.storage.kv), before);
  }),
);

Deno.test(
  "wrong state: the answer to another errand is refused, and no code is exchanged",
  onStage(async (stage) => {
    const theirs = stage.gitHub.agree(await stage.leave(), OCTOCAT);
    await stage.leave();

    await refused(stage, await stage.comeBack(theirs));
    assert.deepEqual(stage.gitHub.calls, []);
  }),
);

for (const states of [[], ["x"], ["", ""], ["right", "x"]]) {
  Deno.test(
    `wrong state: ${JSON.stringify(states)} is refused`,
    onStage(async (stage) => {
      const address = stage.gitHub.agree(await stage.leave(), OCTOCAT);
      const right = address.searchParams.get("state") ?? "";
      address.searchParams.delete("state");
      for (const state of states) {
        address.searchParams.append("state", state === "right" ? right : state);
      }

      await refused(stage, await stage.comeBack(address));
      assert.deepEqual(stage.gitHub.calls, []);
    }),
  );
}

Deno.test(
  "foreign state: an answer in a browser that never went is refused",
  onStage(async (stage) => {
    const address = stage.gitHub.agree(await stage.leave(), OCTOCAT);

    const outcome = await stage.comeBack(address, { browser: new Browser(PUBLIC_URL) });

    await refused(stage, outcome);
    assert.deepEqual(stage.gitHub.calls, []);
  }),
);

Deno.test(
  "replayed code: coming back twice signs in once, also with the cookie of the first time",
  onStage(async (stage) => {
    const address = stage.gitHub.agree(await stage.leave(), OCTOCAT);
    const copy = stage.browser.copy();
    assert.equal(refusalOf(await stage.comeBack(address)), null);

    const again = await stage.comeBack(address);
    const withCookie = await stage.comeBack(address, { browser: copy });

    assert.deepEqual([again, withCookie].map(refusalOf), ["unauthenticated", "unauthenticated"]);
    assert.equal(await stage.isIn(copy), false);
    assert.equal(await stage.isIn(), true);
  }),
);

Deno.test(
  "replayed state: one that has let in lets nobody in again, whatever GitHub says",
  onStage(async (stage) => {
    const first = await stage.leave();
    const copy = stage.browser.copy();
    assert.equal(refusalOf(await stage.comeBack(stage.gitHub.agree(first, OCTOCAT))), null);

    const again = await stage.comeBack(stage.gitHub.agree(first, OCTOCAT), { browser: copy });

    assert.equal(refusalOf(again), "unauthenticated");
    assert.equal(await stage.isIn(copy), false);
  }),
);

Deno.test(
  "wrong verifier: a code of somebody else's errand is refused, under our own state",
  onStage(async (stage) => {
    const theirs = stage.gitHub.agree(await stage.leave(), OCTOCAT);
    const mine = stage.gitHub.agree(await stage.leave(), STRANGER);
    mine.searchParams.set("code", theirs.searchParams.get("code") ?? "");

    await refused(stage, await stage.comeBack(mine));
    assert.deepEqual(stage.gitHub.calls, ["POST /login/oauth/access_token"]);
  }),
);

Deno.test(
  "expired state: coming back after ten minutes is refused, though the browser kept the cookie",
  onStage(async (stage) => {
    const address = stage.gitHub.agree(await stage.leave(), OCTOCAT);

    await stage.storage.clock.advance(10 * MINUTE_MS);

    await refused(stage, await stage.comeBack(address));
    assert.deepEqual(stage.gitHub.calls, []);
  }),
);

Deno.test(
  "error answer: who says no at GitHub is refused, and no code is exchanged",
  onStage(async (stage) => {
    await refused(stage, await stage.comeBack(stage.gitHub.refuse(await stage.leave())));
    assert.deepEqual(stage.gitHub.calls, []);
  }),
);

Deno.test(
  "not on the list: another account is refused, with its id for whoever keeps the list",
  onStage(async (stage) => {
    const outcome = await stage.withGitHub(STRANGER);

    await refused(stage, outcome, "forbidden");
    assert.match(outcome.kind === "refused" ? outcome.error.message : "", /"stranger" \(id 7\)/);
  }),
);

Deno.test(
  "an empty list admits nobody",
  onStage(async (stage) => {
    await refused(stage, await stage.withGitHub(), "forbidden");
  }, { admins: { ids: [], logins: [] } }),
);

Deno.test(
  "renamed login: an id on the list comes in under any name, and its old name does not",
  onStage(async (stage) => {
    const renamed = await stage.withGitHub({ id: OCTOCAT.id, login: "hubot" });
    stage.browser.cookies.clear();
    const taken = await stage.withGitHub({ id: 7, login: OCTOCAT.login });

    assert.deepEqual([renamed, taken].map(refusalOf), [null, "forbidden"]);
  }),
);

Deno.test(
  "renamed login: a login on the list means the account that had it when we started",
  onStage(async (stage) => {
    await stage.signIn.prepare();
    stage.gitHub.accounts.length = 0;
    stage.gitHub.accounts.push({ id: 7, login: "octocat" }, { id: OCTOCAT.id, login: "hubot" });

    const taken = await stage.withGitHub({ id: 7, login: "octocat" });
    const renamed = await stage.withGitHub({ id: OCTOCAT.id, login: "hubot" });
    const later = stage.restarted({ admins: { ids: [], logins: ["octocat"] } });
    await later.prepare();

    assert.deepEqual([taken, renamed].map(refusalOf), ["forbidden", null]);
    assert.notEqual(await later.actorOf(stage.browser.request("/admin")), null);
    assert.deepEqual(stage.gitHub.calls.filter((call) => call.includes("/users/")), [
      "GET /users/octocat",
    ]);
  }, { admins: { ids: [], logins: ["octocat"] } }),
);

Deno.test(
  "a login that could not be looked up at the start is looked up when someone comes",
  onStage(async (stage) => {
    stage.gitHub.instead = (path) =>
      path.startsWith("/users/") ? new Response("", { status: 502 }) : null;
    await assert.rejects(stage.signIn.prepare(), { code: "unavailable" });
    stage.gitHub.instead = null;
    await stage.storage.clock.advance(10 * MINUTE_MS);

    assert.equal(refusalOf(await stage.withGitHub()), null);
  }, { admins: { ids: [], logins: ["octocat"] } }),
);

Deno.test(
  "a login that nobody has admits nobody, and GitHub is not asked again for each who comes",
  onStage(async (stage) => {
    await stage.signIn.prepare();
    for (let n = 0; n < 3; n++) assert.equal(refusalOf(await stage.withGitHub()), "forbidden");

    const asked = stage.gitHub.calls.filter((call) => call.includes("/users/"));
    assert.deepEqual(asked, ["GET /users/nobody"]);
  }, { admins: { ids: [], logins: ["nobody"] } }),
);

Deno.test(
  "who is taken off the list is signed out",
  onStage(async (stage) => {
    await stage.withGitHub();
    assert.equal(await stage.isIn(), true);

    const { actorOf } = stage.restarted({ admins: { ids: [7], logins: [] } });
    const without = stage.restarted({ admins: null });

    assert.equal(await actorOf(stage.browser.request("/admin")), null);
    assert.equal(await without.actorOf(stage.browser.request("/admin")), null);
  }),
);

for (
  const [what, change] of [
    ["cut", (value: string) => value.slice(0, -3)],
    ["changed", (value: string) => value.slice(0, -3) + "AAA"],
    ["of another kind", () => "v1.0badcafe.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAA"],
    ["no cookie of ours", () => "x".repeat(60)],
    ["no base64", () => "v1.0badcafe.-.-....................................."],
  ] as const
) {
  Deno.test(
    `an errand whose cookie is ${what} is refused`,
    onStage(async (stage) => {
      const address = stage.gitHub.agree(await stage.leave(), OCTOCAT);
      const cookie = stage.browser.cookies.get("__Host-gkr_github")!;
      stage.browser.cookies.set("__Host-gkr_github", { ...cookie, value: change(cookie.value) });

      await refused(stage, await stage.comeBack(address));
    }),
  );
}

Deno.test(
  "a session that somebody puts in the errand's place is no errand",
  onStage(async (stage) => {
    await stage.withToken();
    const session = stage.browser.cookies.get("__Host-gkr_session")!;
    const address = stage.gitHub.agree(await stage.leave(), OCTOCAT);
    stage.browser.cookies.set("__Host-gkr_github", session);

    assert.equal(refusalOf(await stage.comeBack(address)), "unauthenticated");
  }),
);

for (
  const [what, answer] of [
    ["fails", () => new Response("", { status: 503 })],
    ["sends elsewhere", () => Response.redirect("https://evil.example/", 302)],
    ["answers HTML", () => new Response("<html>", { headers: { "content-type": "text/html" } })],
    ["answers an account without an id", () => Response.json({ login: "octocat" })],
    ["answers an id that is text", () => Response.json({ id: "583231", login: "octocat" })],
  ] as const
) {
  for (const path of ["/login/oauth/access_token", "/user"]) {
    Deno.test(
      `a GitHub that ${what} at ${path} signs nobody in`,
      onStage(async (stage) => {
        stage.gitHub.instead = (asked) => asked === path ? answer() : null;

        const outcome = await stage.withGitHub();

        assert.ok(["unauthenticated", "unavailable"].includes(refusalOf(outcome) ?? ""));
        assert.equal(await stage.isIn(), false);
        assert.ok(stage.gitHub.calls.length <= 2);
      }),
    );
  }
}

Deno.test(
  "a GitHub that cannot be reached is no fault of who signs in",
  onStage(async (stage) => {
    stage.gitHub.instead = () => {
      throw new TypeError("error sending request");
    };

    const outcome = await stage.withGitHub();

    assert.equal(refusalOf(outcome), "unavailable");
  }),
);

Deno.test(
  "an answer with a name of the server in it, as RFC 9207 has it, is taken",
  onStage(async (stage) => {
    const address = stage.gitHub.agree(await stage.leave(), OCTOCAT);
    address.searchParams.set("iss", "https://github.com/login/oauth");

    assert.equal(refusalOf(await stage.comeBack(address)), null);
  }),
);

Deno.test(
  "many who come back from GitHub are slowed down, and those with the token are not",
  onStage(async (stage) => {
    for (let n = 0; n < 6; n++) await stage.withGitHub(STRANGER);

    assert.equal(refusalOf(await stage.withGitHub()), "rate_limited");
    assert.equal(refusalOf(await stage.withToken()), null);
  }),
);
