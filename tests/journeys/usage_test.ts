import assert from "node:assert/strict";
import { simKey } from "../simulator/simulator.ts";
import { handClock } from "../support/hand_clock.ts";
import { FLASH, type Isolate, read, withService } from "../support/service.ts";

const PRO = "gemini-2.5-pro";

interface Counted {
  readonly requests: number;
  readonly tokens: { readonly total: number };
}

/** Usage since yesterday, once everything is stored. */
async function usageOf(isolate: Isolate, query: string) {
  await isolate.service.settle();
  const { status, json, text } = await isolate.admin(`GET /api/usage?${query}`);
  assert.equal(status, 200, text);
  return json.items;
}

Deno.test("an operator sees what each token, key, model and pool was used for", () => {
  const clock = handClock();
  return withService({ clock }, async (t) => {
    const { id, token, poolId, keys } = await t.token([simKey("ok", 1), simKey("ok", 2)]);
    for (let n = 0; n < 6; n++) {
      assert.equal((await t.generate({ token, model: n < 4 ? FLASH : PRO })).status, 200);
    }

    const [ofToken] = await usageOf(t, "by=token&step=hour");
    const models = await usageOf(t, `by=model&token=${id}`);
    const ofKeys = await usageOf(t, `by=key&pool=${poolId}`);
    const [ofPool] = await usageOf(t, "by=pool&step=hour");

    assert.deepEqual([ofToken.at, ofToken.token], ["2026-11-23T12:00:00.000Z", id]);
    assert.deepEqual([ofToken.requests, ofToken.outcomes.served], [6, 6]);
    assert.ok(ofToken.tokens.prompt > 0 && ofToken.tokens.output > 0);
    assert.deepEqual([ofToken.successRate, typeof ofToken.latencyMs.p95], [1, "number"]);
    assert.deepEqual(
      models.map((item: { model: string; requests: number }) => [item.model, item.requests]),
      [[FLASH, 4], [PRO, 2]],
    );
    assert.deepEqual(
      ofKeys.map((item: { key: string; requests: number }) => [item.key, item.requests]),
      keys.added.map((key) => [key.id, 3]),
    );
    assert.deepEqual([ofPool.pool, ofPool.tokens], [poolId, ofToken.tokens]);
    const shown = (await t.admin(`GET /api/tokens/${id}`)).json;
    assert.equal(shown.lastUsedAt, "2026-11-23T12:00:00.000Z");
  });
});

Deno.test("a key that fails is counted as that, and the request that another key saved as served", () => {
  const clock = handClock();
  return withService({ clock }, async (t) => {
    const { token, keys } = await t.token([simKey("exhausted-day", 1), simKey("ok", 2)]);
    for (let n = 0; n < 4; n++) assert.equal((await t.generate({ token })).status, 200);

    const ofKeys = await usageOf(t, "by=key");
    const [ofToken] = await usageOf(t, "by=token");

    const [spent, good] = keys.added.map(({ id }) =>
      ofKeys.find(({ key }: { key: string }) => key === id)
    );
    assert.equal(spent.outcomes.exhausted, 1);
    assert.equal(spent.tokens.total, 0);
    assert.equal(good.outcomes.served, 4);
    assert.equal(good.tokens.total, ofToken.tokens.total);
    assert.deepEqual([ofToken.outcomes.served, ofToken.retriesSaved], [4, 1]);
  });
});

Deno.test("a request counts by what it came to, and one without a valid token does not", () => {
  const clock = handClock();
  return withService({ clock }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const { token: empty } = await t.token([simKey("exhausted-day", 1)]);
    await t.generate({ token, body: "{ this is no JSON" });
    await t.ask("/nothing", { headers: { "x-goog-api-key": token } });
    await t.generate({ token: `gkr_${"x".repeat(43)}` });
    await t.generate({ token: empty });

    const items = await usageOf(t, "by=token");

    const outcomes = items.map(({ outcomes }: { outcomes: Record<string, number> }) =>
      Object.entries(outcomes).filter(([, count]) => count > 0)
    );
    assert.deepEqual(outcomes, [[["refused", 2]], [["exhausted", 1]]]);
  });
});

Deno.test("a stream counts when it has ended, with what it used", () => {
  const clock = handClock();
  return withService({ clock }, async (t) => {
    const { token } = await t.token([simKey("ok")]);

    const stream = await t.stream({ token });
    assert.deepEqual(await usageOf(t, "by=token"), []);
    assert.equal((await read(stream)).status, 200);

    const [item] = await usageOf(t, "by=token");
    assert.equal(item.outcomes.served, 1);
    assert.ok(item.tokens.output > 0);
  });
});

Deno.test("a chat in OpenAI's words counts as one in Gemini's, under the model behind its name", () => {
  const clock = handClock();
  return withService({ clock }, async (t) => {
    const { token, poolId } = await t.token([simKey("ok")]);
    await t.admin(`PATCH /api/pools/${poolId}`, { aliases: { "gpt-4o": FLASH } });

    const { status, json } = await t.ask("/v1/chat/completions", {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: "Hello" }] }),
    });

    assert.equal(status, 200);
    const [item] = await usageOf(t, "by=model");
    assert.deepEqual([item.model, item.requests], [FLASH, 1]);
    assert.equal(item.tokens.prompt, json.usage.prompt_tokens);
    assert.equal(item.tokens.total, json.usage.total_tokens);
  });
});

Deno.test("what was counted survives the end of its process, and adds up over all of them", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("ok", 1), simKey("ok", 2)]);
    const there = await t.another();
    await Promise.all(
      [t, there].flatMap((isolate) =>
        Array.from({ length: 25 }, () => isolate.generate({ token }))
      ),
    );

    await there.stop();

    // There are two when midnight passes meanwhile.
    const items: Counted[] = await usageOf(t, "by=token");
    assert.equal(items.reduce((sum, { requests }) => sum + requests, 0), 50);
    const logged = t.log.reduce((sum, { usage }) => sum + (usage?.total ?? 0), 0);
    assert.equal(items.reduce((sum, { tokens }) => sum + tokens.total, 0), logged);
  }));

Deno.test("what was used while storage is down is counted when it is back, exactly once", () => {
  const clock = handClock();
  return withService({ clock }, async (t) => {
    const { token } = await t.token([simKey("ok", 1), simKey("ok", 2)]);
    assert.equal((await t.generate({ token })).status, 200);
    await t.chores();
    const troubles = ["error", "error_after", "error_after", "error"] as const;
    for (const trouble of troubles) {
      t.kv.meddle = (operation) => operation === "commit" ? trouble : null;
      for (let n = 0; n < 5; n++) assert.equal((await t.generate({ token })).status, 200);
      await t.chores();
    }
    t.kv.meddle = () => null;

    const [item] = await usageOf(t, "by=token");

    assert.equal(item.requests, 21);
    assert.equal((await usageOf(t, "by=pool"))[0].requests, 21);
    await t.stop();
    assert.ok(t.log.some(({ what }) => what === "could not save usage"));
  });
});

/** Lets time pass as the service would see it: each chore at its times. */
async function pass(isolate: Isolate, clock: ReturnType<typeof handClock>, ms: number) {
  const begins = clock.monotonicMs();
  await clock.advance(ms);
  for (const { everyMs, run } of isolate.service.chores) {
    if (Math.floor((begins + ms) / everyMs) > Math.floor(begins / everyMs)) run();
  }
  await clock.advance(0);
}

Deno.test("fifty requests a second cost storage 0.05 writes each at most, and strangers none (SEC-F2)", () => {
  const clock = handClock();
  return withService({ clock }, async (t) => {
    const keys = Array.from({ length: 10 }, (_, n) => simKey("ok", n));
    const { token } = await t.token(keys, { requestsPerMinute: 100_000, tokensPerDay: 1e9 });
    await t.generate({ token });
    await t.chores();
    t.kv.counts.commit = t.kv.mutations = 0;

    for (let n = 0; n < 1_500; n++) {
      assert.equal((await t.generate({ token })).status, 200);
      await pass(t, clock, 20);
    }
    await t.chores();
    const commits = t.kv.counts.commit;
    t.kv.counts.commit = t.kv.mutations = 0;
    for (let n = 0; n < 500; n++) {
      await t.generate({ token: `gkr_${String(n).padStart(43, "x")}` });
      await t.generate({ token: "nonsense" });
      await pass(t, clock, 20);
    }

    assert.ok(commits <= 0.05 * 1_500, `${commits} commits`);
    assert.deepEqual([t.kv.counts.commit, t.kv.mutations], [0, 0]);
  });
});
