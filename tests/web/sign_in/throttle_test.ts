import assert from "node:assert/strict";
import { Throttle } from "../../../lib/web/sign_in/throttle.ts";
import { type HandClock, handClock } from "../../support/hand_clock.ts";
import { withStorage } from "../../support/storage.ts";
import { ADMIN_TOKEN, onStage, refusalOf } from "./stage.ts";

const MINUTE_MS = 60_000;

/** A throttle whose locks are its own, and when each was shut. */
function aThrottle(clock: HandClock = handClock()) {
  const shut: string[] = [];
  const locks = {
    until: () => Promise.resolve(null),
    shut(scope: string) {
      shut.push(scope);
      return Promise.resolve();
    },
  };
  const throttle = new Throttle({ what: "token", locks, clock });
  const admits = (client: string) => throttle.admit(client).then(() => true, () => false);
  return { throttle, clock, shut, admits };
}

Deno.test("Throttle hears one client five times a minute, and takes one write for its wait", async () => {
  const { admits, shut, clock } = aThrottle();
  let heard = 0;

  for (let n = 0; n < 1_000; n++) {
    if (await admits("1.1.1.1")) heard += 1;
    await clock.advance(59);
  }

  assert.equal(heard, 5);
  assert.deepEqual(shut, ["token:client:1.1.1.1"]);
});

Deno.test("Throttle hears all clients thirty times a minute", async () => {
  const { admits, shut } = aThrottle();
  let heard = 0;

  for (let n = 0; n < 1_000; n++) if (await admits(`10.0.${n % 200}.1`)) heard += 1;

  assert.equal(heard, 30);
  assert.deepEqual(shut, ["token:all"]);
});

Deno.test("Throttle hears no more than five times in any minute, wherever it begins", async () => {
  const { admits, clock } = aThrottle();
  const heardAt: number[] = [];

  for (let n = 0; n < 2_000; n++) {
    if (await admits("1.1.1.1")) heardAt.push(clock.monotonicMs());
    await clock.advance(1_700);
  }

  assert.ok(heardAt.length > 10);
  heardAt.forEach((at, n) => {
    const sixth = heardAt[n + 5];
    assert.ok(sixth === undefined || sixth - at >= MINUTE_MS, `${at}`);
  });
});

Deno.test("Throttle makes waits longer each time, up to a quarter of an hour", async () => {
  const { throttle, clock } = aThrottle();
  const waits: number[] = [];

  for (let round = 0; round < 7; round++) {
    for (let n = 0; n < 5; n++) await throttle.admit("1.1.1.1");
    const error = await throttle.admit("1.1.1.1").catch((error) => error);
    assert.equal(error.code, "rate_limited");
    waits.push(error.retryAfterMs / MINUTE_MS);
    await clock.advance(error.retryAfterMs);
  }

  assert.deepEqual(waits, [1, 2, 4, 8, 15, 15, 15]);
});

Deno.test("Throttle forgets its waits after an hour without any", async () => {
  const { throttle, clock } = aThrottle();
  const wait = async () => {
    for (let n = 0; n < 5; n++) await throttle.admit("1.1.1.1");
    return (await throttle.admit("1.1.1.1").catch((error) => error)).retryAfterMs;
  };
  await wait();
  await clock.advance(MINUTE_MS);
  assert.equal(await wait(), 2 * MINUTE_MS);

  await clock.advance(63 * MINUTE_MS);

  assert.equal(await wait(), MINUTE_MS);
});

Deno.test("Throttle forgives who showed that they may come in", async () => {
  const { throttle, admits } = aThrottle();
  for (let n = 0; n < 5; n++) await admits("1.1.1.1");

  throttle.forgive("1.1.1.1");

  assert.equal(await admits("1.1.1.1"), true);
});

Deno.test("Throttle shuts nobody out for longer when the clock is set back", async () => {
  const { admits, clock } = aThrottle();
  for (let n = 0; n < 6; n++) await admits("1.1.1.1");

  clock.step(-24 * 60 * MINUTE_MS);

  assert.equal(await admits("1.1.1.1"), true);
});

Deno.test(
  "a wait holds in every process",
  withStorage(async ({ signInLocks: locks, clock }) => {
    const [here, there] = [0, 1].map(() => new Throttle({ what: "token", locks, clock }));
    for (let n = 0; n < 5; n++) await here!.admit("1.1.1.1");
    await assert.rejects(here!.admit("1.1.1.1"));

    await assert.rejects(there!.admit("1.1.1.1"), { code: "rate_limited", retryAfterMs: 60_000 });
    await there!.admit("2.2.2.2");
    await clock.advance(MINUTE_MS);
    await there!.admit("1.1.1.1");
  }),
);

Deno.test(
  "1,000 wrong tokens cost one write, and whoever is signed in goes on",
  onStage(async (stage) => {
    await stage.withToken();
    const session = stage.browser.copy();
    stage.browser.cookies.clear();
    const count = async () => (await Array.fromAsync(stage.storage.kv.list({ prefix: [] }))).length;
    const before = await count();
    const codes = new Map<string | null, number>();

    for (let n = 0; n < 1_000; n++) {
      const code = refusalOf(await stage.withToken(`${ADMIN_TOKEN}${n}`));
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }

    assert.deepEqual([...codes], [["unauthenticated", 5], ["rate_limited", 995]]);
    assert.equal(await count(), before + 1);
    assert.equal(await stage.isIn(session), true);
    assert.equal(refusalOf(await stage.withToken()), "rate_limited");
  }),
);

Deno.test("trying while storage is out of reach signs nobody in", async () => {
  const until = () => Promise.reject(new Error("KV is out of order"));
  const locks = { until, shut: () => Promise.resolve() };
  const throttle = new Throttle({ what: "token", locks, clock: handClock() });

  await assert.rejects(throttle.admit("1.1.1.1"), /out of order/);
});
