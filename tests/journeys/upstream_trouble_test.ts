import assert from "node:assert/strict";
import { simKey } from "../simulator/simulator.ts";
import { LAST } from "../support/bodies.ts";
import { handClock } from "../support/hand_clock.ts";
import { withService } from "../support/service.ts";

Deno.test("a 503 is asked of one other key, and costs neither anything", () =>
  withService({}, async (t) => {
    const keys = [simKey("unavailable", 1), simKey("unavailable", 2), simKey("unavailable", 3)];
    const { token, poolId } = await t.token(keys);

    const { status, json, headers } = await t.generate({ token });

    assert.deepEqual([status, json.error.status], [503, "UNAVAILABLE"]);
    assert.equal(headers.get("retry-after"), null);
    assert.equal(t.simulator.calls().attempts, 2);
    assert.ok(Object.values(t.simulator.callsByKey()).every(({ attempts }) => attempts <= 1));
    assert.ok((await t.keys(poolId)).every(({ state }) => state === "ready"));
  }));

Deno.test("a key that fails now and then is covered for by another", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("flaky-20"), simKey("ok", 2), simKey("ok", 3)]);

    for (let n = 0; n < 200; n++) assert.equal((await t.generate({ token })).status, 200);
  }));

Deno.test("while everything fails Gemini hears at most 1.1 times what clients say", () => {
  const clock = handClock();
  return withService({ clock, simulator: { remember: 0 } }, async (t) => {
    const { token } = await t.token([simKey("unavailable", 1), simKey("unavailable", 2)]);
    for (let n = 0; n < 1_200; n++) {
      assert.equal((await t.generate({ token })).status, 503);
      if (n % 100 === 0) await clock.advance(1);
    }

    const { attempts } = t.simulator.calls();
    assert.ok(attempts > 1_200, "nothing was tried again");
    assert.ok(attempts <= 1.1 * 1_200, `${attempts} calls`);
  });
});

Deno.test("a Gemini that cannot be reached is a 502, and soon is left alone until it is back", async () => {
  const clock = handClock();
  let isThere = false;
  let calls = 0;
  const upstream = () => {
    calls += 1;
    if (isThere) return Response.json(LAST);
    throw new TypeError("error sending request for url: connection refused");
  };
  await withService({ clock, upstream }, async (t) => {
    const { token, poolId } = await t.token([simKey("ok", 1), simKey("ok", 2)]);
    for (let n = 0; n < 50; n++) {
      const { status, json, headers } = await t.generate({ token });
      assert.deepEqual([status, json.error.status], [502, "UNAVAILABLE"]);
      assert.equal(headers.get("retry-after"), "1");
    }
    assert.ok(calls <= 6, `${calls} calls`);
    assert.ok((await t.keys(poolId)).every(({ state }) => state === "ready"));

    isThere = true;
    await clock.advance(1_000);
    for (let n = 0; n < 10; n++) assert.equal((await t.generate({ token })).status, 200);
    await t.stop();
    assert.match(t.log.find(({ status }) => status === 502)?.cause ?? "", /connection refused/);
  });
});

Deno.test("on real sockets a port where nobody listens is a 502 that names no address", () =>
  withService({ sockets: true, env: { GEMINI_API_BASE_URL: "http://127.0.0.1:9" } }, async (t) => {
    const { token } = await t.token([simKey("ok", 1), simKey("ok", 2)]);

    const { status, text } = await t.generate({ token });

    assert.equal(status, 502);
    assert.doesNotMatch(text, /127\.0\.0\.1|:9/);
  }));

Deno.test("what is not Google's is asked of one other key and is a 502, and costs neither anything", async () => {
  const strange: readonly (() => Response)[] = [
    () => new Response("<html>", { status: 502, headers: { "content-type": "text/html" } }),
    () => new Response("<html>", { status: 429, headers: { "content-type": "text/html" } }),
    () => Response.json({ success: false, errors: [{ code: 10000 }] }, { status: 401 }),
    () => Response.json({ error: "rate limited" }, { status: 429 }),
    () => new Response("", { status: 403 }),
    () => new Response("\xff\xfe{", { status: 400 }),
    () =>
      new Response(`{"error":{"code":403,"message":"${"x".repeat(5_000_000)}"}}`, { status: 403 }),
  ];
  for (const answer of strange) {
    let calls = 0;
    const upstream = () => (calls += 1, answer());
    await withService({ upstream }, async (t) => {
      const { token, poolId } = await t.token([1, 2, 3].map((n) => simKey("ok", n)));

      const { status, text } = await t.generate({ token });

      assert.equal(status, 502, text);
      assert.ok(text.length < 1_000);
      assert.equal(calls, 2);
      assert.ok((await t.keys(poolId)).every(({ state }) => state === "ready"));
    });
  }
});

Deno.test("a service in a region that Gemini does not serve says so, and asks no second key", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("location", 1), simKey("location", 2)]);

    const { status, json } = await t.generate({ token });

    assert.equal(status, 503);
    assert.match(json.error.message, /region/);
    assert.equal(t.simulator.calls().attempts, 1);
  }));

Deno.test("a pool without keys is a 503 that says what is missing", () =>
  withService({}, async (t) => {
    const { json: pool } = await t.admin("POST /api/pools", { name: "empty" });
    const { json: made } = await t.admin("POST /api/tokens", { name: "a", poolId: pool.id });
    t.canaries.add("access token", made.token);

    const { status, json } = await t.generate({ token: made.token });

    assert.equal(status, 503);
    assert.equal(json.error.details[0].reason, "POOL_EMPTY");
  }));
