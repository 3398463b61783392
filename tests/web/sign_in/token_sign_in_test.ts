import assert from "node:assert/strict";
import { Browser } from "../../support/browser.ts";
import { dumpKv } from "../../support/kv.ts";
import { ADMIN_TOKEN, CLIENT, onStage, PUBLIC_URL, refusalOf } from "./stage.ts";

const LOCAL = "http://127.0.0.1:8000";

Deno.test(
  "whoever has the admin token signs in, and goes where they wanted",
  onStage(async (stage) => {
    const outcome = await stage.withToken(` ${ADMIN_TOKEN}\n`, { next: "/admin/tokens" });

    assert.ok(outcome.kind === "signed_in");
    const { status, headers } = outcome.reply;
    assert.deepEqual([status, headers.get("location")], [303, "/admin/tokens"]);
    assert.equal(headers.get("cache-control"), "private, no-store");
    assert.deepEqual(await stage.signIn.actorOf(stage.browser.request("/admin")), {
      kind: "admin_token",
    });
  }),
);

Deno.test(
  "the cookie is a __Host- cookie over https, with every guard there is",
  onStage(async (stage) => {
    await stage.withToken();

    const { name, attributes } = stage.browser.cookie;
    assert.equal(name, "__Host-gkr_session");
    assert.deepEqual(attributes, [
      "httponly",
      "max-age=43200",
      "path=/",
      "samesite=lax",
      "secure",
    ]);
  }),
);

Deno.test(
  "on this machine without https the cookie has neither the prefix nor Secure",
  onStage(async (stage) => {
    await stage.withToken();

    const { name, attributes } = stage.browser.cookie;
    assert.equal(name, "gkr_session");
    assert.deepEqual(attributes, [
      "httponly",
      "max-age=43200",
      "path=/",
      "samesite=lax",
    ]);
    assert.equal(await stage.isIn(), true);
  }, { publicUrl: null, origin: LOCAL, admins: null }),
);

Deno.test(
  "a cookie of this machine's kind opens nothing over https",
  onStage(async (stage) => {
    await stage.withToken();
    const session = stage.browser.cookies.get("__Host-gkr_session")!;
    const other = new Browser(PUBLIC_URL);
    other.cookies.set("gkr_session", session);

    assert.equal(await stage.isIn(other), false);
  }),
);

for (
  const [what, token] of [
    ["nothing", ""],
    ["another token", "adm_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"],
    ["the token without its last letter", ADMIN_TOKEN.slice(0, -1)],
    ["the token in capitals", ADMIN_TOKEN.toUpperCase()],
    ["the token twice", `${ADMIN_TOKEN} ${ADMIN_TOKEN}`],
  ] as const
) {
  Deno.test(
    `${what} signs nobody in, and is not repeated`,
    onStage(async (stage) => {
      const outcome = await stage.withToken(token, { next: "/admin/usage" });

      assert.ok(outcome.kind === "refused");
      assert.deepEqual([outcome.error.code, outcome.next], ["unauthenticated", "/admin/usage"]);
      assert.ok(token === "" || !outcome.error.message.includes(token));
      assert.equal(stage.browser.cookies.size, 0);
      assert.equal((await stage.storage.activity.list({})).items.length, 0);
    }),
  );
}

Deno.test(
  "signing in gives a new session each time, and ends the one before",
  onStage(async (stage) => {
    await stage.withToken();
    const before = stage.browser.copy();
    await stage.withToken();

    assert.notDeepEqual(before.cookies, stage.browser.cookies);
    assert.deepEqual([await stage.isIn(before), await stage.isIn()], [false, true]);
  }),
);

Deno.test(
  "a session that somebody planted before is not the one that signing in gives",
  onStage(async (stage) => {
    const planted = "x".repeat(43);
    const name = "__Host-gkr_session";
    stage.browser.cookies.set(name, { value: planted, attributes: [] });

    await stage.withToken();

    assert.notEqual(stage.browser.cookies.get(name)?.value, planted);
    stage.browser.cookies.set(name, { value: planted, attributes: [] });
    assert.equal(await stage.isIn(), false);
  }),
);

Deno.test(
  "a new admin token signs out everybody who came in by the old one",
  onStage(async (stage) => {
    await stage.withToken();
    const { actorOf } = stage.restarted({ adminToken: `${ADMIN_TOKEN}x` });

    assert.equal(await actorOf(stage.browser.request("/admin")), null);
  }),
);

for (
  const [what, headers] of [
    ["no origin at all", {}],
    ["another origin", { origin: "https://evil.example", "sec-fetch-site": "same-origin" }],
    ["our origin without https", { origin: "http://rotator.example" }],
    ["a name below ours", { origin: "https://a.rotator.example" }],
    ["a name that begins like ours", { origin: "https://rotator.example.evil.example" }],
    ["no origin that it may tell", { origin: "null", "sec-fetch-site": "cross-site" }],
    ["no origin, from a name beside ours", { origin: "null", "sec-fetch-site": "same-site" }],
  ] as const
) {
  Deno.test(
    `a login form from ${what} signs nobody in, and is not counted as a try`,
    onStage(async (stage) => {
      for (let n = 0; n < 10; n++) {
        const request = stage.browser.request("/admin/login", {
          method: "POST",
          headers,
          body: new URLSearchParams({ token: ADMIN_TOKEN }),
        });
        assert.equal(refusalOf(await stage.signIn.withToken(request, CLIENT)), "forbidden");
      }

      assert.equal(refusalOf(await stage.withToken()), null);
    }),
  );
}

Deno.test(
  "a form whose page tells its origin signs in as well, behind a proxy that ends TLS too",
  onStage(async (stage) => {
    const request = new Request("http://rotator.example/admin/login", {
      method: "POST",
      headers: { origin: PUBLIC_URL },
      body: new URLSearchParams({ token: ADMIN_TOKEN }),
    });

    const outcome = await stage.signIn.withToken(request, CLIENT);

    assert.ok(outcome.kind === "signed_in");
    assert.match(outcome.reply.headers.get("set-cookie") ?? "", /^__Host-gkr_session=.*; Secure/);
  }),
);

for (
  const origin of ["http://rotator.example", "https://10.0.0.7", "http://127.0.0.1.evil.example"]
) {
  Deno.test(
    `asked as ${origin}, a service without PUBLIC_URL signs nobody in`,
    onStage(async (stage) => {
      const request = stage.browser.request("/admin/login", {
        method: "POST",
        headers: { origin, "sec-fetch-site": "same-origin" },
        body: new URLSearchParams({ token: ADMIN_TOKEN }),
      });

      const outcome = await stage.signIn.withToken(request, CLIENT);

      assert.ok(outcome.kind === "refused");
      assert.match(outcome.error.message, /PUBLIC_URL/);
    }, { publicUrl: null, origin, admins: null }),
  );
}

for (
  const [type, body] of [
    ["application/json", `{"token":"${ADMIN_TOKEN}"}`],
    ["text/plain", `token=${ADMIN_TOKEN}`],
    ["multipart/form-data; boundary=x", `token=${ADMIN_TOKEN}`],
    ["application/x-www-form-urlencoded", `token=${"x".repeat(5_000)}`],
  ] as const
) {
  Deno.test(
    `a login form is no ${body.length} characters of ${type}`,
    onStage(async (stage) => {
      const request = stage.browser.request("/admin/login", {
        method: "POST",
        headers: { origin: PUBLIC_URL, "content-type": type },
        body,
      });

      const code = refusalOf(await stage.signIn.withToken(request, CLIENT));

      assert.ok(code === "invalid_request" || code === "too_large");
    }),
  );
}

Deno.test(
  "what is stored of a session tells neither the token nor the cookie, and no answer tells a digest",
  onStage(async (stage) => {
    const outcome = await stage.withToken();

    const stored = await dumpKv(stage.storage.kv);
    const cookie = stage.browser.cookies.get("__Host-gkr_session")?.value ?? "";
    assert.ok(cookie.length > 20 && !stored.includes(cookie) && !stored.includes(ADMIN_TOKEN));
    const [, digest = ""] = /\["session","([^"]+)"\]/.exec(stored) ?? [];
    const told = JSON.stringify([...(outcome.kind === "signed_in" ? outcome.reply.headers : [])]);
    assert.ok(digest.length === 43 && !told.includes(digest));
  }),
);
