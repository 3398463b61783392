import assert from "node:assert/strict";
import OpenAI from "openai";
import { simKey } from "../simulator/simulator.ts";
import { handClock } from "../support/hand_clock.ts";
import { FLASH, type Isolate, withService } from "../support/service.ts";

/** A chat in OpenAI's words. */
function chat(isolate: Isolate, token: string) {
  return isolate.ask("/v1/chat/completions", {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ model: FLASH, messages: [{ role: "user", content: "Hello" }] }),
  });
}

Deno.test("a token that has made its requests for the minute hears in either dialect when to go on, and Gemini nothing", () => {
  const clock = handClock();
  return withService({ clock }, async (t) => {
    const { token } = await t.token([simKey("ok")], { requestsPerMinute: 3 });
    for (let n = 0; n < 3; n++) {
      assert.equal((await t.generate({ token })).status, 200);
      await clock.advance(5_000);
    }
    const before = t.simulator.calls().attempts;

    const native = await t.generate({ token });
    const openAi = await chat(t, token);

    assert.deepEqual([native.status, native.json.error.status], [429, "RESOURCE_EXHAUSTED"]);
    assert.equal(native.json.error.details[0].reason, "RATE_LIMITED");
    assert.equal(native.headers.get("retry-after"), "45");
    assert.deepEqual([openAi.status, openAi.json.error.type, openAi.json.error.code], [
      429,
      "rate_limit_error",
      "rate_limit_exceeded",
    ]);
    assert.equal(openAi.headers.get("retry-after-ms"), "45000");
    assert.equal(t.simulator.calls().attempts, before);
    await clock.advance(45_000);
    assert.equal((await chat(t, token)).status, 200);
    assert.equal((await t.generate({ token })).status, 429);
  });
});

Deno.test("a token that has used its day stops in either dialect until midnight in UTC", () => {
  const clock = handClock();
  return withService({ clock }, async (t) => {
    const { token } = await t.token([simKey("ok")], { tokensPerDay: 1 });
    assert.equal((await t.generate({ token })).status, 200);

    const native = await t.generate({ token });
    const openAi = await chat(t, token);

    assert.equal(native.status, 429);
    assert.equal(native.headers.get("retry-after"), String(12 * 3_600));
    assert.match(native.json.error.message, /limited to 1 tokens a day.*2026-11-24T00:00:00.000Z/);
    assert.deepEqual([openAi.status, openAi.json.error.code], [429, "insufficient_quota"]);
    assert.equal(openAi.headers.get("x-should-retry"), "false");
    await clock.advance(12 * 3_600_000);
    assert.equal((await t.generate({ token })).status, 200);
  });
});

Deno.test("OpenAI's SDK throws a rate limit for a token at its limit", () => {
  const clock = handClock();
  return withService({ clock }, async (t) => {
    const { token } = await t.token([simKey("ok")], { requestsPerMinute: 1 });
    const ai = new OpenAI({
      apiKey: token,
      baseURL: "http://rotator.example/v1",
      maxRetries: 0,
      fetch: (input, init) => t.send(String(input), init as RequestInit),
    });
    const ask = () =>
      ai.chat.completions.create({ model: FLASH, messages: [{ role: "user", content: "Hi" }] });
    await ask();

    await assert.rejects(ask, OpenAI.RateLimitError);
  });
});

Deno.test("a day that is used up stays used up after a restart, once it has been looked up", () => {
  const clock = handClock();
  return withService({ clock }, async (t) => {
    const { token } = await t.token([simKey("ok")], { tokensPerDay: 1 });
    assert.equal((await t.generate({ token })).status, 200);
    await t.stop();
    const restarted = await t.another();

    // The first is let in while it is looked up.
    assert.equal((await restarted.generate({ token })).status, 200);
    await restarted.chores();

    assert.equal((await restarted.generate({ token })).status, 429);
  });
});

Deno.test("processes share a token's limits, give or take what each serves between two refreshes", () => {
  const clock = handClock();
  return withService({ clock }, async (t) => {
    const limit = 60;
    const { token } = await t.token([simKey("ok", 1), simKey("ok", 2)], {
      requestsPerMinute: limit,
    });
    const isolates = [t, await t.another()];
    const perSecond = 2;
    let served = 0;

    for (let second = 0; second < 60; second++) {
      for (const isolate of isolates) {
        for (let n = 0; n < perSecond; n++) {
          if ((await isolate.generate({ token })).status === 200) served += 1;
        }
        if (second % 5 === 4) await isolate.chores();
      }
      await clock.advance(1_000);
    }

    const betweenRefreshes = isolates.length * 2 * 5 * perSecond;
    assert.ok(served >= limit && served <= limit + betweenRefreshes, `${served} served`);
  });
});

Deno.test("fifty requests at once get no more than the limit through one process", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("ok")], { requestsPerMinute: 10 });

    const answers = await Promise.all(Array.from({ length: 50 }, () => t.generate({ token })));

    assert.equal(answers.filter(({ status }) => status === 200).length, 10);
    await t.service.settle();
    const { json } = await t.admin("GET /api/usage?by=token");
    assert.equal(json.items[0].outcomes.limited, 40);
  }));

Deno.test("a limit that an operator sets, changes or lifts holds with the next request here", () => {
  const clock = handClock();
  return withService({ clock }, async (t) => {
    const { id, token } = await t.token([simKey("ok")]);
    const statuses = async (times: number) => {
      const all: number[] = [];
      for (let n = 0; n < times; n++) all.push((await t.generate({ token })).status);
      return all;
    };
    assert.deepEqual(await statuses(3), [200, 200, 200]);

    const set = await t.admin(`PATCH /api/tokens/${id}`, { requestsPerMinute: 1 });
    assert.equal(set.json.requestsPerMinute, 1);
    assert.deepEqual(await statuses(2), [200, 429]);

    await t.admin(`PATCH /api/tokens/${id}`, { requestsPerMinute: null });
    assert.deepEqual(await statuses(2), [200, 200]);
  });
});

Deno.test("limits go on while storage is down, and no request waits for it", () => {
  const clock = handClock();
  return withService({ clock }, async (t) => {
    const { token } = await t.token([simKey("ok")], { requestsPerMinute: 20 });
    for (let n = 0; n < 15; n++) assert.equal((await t.generate({ token })).status, 200);
    t.kv.meddle = () => "error";
    t.service.chores.forEach(({ run }) => run());

    for (let n = 0; n < 5; n++) assert.equal((await t.generate({ token })).status, 200);
    assert.equal((await t.generate({ token })).status, 429);
    t.kv.meddle = () => null;
  });
});
