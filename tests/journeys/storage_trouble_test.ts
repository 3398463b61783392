import assert from "node:assert/strict";
import { simKey } from "../simulator/simulator.ts";
import { until } from "../simulator/until.ts";
import { handClock } from "../support/hand_clock.ts";
import { only } from "../support/kv.ts";
import { type Isolate, withService } from "../support/service.ts";

async function warm(isolate: Isolate, token: string, times = 40): Promise<void> {
  for (let n = 0; n < times; n++) assert.equal((await isolate.generate({ token })).status, 200);
}

/** Holds every operation of a KV back until it is called. */
function holdBack({ kv }: Isolate): () => void {
  let release = () => {};
  const released = new Promise<null>((resolve) => release = () => resolve(null));
  kv.meddle = () => released;
  return () => {
    kv.meddle = () => {};
    release();
  };
}

Deno.test("a pool in use is served without waiting for a storage that does not answer", () => {
  const clock = handClock();
  return withService({ clock }, async (t) => {
    const { token } = await t.token([simKey("ok", 1), simKey("ok", 2)]);
    await warm(t, token);
    const release = holdBack(t);

    // Nobody moves the clock, so whoever waits for storage or for time would wait for ever.
    await warm(t, token, 10);

    release();
  });
});

Deno.test("a pool in use goes on when its turns are used up and storage does not answer", () => {
  const clock = handClock();
  return withService({ clock }, async (t) => {
    const { token } = await t.token([simKey("ok", 1), simKey("ok", 2)]);
    await warm(t, token, 3);
    const release = holdBack(t);

    let served = 0;
    for (let n = 0; n < 300; n++) {
      t.generate({ token }).then(({ status }) => served += Number(status === 200));
    }
    for (let ms = 0; ms < 1_000; ms += 50) await clock.advance(50);
    await until(() => served === 300);

    release();
  });
});

for (const trouble of ["lost", "locked"] as const) {
  Deno.test(`a first turn whose claim is ${trouble} once is claimed again`, () => {
    const clock = handClock();
    return withService({ clock }, async (t) => {
      const { token } = await t.token([simKey("ok")]);
      const before = t.kv.counts.commit;
      t.kv.meddle = only("commit", 1, trouble);

      assert.equal((await t.generate({ token })).status, 200);

      assert.equal(t.kv.counts.commit, before + 2);
    });
  });
}

Deno.test("a token in use goes on for five minutes while storage is down, and what nobody knows is a 503", () => {
  const clock = handClock();
  return withService({ clock }, async (t) => {
    const { token } = await t.token([simKey("ok", 1), simKey("ok", 2)]);
    const { token: cold } = await t.token([simKey("ok", 3)]);
    await warm(t, token, 5);
    t.kv.meddle = () => "error";

    for (let seconds = 0; seconds < 290; seconds += 10) {
      assert.equal((await t.generate({ token })).status, 200, `after ${seconds} seconds`);
      await clock.advance(10_000);
    }
    for (const unknown of [cold, `gkr_${"x".repeat(43)}`]) {
      const { status, json, headers } = await t.generate({ token: unknown });
      assert.deepEqual([status, json.error.status], [503, "UNAVAILABLE"]);
      assert.equal(headers.get("retry-after"), "5");
    }
    assert.equal((await t.ask("/readyz")).status, 503);
    assert.equal((await t.ask("/healthz")).status, 200);

    await clock.advance(20_000);
    assert.equal((await t.generate({ token })).status, 503);
    t.kv.meddle = () => {};
    await clock.advance(10_000);
    assert.equal((await t.generate({ token })).status, 200);
    assert.equal((await t.generate({ token: cold })).status, 200);
    assert.equal((await t.ask("/readyz")).status, 200);
  });
});

Deno.test("a quota that is spent while storage is down cools its key all the same", () => {
  const clock = handClock();
  return withService({ clock, random: () => 0 }, async (t) => {
    const spent = simKey("ok", 1);
    const { token } = await t.token([spent, simKey("ok", 2)]);
    await warm(t, token, 6);
    t.kv.meddle = (operation) => operation === "commit" ? "error" : null;
    t.simulator.setWays(spent, "exhausted-day");
    const before = t.simulator.calls(spent).attempts;

    await warm(t, token, 20);

    assert.ok(t.simulator.calls(spent).attempts <= before + 2);
    t.kv.meddle = () => {};
  });
});

Deno.test("what went wrong with storage is in the log, and no client hears of it", () => {
  const clock = handClock();
  return withService({ clock }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    t.kv.meddle = () => "error";

    const { status, text } = await t.generate({ token });

    assert.equal(status, 503);
    assert.doesNotMatch(text, /out of order/);
    t.kv.meddle = () => {};
    await t.stop();
    assert.match(t.log.find(({ status }) => status === 503)?.cause ?? "", /out of order/);
  });
});

/** Once, when the token has just been read and nobody has heard of it, an operator changes it. */
function changeInBetween({ kv, admin }: Isolate, id: string, change: unknown): void {
  // First the digest is read, then the token.
  let reads = 0;
  kv.hold = async (operation) => {
    if (operation === "get" && ++reads === 2) await admin(`PATCH /api/tokens/${id}`, change);
  };
}

Deno.test("a token that is changed while it is looked up again is not taken for an unknown one", () => {
  const clock = handClock();
  return withService({ clock }, async (t) => {
    const { id, token } = await t.token([simKey("ok")]);
    await warm(t, token, 1);
    await clock.advance(20_000);
    changeInBetween(t, id, { name: "another" });

    assert.equal((await t.generate({ token })).status, 200);
  });
});

Deno.test("a token that is disabled while it is looked up does not work any longer here", () =>
  withService({}, async (t) => {
    const { id, token } = await t.token([simKey("ok")]);
    changeInBetween(t, id, { enabled: false });

    await t.generate({ token });

    assert.equal((await t.generate({ token })).status, 403);
  }));

Deno.test("a hundred clients at a cold start cost storage a handful of reads", () =>
  withService({}, async (t) => {
    const { token } = await t.token(Array.from({ length: 5 }, (_, n) => simKey("ok", n)));
    const cold = await t.another();
    const before = { ...cold.kv.counts };

    const answers = await Promise.all(Array.from({ length: 100 }, () => cold.generate({ token })));

    assert.ok(answers.every(({ status }) => status === 200));
    const reads = (name: "get" | "getMany" | "list") => cold.kv.counts[name] - before[name];
    assert.ok(
      reads("get") + reads("getMany") + reads("list") <= 10,
      JSON.stringify(cold.kv.counts),
    );
  }));

Deno.test("a service that ends waits for turns that are claimed ahead", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    let isClaiming = false;
    let release = () => {};
    t.kv.hold = (operation) => {
      if (operation !== "commit" || isClaiming || !isWarm) return;
      isClaiming = true;
      return new Promise((resolve) => release = resolve);
    };
    let isWarm = false;
    await warm(t, token, 2);
    isWarm = true;
    for (let n = 0; n < 50 && !isClaiming; n++) await t.generate({ token });
    await until(() => isClaiming);

    let isOver = false;
    const stopping = t.stop().then(() => isOver = true);
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(isOver, false);
    release();
    await stopping;
  }));
