import assert from "node:assert/strict";
import type { PoolId } from "../../lib/domain/ids.ts";
import { EVERY_MODEL } from "../../lib/domain/ids.ts";
import { cooldownAddress } from "../../lib/storage/addresses.ts";
import { anIsolate } from "../rotation/isolate.ts";
import { aCooldown, MODEL, POOL } from "../support/builders.ts";
import { handClock } from "../support/hand_clock.ts";
import { memoryKv } from "../support/kv.ts";

const MINUTE_MS = 60_000;

/** Two processes on one KV. */
function twoIsolates() {
  const clock = { ...handClock(), sleep: () => Promise.resolve() };
  const kv = memoryKv();
  return { kv, clock, here: anIsolate(kv, { clock }), there: anIsolate(kv, { clock }) };
}

async function cooldowns({ store }: ReturnType<typeof anIsolate>, pool = POOL) {
  return (await store.loadCooldowns(pool)).cooldowns;
}

Deno.test("writeCooldown() is read by every isolate", async () => {
  const { here, there } = twoIsolates();
  const cooldown = aCooldown();

  await here.health.cool(POOL, cooldown);

  assert.deepEqual(await cooldowns(there), [cooldown]);
});

Deno.test("writeCooldown() lets the later end win, whoever comes first", async () => {
  const { here, there } = twoIsolates();
  const [early, late] = [aCooldown({ until: 1_000 }), aCooldown({ until: 9_000, streak: 2 })];

  await here.health.cool(POOL, late);
  await there.health.cool(POOL, early);
  const lateFirst = await cooldowns(here);
  await there.health.cool(POOL, aCooldown({ until: 10_000 }));

  assert.deepEqual(lateFirst, [late]);
  assert.deepEqual(await cooldowns(here), [aCooldown({ until: 10_000 })]);
});

Deno.test("writeCooldown() keeps the latest end when many isolates write at once (REL-23)", async () => {
  const { here, there } = twoIsolates();
  const ends = [3_000, 9_000, 1_000, 7_000, 5_000];

  await Promise.all(
    ends.map((until, n) => (n % 2 ? here : there).health.cool(POOL, aCooldown({ until }))),
  );

  assert.deepEqual(await cooldowns(here), [aCooldown({ until: 9_000 })]);
});

Deno.test("writeCooldown() records every key's cooldown when all fail at once (REL-23)", async () => {
  const { here, there } = twoIsolates();
  const all = ["k1", "k2", "k3", "k4"].map((id) => aCooldown({ subject: `key:${id}` }));

  await Promise.all(all.map((each, n) => (n % 2 ? here : there).health.cool(POOL, each)));

  assert.deepEqual(await cooldowns(here), all);
});

Deno.test("writeCooldown() moves the mark when something changed, and only then", async () => {
  const { here, there } = twoIsolates();
  const mark = async () => (await there.store.readMarks(POOL)).cooldowns;
  await here.health.cool(POOL, aCooldown({ until: 9_000 }));
  const written = await mark();

  await here.health.cool(POOL, aCooldown({ until: 1_000 }));
  const unchanged = await mark();
  await here.health.cool(POOL, aCooldown({ until: 10_000 }));

  assert.notEqual(written, null);
  assert.equal(unchanged, written);
  assert.notEqual(await mark(), written);
});

Deno.test("writeCooldown() lets storage forget it twenty minutes after its end", async () => {
  const { kv, clock } = twoIsolates();
  const lifetimes: unknown[] = [];
  const watched = {
    ...kv,
    atomic() {
      const operation = kv.atomic();
      const set = operation.set.bind(operation);
      operation.set = (key, value, options) => {
        if (key[0] === "cooldown") lifetimes.push(options?.expireIn);
        return set(key, value);
      };
      return operation;
    },
  };
  const here = anIsolate(watched, { clock });

  await here.health.cool(POOL, aCooldown({ until: 5 * MINUTE_MS + 0.5 }));
  await clock.advance(20 * MINUTE_MS);
  await here.health.cool(POOL, aCooldown({ until: 6 * MINUTE_MS }));

  assert.deepEqual(lifetimes, [25 * MINUTE_MS + 1, 20 * MINUTE_MS + 1]);
});

Deno.test("writeCooldown() stays within its pool, subject and model", async () => {
  const { here } = twoIsolates();
  const other = "pool-2" as PoolId;
  const all = [
    aCooldown({ subject: "key:k1" }),
    aCooldown({ subject: "key:k1", model: "gemini-2.5-flash" }),
    aCooldown({ subject: "project:k1" }),
  ];

  for (const each of all) await here.health.cool(POOL, each);

  assert.equal((await cooldowns(here)).length, 3);
  assert.deepEqual(await cooldowns(here, other), []);
});

Deno.test("clearSuspicion() ends a suspicion and tells the others", async () => {
  const { here, there } = twoIsolates();
  const suspicion = aCooldown({ subject: "key:k1", model: EVERY_MODEL, reason: "suspect" });
  const quota = aCooldown({ subject: "key:k1" });
  await here.health.cool(POOL, suspicion);
  await here.health.cool(POOL, quota);
  const { mark } = await there.store.loadCooldowns(POOL);

  await here.health.clearSuspicion(POOL, "key:k1");

  assert.deepEqual(await cooldowns(there), [quota]);
  assert.notEqual((await there.store.loadCooldowns(POOL)).mark, mark);
});

Deno.test("clearSuspicion() leaves alone a cooldown that took the suspicion's place", async () => {
  const { here, there } = twoIsolates();
  const place = { subject: "key:k1", model: EVERY_MODEL } as const;
  const billing = aCooldown({ ...place, reason: "billing", until: 3_600_000 });
  await here.health.cool(POOL, aCooldown({ ...place, reason: "suspect" }));
  here.kv.meddle = async (operation) => {
    if (operation !== "commit") return;
    here.kv.meddle = () => {};
    await there.health.cool(POOL, billing);
  };

  await here.health.clearSuspicion(POOL, "key:k1");

  assert.deepEqual(await cooldowns(here), [billing]);
});

Deno.test("cooldowns outlive the process that wrote them", async () => {
  const directory = await Deno.makeTempDir();
  const { clock } = twoIsolates();
  const [ended, running] = [
    aCooldown({ subject: "key:k1", until: 1_000, streak: 3 }),
    aCooldown({ subject: "key:k2" }),
  ];
  const before = await Deno.openKv(`${directory}/kv.sqlite`);
  const process = anIsolate(before, { clock });
  for (const each of [ended, running]) await process.health.cool(POOL, each);
  before.close();

  const after = await Deno.openKv(`${directory}/kv.sqlite`);

  await clock.advance(2_000);
  assert.deepEqual(await cooldowns(anIsolate(after, { clock })), [ended, running]);
  const entry = await after.get(cooldownAddress(POOL, "key:k1", MODEL));
  assert.ok(entry.value instanceof Uint8Array);
  after.close();
  await Deno.remove(directory, { recursive: true });
});
