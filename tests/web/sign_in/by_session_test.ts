import assert from "node:assert/strict";
import { createAdminApi } from "../../../lib/web/admin_api.ts";
import { createSignIn } from "../../../lib/web/sign_in/sign_in.ts";
import { ADMIN_TOKEN, onStage, PUBLIC_URL, type Stage } from "./stage.ts";

const probe = () => Promise.reject(new Error("not asked for"));
const JSON_TYPE = "application/json";

function apiOf({ storage, signIn: { bySession } }: Stage) {
  return createAdminApi({ ...storage, probe, adminToken: ADMIN_TOKEN, bySession });
}

async function ask(stage: Stage, method: string, path: string, headers: HeadersInit = {}) {
  const body = method === "GET" || method === "DELETE" ? null : '{"name":"x"}';
  const response = await apiOf(stage).fetch(
    stage.browser.request(path, { method, headers, body }),
  );
  await response.body?.cancel();
  return response.status;
}

async function poolsOf({ storage }: Stage) {
  return (await storage.pools.list({})).items;
}

Deno.test(
  "a session opens the API: to read, and to change in JSON from our own pages",
  onStage(async (stage) => {
    await stage.withGitHub();
    const ours = { origin: PUBLIC_URL, "content-type": "application/json; charset=utf-8" };

    assert.equal(await ask(stage, "GET", "/api/pools"), 200);
    assert.equal(await ask(stage, "POST", "/api/pools", ours), 201);

    const { items: [row] } = await stage.storage.activity.list({});
    assert.deepEqual([row?.action, row?.by], [
      "pool.create",
      { kind: "github", id: 583_231, login: "octocat" },
    ]);
  }),
);

for (
  const origin of [
    null,
    "null",
    "https://evil.example",
    "https://a.rotator.example",
    "http://rotator.example",
    "https://rotator.example:8443",
    "https://ROTATOR.example",
  ]
) {
  for (const type of [JSON_TYPE, "application/x-www-form-urlencoded", "text/plain", null]) {
    Deno.test(
      `a session from origin ${origin} changes nothing, as ${type}`,
      onStage(async (stage) => {
        await stage.withToken();
        const pool = await stage.storage.pools.create({ name: "research", metering: true });
        const headers = new Headers();
        if (origin !== null) headers.set("origin", origin);
        if (type !== null) headers.set("content-type", type);

        for (const method of ["POST", "PATCH", "DELETE", "PUT"]) {
          for (const path of ["/api/pools", `/api/pools/${pool.id}`, "/api/nothing"]) {
            assert.equal(await ask(stage, method, path, headers), 403, `${method} ${path}`);
          }
        }
        assert.deepEqual(await poolsOf(stage), [pool]);
      }),
    );
  }
}

for (const type of ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data", ""]) {
  Deno.test(
    `our own page changes nothing as "${type}", which a form could send`,
    onStage(async (stage) => {
      await stage.withToken();
      const headers = { origin: PUBLIC_URL, ...(type !== "" && { "content-type": type }) };

      for (const method of ["POST", "DELETE"]) {
        assert.equal(await ask(stage, method, "/api/pools", headers), 403);
      }
      assert.deepEqual(await poolsOf(stage), []);
    }),
  );
}

Deno.test(
  "a wrong Bearer token is not saved by a session, and a right one needs no origin",
  onStage(async (stage) => {
    await stage.withToken();
    const bearer = (token: string) => ({
      authorization: `Bearer ${token}`,
      "content-type": JSON_TYPE,
    });

    assert.equal(await ask(stage, "GET", "/api/pools", bearer(`${ADMIN_TOKEN}x`)), 401);
    stage.browser.cookies.clear();
    assert.equal(await ask(stage, "POST", "/api/pools", bearer(ADMIN_TOKEN)), 201);
  }),
);

Deno.test(
  "nobody without a session is asked where they come from: they are 401",
  onStage(async (stage) => {
    stage.browser.cookies.set("__Host-gkr_session", { value: "x".repeat(43), attributes: [] });

    assert.equal(await ask(stage, "POST", "/api/pools"), 401);
    assert.equal(await ask(stage, "GET", "/api/pools"), 401);
  }),
);

for (
  const cookie of [
    "__Host-gkr_session=",
    "__Host-gkr_session=short",
    `__Host-gkr_session=${"x".repeat(3_000)}`,
    "__Host-gkr_session=%00%00%00%00%00%00%00%00%00%00%00%00%00",
    `__Host-gkr_session="${"<".repeat(30)}"`,
    `__Host-gkr_session ${"x".repeat(43)}`,
    ";;;=;",
  ]
) {
  Deno.test(
    `a cookie that cannot be ours reaches no storage: ${cookie.slice(0, 40)}`,
    onStage(async (stage) => {
      const find = () => Promise.reject(new Error("asked for"));
      const { bySession } = createSignIn({
        adminToken: ADMIN_TOKEN,
        publicUrl: PUBLIC_URL,
        gitHub: null,
        sessions: { ...stage.storage.sessions, find },
        locks: stage.storage.signInLocks,
        logins: stage.storage.gitHubLogins,
        seal: stage.storage.cookieSeal,
        clock: stage.storage.clock,
      });

      const asked = await bySession(new Request(PUBLIC_URL, { headers: { cookie } }));

      assert.equal(asked, null);
    }),
  );
}
