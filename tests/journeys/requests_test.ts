import assert from "node:assert/strict";
import { simKey } from "../simulator/simulator.ts";
import { askedWith, FLASH, PROMPT, withService } from "../support/service.ts";

const UPLOAD = "/upload/v1beta/files";

Deno.test("what a client got wrong goes straight back in Google's words, and is asked once", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("ok", 1), simKey("ok", 2)]);

    const unknown = await t.generate({ token, model: "gemini-nonexistent" });
    const malformed = await t.generate({ token, body: '{"contents": [' });
    const empty = await t.generate({ token, body: "" });
    const missing = await t.generate({ token, body: {} });

    assert.deepEqual([unknown.status, unknown.json.error.status], [404, "NOT_FOUND"]);
    assert.match(unknown.json.error.message, /gemini-nonexistent is not found/);
    assert.deepEqual([malformed.status, malformed.json.error.status], [400, "INVALID_ARGUMENT"]);
    assert.equal(empty.status, 400);
    assert.equal(missing.status, 400);
    assert.equal(t.simulator.calls().attempts, 4);
  }));

Deno.test("a body nested a million levels deep is Gemini's to refuse, and harms nobody", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("ok")]);

    const deep = await t.generate({ token, body: '{"a":'.repeat(100_000) });

    assert.equal(deep.status, 400);
    assert.equal((await t.generate({ token })).status, 200);
  }));

Deno.test("a body larger than 100 MiB is a 413 before anything of it is read", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const headers = { "content-length": String(100 * 1_048_576 + 1) };

    const { status, json } = await t.generate({ token, body: new Uint8Array(10), headers });

    assert.deepEqual([status, json.error.code], [413, 413]);
    assert.equal(t.simulator.calls().attempts, 0);
  }));

Deno.test("a compressed body is a 400, because we do not unpack it", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("ok")]);

    const { status } = await t.generate({ token, headers: { "content-encoding": "gzip" } });

    assert.equal(status, 400);
    assert.equal(t.simulator.calls().attempts, 0);
  }));

Deno.test("addresses that are not proxied say so, and Gemini hears nothing of them", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const headers = { "x-goog-api-key": token };
    const statuses: Record<string, number> = {};
    for (
      const call of [
        "GET /v1beta/files",
        `POST ${UPLOAD}`,
        "POST /v1beta/cachedContents",
        `POST /v1beta/models/${FLASH}:predict`,
        `POST /v1beta/models/${FLASH}:constructor`,
        "GET /v1alpha/models",
        "GET /v2/models",
        "GET /nothing",
        `GET /v1beta/models/${FLASH}:generateContent`,
        "POST /v1beta/models",
        "DELETE /v1beta/models",
        "PUT /v1beta/models",
        "HEAD /v1beta/models",
        "GET /v1beta/models/-x",
        "GET /v1beta/models?alt=sse",
        "GET /v1beta/models?pageSize=1&pageSize=2",
      ]
    ) {
      const [method = "", path = ""] = call.split(" ");
      statuses[call] = (await t.ask(path, { method, headers })).status;
    }

    assert.deepEqual(Object.values(statuses), [
      ...[404, 404, 404, 404, 404, 404, 404, 404],
      ...[405, 405, 405, 405, 405, 400, 400, 400],
    ], JSON.stringify(statuses, null, 2));
    assert.equal(t.simulator.calls().attempts, 0);
  }));

/** Sends a request as it is written, and reads what comes back. */
async function raw(origin: string, request: string): Promise<string> {
  const { hostname, port } = new URL(origin);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  await connection.write(new TextEncoder().encode(request.replaceAll("\n", "\r\n")));
  let text = "";
  const buffer = new Uint8Array(65_536);
  for (
    let read = await connection.read(buffer);
    read !== null;
    read = await connection.read(buffer)
  ) {
    text += new TextDecoder().decode(buffer.subarray(0, read));
  }
  return text;
}

Deno.test("odd paths and hosts are refused on the wire, and never reach Gemini or the admin plane", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const origin = t.listen();
    const paths = [
      "/v1beta/../api/pools",
      "/v1beta/%2e%2e/api/pools",
      "//api/pools",
      "/%61pi/pools",
      "/v1beta/models/x%2F..%2Fcached:generateContent",
      "/v1beta/models/..:generateContent",
      "/v1beta/models/a;b:generateContent",
      "/v1beta\\..\\api",
    ];
    const hosts = ["a/admin?", "a@b", "a b", "[::1", "x".repeat(9_000)];

    for (const path of paths) {
      const answer = await raw(
        origin,
        `GET ${path} HTTP/1.1\nHost: a\nx-goog-api-key: ${token}\nConnection: close\n\n`,
      );
      assert.match(answer, /^HTTP\/1\.1 400/, path);
    }
    for (const host of hosts) {
      const answer = await raw(
        origin,
        `GET /v1beta/models HTTP/1.1\nHost: ${host}\nx-goog-api-key: ${token}\nConnection: close\n\n`,
      );
      assert.match(answer, /^HTTP\/1\.1 (?:400|431)/, host);
    }
    assert.equal(t.simulator.calls().attempts, 0);
  }));

Deno.test("a preflight is answered from memory, with no look at storage", () =>
  withService({}, async (t) => {
    const before = { ...t.kv.counts };
    const headers = {
      origin: "https://page.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "x-goog-api-key, x-stainless-os, cookie",
    };

    for (const path of ["/v1beta/models", "/v1/anything", "/"]) {
      const answer = await t.ask(path === "/" ? "/x" : path, { method: "OPTIONS", headers });
      assert.equal(answer.status, 204);
      assert.equal(answer.headers.get("access-control-allow-origin"), "*");
      assert.equal(answer.headers.get("access-control-allow-credentials"), null);
      const allowed = answer.headers.get("access-control-allow-headers") ?? "";
      assert.match(allowed, /x-goog-api-key/);
      assert.doesNotMatch(allowed, /cookie/);
    }

    assert.deepEqual(t.kv.counts, before);
  }));

Deno.test("answers and errors can be read by pages of an allowed origin only", () =>
  withService({ env: { CORS_ALLOWED_ORIGINS: "https://good.example" } }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const from = async (origin: string, its: string) =>
      (await t.generate({ token: its, headers: { origin } })).headers
        .get("access-control-allow-origin");

    assert.equal(await from("https://good.example", token), "https://good.example");
    assert.equal(await from("https://good.example", "x".repeat(40)), "https://good.example");
    assert.equal(await from("https://evil.example", token), null);
  }));

Deno.test("a request without a valid token writes nothing, and one without grammar reads nothing", () =>
  withService({}, async (t) => {
    await t.token([simKey("ok")]);
    const before = { ...t.kv.counts };

    for (
      const token of [
        "",
        "short",
        "x".repeat(300),
        "sp ace in the middle of it",
        "a,b,c,d,e,f,g,h,i,j,k",
      ]
    ) {
      assert.equal((await t.generate({ token })).status, 401);
    }
    assert.deepEqual(t.kv.counts, before);
    for (let n = 0; n < 10; n++) {
      assert.equal((await t.generate({ token: `gkr_${"x".repeat(43)}` })).status, 401);
    }
    assert.equal(t.kv.counts.commit, before.commit);
    assert.ok(t.kv.counts.get + t.kv.counts.getMany <= before.get + before.getMany + 3);
  }));

Deno.test("what looks like a secret is kept out of the log, in whatever place a client puts it", () =>
  withService({}, async (t) => {
    const secret = simKey("ok");
    const { token } = await t.token([secret]);
    const headers = { "x-goog-api-key": token, "content-type": "application/json" };
    const body = JSON.stringify(askedWith(PROMPT));

    await t.ask(`/v1beta/models/${token}:generateContent`, { method: "POST", headers, body });
    await t.ask(`/v1beta/models/${secret}`, { headers });
    await t.ask(`/v1beta/models/${secret}:generateContent?key=${token}`, { method: "POST", body });
    await t.ask(`/v1beta/${token}/${secret}`, { headers });
    await t.ask(`/${secret}`);
    await t.ask(`/api/pools/${token}`, { headers: { authorization: `Bearer ${token}` } });
    await t.admin(`GET /api/pools/${secret}/keys`);
    await t.admin("POST /api/pools", { name: "x", [token]: secret });
  }));

Deno.test("an id of a client's own choosing is not taken for ours", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const id = "00000000-0000-4000-8000-000000000000";

    const { headers } = await t.generate({ token, headers: { "x-request-id": id } });

    assert.notEqual(headers.get("x-request-id"), id);
  }));

Deno.test("the line of a request tells its attempts and its usage, and where it went wrong", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("exhausted"), simKey("ok")]);
    const { headers } = await t.generate({ token });
    const again = await t.generate({ token });
    await t.stop();

    const ids = [headers, again.headers].map((its) => its.get("x-request-id"));
    const lines = ids.map((id) => t.log.find((line) => line.id === id));
    const rules = lines.flatMap((line) => line?.attempts?.map(({ rule }) => rule) ?? []).sort();
    assert.deepEqual(rules.slice(0, 2), ["minute_quota", "served"]);
    for (const line of lines) {
      assert.equal(line?.operation, "generateContent");
      assert.equal(line?.model, FLASH);
      assert.ok((line?.usage?.total ?? 0) > 0);
    }
  }));
