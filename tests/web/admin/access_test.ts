import assert from "node:assert/strict";
import fc from "fast-check";
import { byAdminToken } from "../../../lib/web/admin/admin_auth.ts";
import { createAdminApp } from "../../../lib/web/admin_api.ts";
import { aSecret } from "../../support/builders.ts";
import { aStorage } from "../../support/storage.ts";
import { ADMIN_TOKEN, type AdminClient, type Refusal, withAdmin } from "./admin_client.ts";

/** The policy, by hand: a route that is not here fails the test that compares. */
const POLICY = [
  "ALL /*",
  "GET /api/pools",
  "POST /api/pools",
  "ALL /api/pools",
  "GET /api/pools/:pool",
  "PATCH /api/pools/:pool",
  "DELETE /api/pools/:pool",
  "ALL /api/pools/:pool",
  "GET /api/pools/:pool/keys",
  "POST /api/pools/:pool/keys",
  "ALL /api/pools/:pool/keys",
  "GET /api/pools/:pool/keys/:key",
  "PATCH /api/pools/:pool/keys/:key",
  "DELETE /api/pools/:pool/keys/:key",
  "ALL /api/pools/:pool/keys/:key",
  "POST /api/pools/:pool/keys/:key/wake",
  "ALL /api/pools/:pool/keys/:key/wake",
  "POST /api/pools/:pool/keys/:key/test",
  "ALL /api/pools/:pool/keys/:key/test",
  "GET /api/tokens",
  "POST /api/tokens",
  "ALL /api/tokens",
  "GET /api/tokens/:token",
  "PATCH /api/tokens/:token",
  "DELETE /api/tokens/:token",
  "ALL /api/tokens/:token",
  "GET /api/usage",
  "ALL /api/usage",
  "GET /api/usage.csv",
  "ALL /api/usage.csv",
  "GET /api/overview",
  "ALL /api/overview",
  "GET /api/activity",
  "ALL /api/activity",
  "GET /api/requests",
  "ALL /api/requests",
  "GET /api/requests/:request",
  "ALL /api/requests/:request",
];
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const UNKNOWN_PATHS = ["/", "/api", "/api/", "/api/nothing", "/api/pools/", "/admin", "/v1/models"];

/** Every route of the router with ids that are there, and some addresses that are none. */
async function requestsOf(admin: AdminClient): Promise<(readonly [string, string])[]> {
  const { id: token, poolId } = await admin.aToken();
  const key = await admin.aKey(`/api/pools/${poolId}`);
  const paths = admin.app.routes.map(({ path }) =>
    path.replace(":pool", poolId).replace(":key", key.id).replace(":token", token)
      .replace("*", "")
  );
  return [...new Set([...paths, ...UNKNOWN_PATHS])].flatMap((path) =>
    METHODS.map((method) => [method, path] as const)
  );
}

/** What is stored, as an admin sees it. */
async function stateOf(admin: AdminClient): Promise<unknown> {
  const pools = await admin.get<{ items: { id: string }[] }>("/api/pools");
  const keys = pools.body.items.map(({ id }) => admin.get(`/api/pools/${id}/keys`));
  const tokens = await admin.get("/api/tokens");
  return [pools.body, tokens.body, (await Promise.all(keys)).map(({ body }) => body)];
}

Deno.test(
  "the router has the routes of the policy and no others",
  withAdmin((admin) => {
    const routes = admin.app.routes.map(({ method, path }) => `${method} ${path}`);

    assert.deepEqual(routes, POLICY);
    return Promise.resolve();
  }),
);

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

for (
  const [what, headersWith] of [
    ["no credential", () => ({})],
    ["a wrong token", () => bearer("x".repeat(ADMIN_TOKEN.length))],
    ["a client's access token", (client: string) => bearer(client)],
    ["the token with a letter more", () => bearer(`${ADMIN_TOKEN}x`)],
    ["the token with a letter before it", () => bearer(`x${ADMIN_TOKEN}`)],
    ["the token without its last letter", () => bearer(ADMIN_TOKEN.slice(0, -1))],
    ["the token without its first letter", () => bearer(ADMIN_TOKEN.slice(1))],
    ["the token in capitals", () => bearer(ADMIN_TOKEN.toUpperCase())],
    ["the token in quotes", () => bearer(`"${ADMIN_TOKEN}"`)],
    ["the token twice", () => bearer(`${ADMIN_TOKEN}, Bearer ${ADMIN_TOKEN}`)],
    ["a client's token before the admin's", (client: string) => bearer(`${client} ${ADMIN_TOKEN}`)],
    ["an empty Bearer", () => bearer("")],
    ["the token alone", () => ({ authorization: ADMIN_TOKEN })],
    ["the token as Basic", () => ({ authorization: `Basic ${btoa(`:${ADMIN_TOKEN}`)}` })],
    ["the token as an API key", () => ({ "x-goog-api-key": ADMIN_TOKEN })],
    ["the token as a cookie", () => ({ cookie: `token=${ADMIN_TOKEN}; session=${ADMIN_TOKEN}` })],
    ["the token for a proxy", () => ({ "proxy-authorization": `Bearer ${ADMIN_TOKEN}` })],
  ] as const
) {
  Deno.test(
    `${what} opens no route, whatever the method, and changes nothing`,
    withAdmin(async (admin) => {
      const requests = await requestsOf(admin);
      const client = await admin.aToken();
      const before = await stateOf(admin);

      for (const [method, path] of requests) {
        const response = await admin.app.request(path, {
          method,
          headers: { "content-type": "application/json", ...headersWith(client.token) },
          body: method === "GET" || method === "HEAD" ? null : '{"name":"x"}',
        });
        const text = await response.text();

        assert.equal(response.status, 401, `${method} ${path}`);
        assert.equal(response.headers.get("www-authenticate"), "Bearer");
        assert.equal(text.includes("unauthenticated"), method !== "HEAD");
      }

      assert.ok(requests.length > 100);
      assert.deepEqual(await stateOf(admin), before);
      assert.deepEqual(admin.probe.asked, []);
    }),
  );
}

Deno.test(
  "the token in the query opens nothing",
  withAdmin(async (admin) => {
    const query = `?key=${encodeURIComponent(ADMIN_TOKEN)}`;

    const { status } = await admin.send("GET", `/api/pools${query}`, { authorization: null });

    assert.equal(status, 401);
  }),
);

Deno.test(
  "any other text than the token is refused",
  withAdmin(async (admin) => {
    await fc.assert(fc.asyncProperty(
      fc.string({ minLength: 1, maxLength: 80 }).map((text) => text.replace(/[^\x21-\x7e]/g, "x")),
      async (authorization) => {
        const refused = await admin.send("GET", "/api/pools", {
          authorization: `Bearer ${authorization}`,
        });
        return refused.status === 401;
      },
    ));
  }),
);

for (const scheme of ["Bearer", "bearer", "BEARER", "Bearer  "]) {
  Deno.test(
    `the token opens the admin API as "${scheme}"`,
    withAdmin(async (admin) => {
      const authorization = `${scheme} ${ADMIN_TOKEN}`;

      assert.equal((await admin.send("GET", "/api/pools", { authorization })).status, 200);
    }),
  );
}

Deno.test("byAdminToken() refuses a token that could be guessed", () => {
  assert.throws(() => byAdminToken(""), RangeError);
  assert.throws(() => byAdminToken("x".repeat(31)), RangeError);
});

Deno.test("createAdminApp() asks another authentication, before it looks at the address", async () => {
  await using storage = await aStorage();
  const asked: string[] = [];
  const probe = () => Promise.reject(new Error("not asked for"));
  const app = createAdminApp({ ...storage, probe }, (request) => {
    asked.push(new URL(request.url).pathname);
    return Promise.resolve(
      request.headers.get("cookie") === "s=1" ? { kind: "admin_token" } : null,
    );
  });

  const stranger = await app.request("/api/nothing");
  const admin = await app.request("/api/pools", { headers: { cookie: "s=1" } });

  await Promise.all([stranger.body?.cancel(), admin.body?.cancel()]);
  assert.deepEqual([stranger.status, admin.status], [401, 200]);
  assert.deepEqual(asked, ["/api/nothing", "/api/pools"]);
});

for (const path of UNKNOWN_PATHS) {
  Deno.test(
    `${path} is not found, by an admin`,
    withAdmin(async (admin) => {
      const { status, body } = await admin.get<Refusal>(path);

      assert.equal(status, 404);
      assert.deepEqual(body.error, {
        code: "not_found",
        message: "Cannot find this address: start at /api/pools or /api/tokens",
      });
    }),
  );
}

for (
  const [path, allowed] of [
    ["/api/pools", "GET, HEAD, POST"],
    ["/api/pools/:pool", "GET, HEAD, PATCH, DELETE"],
    ["/api/pools/:pool/keys", "GET, HEAD, POST"],
    ["/api/pools/:pool/keys/:key", "GET, HEAD, PATCH, DELETE"],
    ["/api/pools/:pool/keys/:key/wake", "POST"],
    ["/api/pools/:pool/keys/:key/test", "POST"],
    ["/api/tokens", "GET, HEAD, POST"],
    ["/api/tokens/:token", "GET, HEAD, PATCH, DELETE"],
    ["/api/activity", "GET, HEAD"],
    ["/api/requests", "GET, HEAD"],
    ["/api/requests/:request", "GET, HEAD"],
  ] as const
) {
  Deno.test(
    `${path} allows ${allowed} and says so to every other method`,
    withAdmin(async (admin) => {
      const id = "01kaaaaaaaaaaaaaaaaaaaaaaa";
      const others = METHODS.filter((method) => !allowed.split(", ").includes(method));

      assert.ok(others.length > 0);
      for (const method of others.filter((method) => method !== "HEAD")) {
        const refused = await admin.send(method, path.replaceAll(/:\w+/g, id));
        assert.equal(refused.status, 405, method);
        assert.equal(refused.headers.get("allow"), allowed);
        assert.deepEqual(refused.body.error, {
          code: "method_not_allowed",
          message: `Cannot do this here: allowed are ${allowed}`,
        });
      }
    }),
  );
}

Deno.test(
  "HEAD answers as GET does, without the body",
  withAdmin(async (admin) => {
    const pool = await admin.aPool();

    const head = await admin.send("HEAD", pool);

    assert.deepEqual([head.status, head.body], [200, null]);
    assert.equal(head.headers.get("cache-control"), "private, no-store");
  }),
);

for (
  const path of ["/api/pools/%2e%2e/tokens", "/api//pools", "/api/pools/../tokens", "/api/pools;x"]
) {
  Deno.test(
    `${path} is refused: addresses have one spelling`,
    withAdmin(async (admin) => {
      // `Request` would tidy the path up; Deno.serve hands over what was sent.
      const request = new Proxy(
        new Request("http://localhost/", { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } }),
        {
          get: (target, name) =>
            name === "url" ? `http://localhost${path}` : Reflect.get(target, name, target),
        },
      );

      const response = await admin.app.fetch(request);

      const { error } = await response.json();
      assert.deepEqual([response.status, error.code], [400, "invalid_request"]);
    }),
  );
}

Deno.test(
  "every answer is private, is never framed or guessed at, and allows no other origin",
  withAdmin(async (admin) => {
    const seen = new Set<number>();
    for (const [method, path] of await requestsOf(admin)) {
      const response = await admin.app.request(path, {
        method,
        headers: {
          authorization: `Bearer ${ADMIN_TOKEN}`,
          "content-type": "application/json",
          origin: "https://elsewhere.example",
          "access-control-request-method": "POST",
        },
        body: method === "POST" && path === "/api/tokens"
          ? JSON.stringify({ name: "x", keys: [aSecret(500)] })
          : method === "POST"
          ? '{"name":"x"}'
          : null,
      });
      await response.body?.cancel();
      seen.add(response.status);

      const { headers } = response;
      assert.equal(headers.get("cache-control"), "private, no-store", `${method} ${path}`);
      assert.equal(headers.get("x-content-type-options"), "nosniff");
      assert.equal(headers.get("x-frame-options"), "DENY");
      assert.equal(headers.get("referrer-policy"), "no-referrer");
      assert.equal(headers.get("cross-origin-resource-policy"), "same-origin");
      assert.equal(headers.get("cross-origin-opener-policy"), "same-origin");
      assert.deepEqual([...headers.keys()].filter((name) => name.startsWith("access-control")), []);
      assert.equal(headers.has("set-cookie"), false);
    }

    assert.deepEqual([...seen].sort(), [200, 201, 204, 400, 404, 405, 409]);
  }),
);
