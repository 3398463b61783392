import assert from "node:assert/strict";
import type { RequestItem } from "../../lib/web/admin/request_item.ts";
import { simKey } from "../simulator/simulator.ts";
import { handClock } from "../support/hand_clock.ts";
import { FLASH, PROMPT, type TestService, withService } from "../support/service.ts";

async function requestOf({ admin }: TestService, id: string | null): Promise<RequestItem> {
  const { status, json, text } = await admin(`GET /api/requests/${id}`);
  assert.equal(status, 200, text);
  return json;
}

Deno.test("a client tells the id it saw, and the operator sees which keys were tried and why they failed", () =>
  withService({}, async (t) => {
    const { id: token, token: secret, poolId, keys } = await t.token([
      simKey("exhausted-day"),
      simKey("exhausted-day", 2),
    ]);
    const [key] = keys.added;
    await t.admin(`PATCH /api/pools/${poolId}/keys/${key!.id}`, { label: "from the shared drive" });

    const refused = await t.generate({ token: secret });
    const request = await requestOf(t, refused.headers.get("x-request-id"));

    assert.equal(refused.status, 429);
    assert.deepEqual(
      [request.status, request.operation, request.model, request.code, request.reason],
      [429, "generateContent", FLASH, "pool_cooling", "day_quota"],
    );
    assert.deepEqual(request.token, { id: token, name: "a client" });
    assert.equal(request.attempts.length, 2);
    const attempt = request.attempts.find((attempt) => attempt.key === key!.id);
    assert.deepEqual([attempt?.label, attempt?.fingerprint, attempt?.status], [
      "from the shared drive",
      key!.fingerprint,
      429,
    ]);
  }));

Deno.test("failed requests outlive the process, hold no prompt, and are seen by every other", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("invalid")]);
    const there = await t.another();
    const body = { contents: "canary-prompt", [PROMPT]: 1 };
    const failures = [
      await there.generate({ token }),
      await there.generate({ token, body }),
      await there.ask("/v1/chat/completions", {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify({ model: FLASH, messages: [{ role: PROMPT, content: PROMPT }] }),
      }),
    ];
    await there.stop();

    const { json, text } = await t.admin("GET /api/requests?failed");

    const ids = json.items.map(({ id }: RequestItem) => id);
    assert.deepEqual(ids.sort(), failures.map(({ headers }) => headers.get("x-request-id")).sort());
    assert.ok(failures.every(({ status }) => status >= 400));
    assert.ok(!text.includes("canary-prompt"));
  }));

Deno.test("strangers and good answers leave nothing behind", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("ok")]);

    await t.generate({ token });
    await t.generate({ token: `gkr_${"x".repeat(43)}` });
    await t.ask("/v1beta/models/x:generateContent", { method: "POST", body: "{}" });
    await t.ask("/api/pools");
    await t.chores();

    assert.deepEqual((await t.admin("GET /api/requests")).json, {
      items: [],
      cursor: null,
      dropped: 0,
    });
  }));

Deno.test("when everything fails, 50 times a second, failures cost at most 0.05 writes each, and are counted", () => {
  const clock = handClock();
  return withService({ clock }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const body = { contents: 1 };
    const fail = () => t.generate({ token, body, model: "..bad" });
    assert.ok((await fail()).status >= 400);
    await t.chores();
    const before = t.kv.mutations;

    let requests = 0;
    for (let flush = 0; flush < 5; flush++) {
      for (let n = 0; n < 500; n++, requests++) await fail();
      await clock.advance(10_000);
      await t.chores();
    }

    const writes = t.kv.mutations - before;
    const { json } = await t.admin("GET /api/requests?limit=1000");
    assert.ok(writes > 0 && writes / requests <= 0.05, `${writes} writes for ${requests} requests`);
    assert.equal(json.items.length + json.dropped, requests + 1);
    assert.ok(json.items.length >= 500);
  });
});

Deno.test("failures wait while storage is out of reach, and are there when it is back", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("invalid")]);
    await t.generate({ token });
    t.kv.meddle = (operation) => operation === "commit" ? "error" : null;
    const refused = await t.generate({ token });
    await t.chores();
    t.kv.meddle = () => {};
    await t.chores();

    const there = await t.another();
    const id = refused.headers.get("x-request-id");

    assert.equal((await there.admin(`GET /api/requests/${id}`)).status, 200);
  }));
