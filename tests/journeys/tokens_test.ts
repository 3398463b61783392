import assert from "node:assert/strict";
import { simKey } from "../simulator/simulator.ts";
import { handClock } from "../support/hand_clock.ts";
import { FLASH, type Isolate, withService } from "../support/service.ts";

const PRO = "gemini-2.5-pro";

async function statusOf(isolate: Isolate, token: string): Promise<number> {
  return (await isolate.generate({ token })).status;
}

Deno.test("a token that is disabled, and enabled again, holds at once where it was done and within ten seconds elsewhere", () => {
  const clock = handClock();
  return withService({ clock }, async (t) => {
    const { id, token } = await t.token([simKey("ok")]);
    const there = await t.another();
    assert.deepEqual([await statusOf(t, token), await statusOf(there, token)], [200, 200]);

    await t.admin(`PATCH /api/tokens/${id}`, { enabled: false });
    const refused = await t.generate({ token });
    assert.deepEqual([refused.status, refused.json.error.status], [403, "PERMISSION_DENIED"]);
    await clock.advance(10_000);
    assert.equal(await statusOf(there, token), 403);

    await t.admin(`PATCH /api/tokens/${id}`, { enabled: true });
    assert.equal(await statusOf(t, token), 200);
    await clock.advance(10_000);
    assert.equal(await statusOf(there, token), 200);
  });
});

Deno.test("a token that is deleted never works again, and elsewhere for ten seconds at most", () => {
  const clock = handClock();
  return withService({ clock }, async (t) => {
    const { id, token } = await t.token([simKey("ok")]);
    const there = await t.another();
    await statusOf(there, token);

    assert.equal((await t.admin(`DELETE /api/tokens/${id}`)).status, 204);

    assert.equal(await statusOf(t, token), 401);
    await clock.advance(10_000);
    for (let n = 0; n < 3; n++) assert.equal(await statusOf(there, token), 401);
  });
});

Deno.test("a token in constant use hears of its end within ten seconds too", () => {
  const clock = handClock();
  return withService({ clock }, async (t) => {
    const { id, token } = await t.token([simKey("ok")]);
    const there = await t.another();
    await statusOf(there, token);

    await t.admin(`DELETE /api/tokens/${id}`);
    for (let second = 0; second < 10; second++) {
      await statusOf(there, token);
      await clock.advance(1_000);
    }

    assert.equal(await statusOf(there, token), 401);
  });
});

Deno.test("a token stops the moment it expires, wherever it is known", () => {
  const clock = handClock();
  return withService({ clock }, async (t) => {
    const expiresAt = new Date(clock.now() + 3_000).toISOString();
    const { token } = await t.token([simKey("ok")], { expiresAt });

    await clock.advance(2_999);
    assert.equal(await statusOf(t, token), 200);
    await clock.advance(1);

    const { status, json } = await t.generate({ token });
    assert.equal(status, 403);
    assert.match(json.error.message, /has expired/);
    assert.equal(t.simulator.calls().attempts, 1);
  });
});

Deno.test("a token that is limited to models may use these and no others, in every call that names one", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("ok")], { allowedModels: [FLASH] });
    const get = async (path: string) =>
      (await t.ask(path, { headers: { "x-goog-api-key": token } })).status;

    assert.equal(await statusOf(t, token), 200);
    assert.equal(await get(`/v1beta/models/${FLASH}`), 200);
    for (const verb of ["generateContent", "streamGenerateContent", "countTokens"]) {
      const { status, json } = await t.generate({ token, model: PRO, verb });
      assert.deepEqual([status, json.error.status], [403, "PERMISSION_DENIED"]);
      assert.match(json.error.message, /limited to gemini-2\.5-flash/);
    }
    assert.equal(await get(`/v1beta/models/${PRO}`), 403);
    assert.ok(t.outbound.every(({ url }) => !url.includes(PRO)));
  }));

Deno.test("tokens of one pool are served by its keys, and never by another pool's", () =>
  withService({}, async (t) => {
    const one = await t.token([simKey("ok", 1)]);
    const other = await t.token([simKey("exhausted-day", 2)]);

    assert.equal(await statusOf(t, one.token), 200);
    assert.equal(await statusOf(t, other.token), 429);

    assert.equal(t.simulator.calls(simKey("ok", 1)).attempts, 1);
  }));

Deno.test("a token is shown once, in the answer that made it", () =>
  withService({}, async (t) => {
    const { id, token } = await t.token([simKey("ok")]);

    for (const call of ["GET /api/tokens", `GET /api/tokens/${id}`] as const) {
      const { status, text } = await t.admin(call);
      assert.equal(status, 200);
      assert.ok(!text.includes(token));
    }
    assert.match(token, /^gkr_[\w-]{43,}$/);
  }));

Deno.test("keys that an operator adds and removes serve and stop at once here, and soon elsewhere", () => {
  const clock = handClock();
  return withService({ clock }, async (t) => {
    const [old, fresh] = [simKey("ok", 1), simKey("ok", 2)];
    const { token, poolId, keys } = await t.token([old]);
    const there = await t.another();
    assert.equal(await statusOf(there, token), 200);
    t.canaries.add("upstream key", fresh);

    await t.admin(`POST /api/pools/${poolId}/keys`, { keys: [fresh] });
    await t.admin(`DELETE /api/pools/${poolId}/keys/${keys.added[0]!.id}`);
    const before = t.simulator.calls(old).attempts;
    for (let n = 0; n < 3; n++) assert.equal(await statusOf(t, token), 200);
    await clock.advance(10_000);
    for (let n = 0; n < 3; n++) assert.equal(await statusOf(there, token), 200);

    assert.equal(t.simulator.calls(old).attempts, before);
    assert.equal(t.simulator.calls(fresh).attempts, 6);
  });
});
