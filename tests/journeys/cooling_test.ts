import assert from "node:assert/strict";
import { simKey } from "../simulator/simulator.ts";
import { type HandClock, handClock } from "../support/hand_clock.ts";
import { type Answered, FLASH, type TestService, withService } from "../support/service.ts";

const PRO = "gemini-2.5-pro";
const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
/** From noon in London to midnight in Los Angeles, in winter. */
const TO_MIDNIGHT = 20 * HOUR;

/** A test on a clock that only it moves, without jitter. */
function onAClock(test: (t: TestService, clock: HandClock) => Promise<void>): () => Promise<void> {
  const clock = handClock();
  return () => withService({ clock, random: () => 0 }, (t) => test(t, clock));
}

/** How long a refusal says to wait, in seconds; it has to say the same in both places. */
function secondsToWait({ status, headers, json }: Answered): number {
  assert.equal(status, 429);
  assert.equal(json.error.status, "RESOURCE_EXHAUSTED");
  const info = json.error.details.find((detail: Record<string, string>) =>
    detail["@type"] === "type.googleapis.com/google.rpc.RetryInfo"
  );
  assert.equal(info.retryDelay, `${headers.get("retry-after")}s`);
  return Number(headers.get("retry-after"));
}

Deno.test(
  "a spent day cools a key for its model until midnight Pacific, though Gemini says 38 seconds",
  onAClock(async (t, clock) => {
    const { token, poolId } = await t.token([simKey("perDay-1")]);
    assert.equal((await t.generate({ token })).status, 200);

    assert.equal(secondsToWait(await t.generate({ token })), TO_MIDNIGHT / SECOND);
    assert.equal(t.simulator.calls().attempts, 2);

    await clock.advance(39 * SECOND);
    assert.equal(secondsToWait(await t.generate({ token })), TO_MIDNIGHT / SECOND - 39);
    assert.equal((await t.generate({ token, model: PRO })).status, 200);
    assert.equal(t.simulator.calls().attempts, 3);
    const [key] = await t.keys(poolId);
    assert.deepEqual([key?.state, key?.reason], ["cooling", "day_quota"]);
    assert.deepEqual(key?.cooldowns.map(({ model }) => model), [FLASH]);

    await clock.advance(TO_MIDNIGHT - 40 * SECOND);
    assert.equal(secondsToWait(await t.generate({ token })), 1);
    await clock.advance(SECOND);
    assert.equal((await t.generate({ token })).status, 200);
  }),
);

Deno.test(
  "a spent day survives a restart, and holds in every other process",
  onAClock(async (t, clock) => {
    const { token } = await t.token([simKey("perDay-1")]);
    const there = await t.another();
    assert.equal((await there.generate({ token })).status, 200);
    assert.equal((await t.generate({ token })).status, 429);
    await t.stop();

    const restarted = await t.another();
    assert.equal(secondsToWait(await restarted.generate({ token })), TO_MIDNIGHT / SECOND);
    await clock.advance(10 * SECOND);
    assert.equal((await there.generate({ token })).status, 429);
    assert.equal(t.simulator.calls().attempts, 2);
  }),
);

Deno.test(
  "keys of one project cool together, and keys of others serve",
  onAClock(async (t) => {
    const [one, two] = [simKey("exhausted", 1), simKey("exhausted", 2)];
    const { token, poolId } = await t.token([simKey("ok", 3)]);
    for (const secret of [one, two]) {
      t.canaries.add("upstream key", secret);
      await t.admin(`POST /api/pools/${poolId}/keys`, { keys: [{ secret, project: "shared" }] });
    }

    for (let n = 0; n < 9; n++) assert.equal((await t.generate({ token })).status, 200);

    assert.equal(t.simulator.calls(one).attempts + t.simulator.calls(two).attempts, 1);
    const cooling = (await t.keys(poolId)).filter(({ state }) => state === "cooling");
    assert.deepEqual(cooling.map(({ cooldowns }) => cooldowns[0]?.scope), ["project", "project"]);
  }),
);

Deno.test(
  "a pool whose keys all cool says truly when the first is ready, and does not call Gemini",
  onAClock(async (t, clock) => {
    await clock.advance(20 * SECOND);
    const { token } = await t.token([
      simKey("exhausted-day", 1),
      simKey("perMinute-1", 2),
      simKey("bare429", 3),
    ]);
    t.simulator.setWays(simKey("perMinute-1", 2), "exhausted");
    t.simulator.setWays(simKey("bare429", 3), ["bare429", "ok"]);

    assert.equal(secondsToWait(await t.generate({ token })), 10);
    assert.equal(t.simulator.calls().attempts, 3);
    for (let n = 0; n < 5; n++) {
      const { status, json } = await t.generate({ token });
      assert.equal(status, 429);
      assert.match(json.error.message, /every key of this pool is cooling \(quota\)/);
    }
    await clock.advance(4_500);
    assert.equal(secondsToWait(await t.generate({ token })), 6);
    assert.equal(t.simulator.calls().attempts, 3);

    await clock.advance(5_500);
    assert.equal((await t.generate({ token })).status, 200);
  }),
);

Deno.test(
  "a minute's quota cools for as long as Gemini says",
  onAClock(async (t, clock) => {
    await clock.advance(15 * SECOND);
    const { token } = await t.token([simKey("perMinute-2")]);
    for (let n = 0; n < 2; n++) assert.equal((await t.generate({ token })).status, 200);

    assert.equal(secondsToWait(await t.generate({ token })), 45);
    await clock.advance(44 * SECOND);
    assert.equal(secondsToWait(await t.generate({ token })), 1);
    await clock.advance(SECOND);
    assert.equal((await t.generate({ token })).status, 200);
    assert.equal(t.simulator.calls().attempts, 4);
  }),
);

Deno.test(
  "a refusal without a hint cools for 10 seconds, doubling with each in a row up to 10 minutes",
  onAClock(async (t, clock) => {
    const { token } = await t.token([simKey("bare429")]);
    const waits: number[] = [];

    for (let n = 0; n < 8; n++) {
      waits.push(secondsToWait(await t.generate({ token })));
      await clock.advance(waits.at(-1)! * SECOND);
    }

    assert.deepEqual(waits, [10, 20, 40, 80, 160, 320, 600, 600]);
    assert.equal(t.simulator.calls().attempts, 8);
  }),
);

Deno.test(
  "a limit of zero takes a key out for its model until midnight Pacific",
  onAClock(async (t) => {
    const { token, poolId } = await t.token([simKey("limitZero"), simKey("ok")]);

    for (let n = 0; n < 4; n++) assert.equal((await t.generate({ token })).status, 200);

    const key = (await t.keys(poolId)).find(({ state }) => state === "cooling");
    assert.equal(key?.reason, "no_entitlement");
    assert.equal(key?.cooldowns[0]?.until, "2026-11-24T08:00:00.000Z");
    assert.equal(t.simulator.calls(simKey("limitZero")).attempts, 1);
  }),
);

Deno.test(
  "a storm of refusals costs each exhausted key one call, though a hundred clients ask at once",
  onAClock(async (t) => {
    const spent = Array.from({ length: 5 }, (_, n) => simKey("exhausted", n));
    const { token } = await t.token([...spent, simKey("ok", 9)]);
    for (let n = 0; n < 20; n++) assert.equal((await t.generate({ token })).status, 200);

    const answers = await Promise.all(Array.from({ length: 100 }, () => t.generate({ token })));

    assert.ok(answers.every(({ status }) => status === 200));
    for (const key of spent) assert.equal(t.simulator.calls(key).attempts, 1);
  }),
);

Deno.test(
  "an operator who wakes a key ends its cooldown, here and in every other process",
  onAClock(async (t, clock) => {
    const { token, poolId } = await t.token([simKey("perDay-1")]);
    t.simulator.setWays(simKey("perDay-1"), ["exhausted-day", "ok"]);
    const there = await t.another();
    assert.equal((await t.generate({ token })).status, 429);
    const [key] = await t.keys(poolId);
    assert.equal((await there.generate({ token })).status, 429);

    const woken = await t.admin(`POST /api/pools/${poolId}/keys/${key!.id}/wake`);

    assert.deepEqual([woken.status, woken.json.state], [200, "ready"]);
    assert.equal((await t.generate({ token })).status, 200);
    await clock.advance(10 * SECOND);
    assert.equal((await there.generate({ token })).status, 200);
  }),
);

Deno.test(
  "a stream that is refused for a spent quota cools the key just so",
  onAClock(async (t) => {
    const { token } = await t.token([simKey("exhausted-day")]);
    for (const query of ["?alt=sse", ""]) {
      const answer = await t.generate({ token, verb: "streamGenerateContent", query });
      assert.equal(secondsToWait(answer), TO_MIDNIGHT / SECOND);
    }
    assert.equal(t.simulator.calls().attempts, 1);
  }),
);
