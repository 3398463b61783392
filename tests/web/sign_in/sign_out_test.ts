import assert from "node:assert/strict";
import { onStage, PUBLIC_URL } from "./stage.ts";

Deno.test(
  "signing out ends the session, takes the cookie away and goes to the login page",
  onStage(async (stage) => {
    await stage.withToken();
    const copy = stage.browser.copy();

    const reply = await stage.signIn.out(stage.browser.form("/admin/logout"));
    stage.browser.keep(reply.headers.getSetCookie());

    assert.deepEqual([reply.status, reply.headers.get("location")], [303, "/admin/login"]);
    assert.equal(stage.browser.cookies.size, 0);
    assert.equal(await stage.isIn(copy), false);
  }),
);

Deno.test(
  "signing out without a session is no error",
  onStage(async (stage) => {
    const { status } = await stage.signIn.out(stage.browser.form("/admin/logout"));

    assert.equal(status, 303);
  }),
);

Deno.test(
  "signing out everywhere ends every session of everybody",
  onStage(async (stage) => {
    await stage.withToken();
    const laptop = stage.browser.copy();
    stage.browser.cookies.clear();
    await stage.withGitHub();

    await stage.signIn.outEverywhere(stage.browser.form("/admin/logout/everywhere"));

    assert.deepEqual([await stage.isIn(laptop), await stage.isIn()], [false, false]);
    const { items: [row] } = await stage.storage.activity.list({});
    assert.deepEqual([row?.action, row?.by.kind], ["session.sign_out_everywhere", "github"]);
  }),
);

Deno.test(
  "nobody signs everybody out without being signed in",
  onStage(async (stage) => {
    await stage.withToken();
    const laptop = stage.browser.copy();
    stage.browser.cookies.clear();

    await assert.rejects(
      stage.signIn.outEverywhere(stage.browser.form("/admin/logout/everywhere")),
      {
        code: "unauthenticated",
      },
    );
    assert.equal(await stage.isIn(laptop), true);
  }),
);

for (const headers of [{}, { origin: "https://evil.example" }, { "sec-fetch-site": "same-site" }]) {
  Deno.test(
    `a page elsewhere signs nobody out: ${JSON.stringify(headers)}`,
    onStage(async (stage) => {
      await stage.withToken();
      const post = (address: string) => stage.browser.request(address, { method: "POST", headers });

      await assert.rejects(stage.signIn.out(post("/admin/logout")), { code: "forbidden" });
      await assert.rejects(stage.signIn.outEverywhere(post("/admin/logout/everywhere")), {
        code: "forbidden",
      });
      assert.equal(await stage.isIn(), true);
    }),
  );
}

Deno.test(
  "who signs in and out has a row for each, under a name of the session that is no secret",
  onStage(async (stage) => {
    await stage.withToken();
    const cookie = stage.browser.cookies.get("__Host-gkr_session")?.value ?? "";
    await stage.signIn.out(stage.browser.form("/admin/logout"));

    const { items } = await stage.storage.activity.list({ kind: "session" });

    assert.deepEqual(items.map(({ action, target: { name } }) => [action, name]), [
      ["session.sign_out", "admin token"],
      ["session.sign_in", "admin token"],
    ]);
    assert.equal(items[0]?.target.id, items[1]?.target.id);
    assert.ok(!JSON.stringify(items).includes(cookie));
  }),
);

Deno.test(
  "a form of a page knows who sent it, if it comes from a page of ours",
  onStage(async (stage) => {
    await stage.withToken();
    const posted = (headers: HeadersInit) =>
      stage.signIn.actorOf(stage.browser.request("/admin/tokens", { method: "POST", headers }));

    assert.deepEqual(await posted({ origin: PUBLIC_URL }), { kind: "admin_token" });
    await assert.rejects(posted({ origin: "https://evil.example" }), { code: "forbidden" });
    await assert.rejects(posted({}), { code: "forbidden" });
  }),
);
