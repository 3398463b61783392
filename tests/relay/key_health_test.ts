import assert from "node:assert/strict";
import { EVERY_MODEL } from "../../lib/domain/ids.ts";
import type { Cooldown, Key } from "../../lib/domain/key.ts";
import type { KeyVerdict } from "../../lib/domain/outcome.ts";
import type { ProbeVerdict } from "../../lib/domain/ports.ts";
import { KeyHealth } from "../../lib/relay/key_health.ts";
import { anIsolate } from "../rotation/isolate.ts";
import { aSecret, MODEL } from "../support/builders.ts";
import { handClock, NOON } from "../support/hand_clock.ts";
import { memoryKv } from "../support/kv.ts";

const HOUR_MS = 3_600_000;
const GOOD: ProbeVerdict = { verdict: "good", why: "200" };
const BAD: ProbeVerdict = { verdict: "bad", why: "API_KEY_INVALID", reason: "invalid" };
const UNKNOWN: ProbeVerdict = { verdict: "inconclusive", why: "503" };
const DEAD: KeyVerdict = { kind: "dead", reason: "invalid" };
const LEAKED: KeyVerdict = { kind: "dead", reason: "leaked" };
const SUSPECT: KeyVerdict = { kind: "suspect" };

/** A pool in use, and its health with a probe that finds what the test says. */
async function aPatient(
  { keys: count = 3, finds = GOOD, project = null as string | null } = {},
) {
  const clock = handClock();
  const isolate = anIsolate(memoryKv(), { clock });
  const { id } = await isolate.pools.create({ name: "research", metering: true });
  const secrets = Array.from({ length: count }, (_, n) => ({ secret: aSecret(n), project }));
  await isolate.keys.add(id, secrets);
  const pool = (await isolate.rotation.pool(id)) ?? assert.fail("there is no such pool");
  const probe = { finds, probed: [] as string[], tookMs: 0 };
  const failures: unknown[] = [];
  const health = new KeyHealth({
    store: isolate.health,
    clock,
    random: () => 0,
    inBackground: (_what, work) => void work.catch((cause) => failures.push(cause)),
    async probe(secret) {
      probe.probed.push(secret);
      if (probe.tookMs > 0) await clock.sleep(probe.tookMs);
      return probe.finds;
    },
  });
  const [key, other] = pool.keys as [Key, Key];
  const meet = async (verdict: KeyVerdict, who = key, model: string | null = MODEL) => {
    health.apply(verdict, { pool, key: who, model });
    await clock.advance(0);
  };
  return {
    clock,
    isolate,
    id,
    pool,
    probe,
    health,
    failures,
    key,
    other,
    meet,
    /** How the key is stored. */
    stored: async (who = key) => await isolate.keys.get(id, who.id),
    /** The cooldowns of the pool, as stored. */
    cooldowns: async () => (await isolate.store.loadCooldowns(id)).cooldowns,
    /** Whether the key serves here and now. */
    async serves(who = key) {
      const tried = new Set(pool.keys.map((each) => each.id).filter((each) => each !== who.id));
      return (await pool.choose({ model: MODEL, tried })).kind === "key";
    },
  };
}

function cool(fields: Partial<Extract<KeyVerdict, { kind: "cool" }>> = {}): KeyVerdict {
  return {
    kind: "cool",
    pause: { kind: "delay", ms: 38_000 },
    models: [],
    reason: "minute_quota",
    ...fields,
  };
}

function brief({ subject, model, reason, until }: Cooldown) {
  return [subject, model, reason, until - NOON];
}

Deno.test("KeyHealth does nothing on a verdict of none", async () => {
  const { meet, cooldowns, serves, probe } = await aPatient();

  await meet({ kind: "none" });

  assert.deepEqual([await cooldowns(), probe.probed, await serves()], [[], [], true]);
});

Deno.test("KeyHealth lets a key cool for the model that was asked for, here and in storage", async () => {
  const { meet, cooldowns, serves, key } = await aPatient();

  await meet(cool());

  assert.equal(await serves(), false);
  assert.deepEqual((await cooldowns()).map(brief), [
    [`key:${key.id}`, MODEL, "minute_quota", 38_000],
  ]);
});

Deno.test("KeyHealth lets a key cool for the models that Google named, too", async () => {
  const { meet, cooldowns } = await aPatient();

  await meet(cool({ models: ["gemini-2.5-pro-001", MODEL] }));

  assert.deepEqual((await cooldowns()).map(({ model }) => model), [MODEL, "gemini-2.5-pro-001"]);
});

Deno.test("KeyHealth lets a key cool for every model when the call named none", async () => {
  const { meet, cooldowns, key } = await aPatient();

  await meet(cool(), key, null);

  assert.deepEqual((await cooldowns()).map(({ model }) => model), [EVERY_MODEL]);
});

Deno.test("KeyHealth lets the whole project cool when it is known", async () => {
  const { meet, cooldowns, serves, other } = await aPatient({ project: "north" });

  await meet(cool());

  assert.deepEqual((await cooldowns()).map(({ subject }) => subject), ["project:north"]);
  assert.equal(await serves(other), false);
});

Deno.test("KeyHealth doubles the pause when refusals without a hint follow each other", async () => {
  const { meet, cooldowns, clock } = await aPatient();
  const pauses: number[] = [];

  for (let refusal = 0; refusal < 3; refusal++) {
    await meet(cool({ pause: { kind: "backoff" }, reason: "quota" }));
    const [{ since, until } = assert.fail("it does not cool")] = await cooldowns();
    pauses.push((until - since) / 1_000);
    await clock.advance(until - clock.now());
  }

  assert.deepEqual(pauses, [10, 20, 40]);
});

Deno.test("KeyHealth disables a key when strong evidence and our probe agree", async () => {
  const { meet, stored, probe, serves } = await aPatient({ finds: BAD });

  await meet(LEAKED);

  const { state, reason } = await stored();
  assert.deepEqual({ state, reason }, { state: "disabled", reason: "leaked" });
  assert.deepEqual(probe.probed, [aSecret(0)]);
  assert.equal(await serves(), false);
});

Deno.test("KeyHealth leaves a key out at once, while the probe is on its way", async () => {
  const { meet, serves, stored, probe, clock } = await aPatient({ finds: BAD });
  probe.tookMs = 5_000;

  await meet(DEAD);
  const [servesNow, before] = [await serves(), await stored()];
  await clock.advance(5_000);

  assert.equal(servesNow, false);
  assert.deepEqual([before.disabled, before.reason], [null, "suspect"]);
  assert.equal((await stored()).state, "disabled");
});

Deno.test("KeyHealth puts a key back at once when the probe refutes its death (REL-18)", async () => {
  const { meet, serves, stored, cooldowns } = await aPatient({ finds: GOOD });

  await meet(DEAD);

  assert.equal(await serves(), true);
  assert.deepEqual([(await stored()).disabled, await cooldowns()], [null, []]);
});

Deno.test("KeyHealth leaves no suspicion in a slow storage when the probe was faster", async () => {
  const { meet, isolate, clock, cooldowns, serves } = await aPatient({ finds: GOOD });
  isolate.kv.meddle = (operation) => operation === "commit" ? clock.sleep(2_000) : undefined;

  await meet(DEAD);
  await clock.advance(10_000);
  isolate.kv.meddle = () => {};

  assert.deepEqual(await cooldowns(), []);
  assert.equal(await serves(), true);
});

Deno.test("KeyHealth keeps a bad key out, which is the last that works, until its minute is over", async () => {
  const { meet, isolate, id, pool, other, serves, clock } = await aPatient({ keys: 2, finds: BAD });
  await isolate.keys.update(id, other.id, { enabled: false });

  await meet(DEAD);
  await pool.refresh();
  const during = await serves();
  await clock.advance(60_000);

  assert.deepEqual([during, await serves()], [false, true]);
});

Deno.test("KeyHealth leaves a key out for a minute when the probe finds nothing", async () => {
  const { meet, serves, stored, clock } = await aPatient({ finds: UNKNOWN });

  await meet(DEAD);
  await clock.advance(59_999);
  const before = await serves();
  await clock.advance(1);

  assert.deepEqual([before, await serves(), (await stored()).disabled], [false, true, null]);
});

Deno.test("KeyHealth leaves a key out for ten minutes that Google refuses though it knows it", async () => {
  const { meet, cooldowns, stored, key, clock } = await aPatient({ finds: GOOD });

  await meet(LEAKED);
  await clock.advance(1_000);

  assert.equal((await stored()).disabled, null);
  assert.deepEqual((await cooldowns()).map(brief), [
    [`key:${key.id}`, EVERY_MODEL, "suspect", 600_000],
  ]);
});

Deno.test("KeyHealth only pauses the last working key of a pool, whatever the probe says", async () => {
  const { meet, serves, stored, clock } = await aPatient({ keys: 1, finds: BAD });

  await meet(DEAD);
  const during = await serves();
  await clock.advance(60_000);

  assert.deepEqual([during, await serves(), (await stored()).disabled], [false, true, null]);
});

Deno.test("KeyHealth leaves the last working key out for a minute only, though Google knows and refuses it", async () => {
  const { meet, cooldowns, key, clock } = await aPatient({ keys: 1, finds: GOOD });

  await meet(LEAKED);
  await clock.advance(1_000);

  assert.deepEqual((await cooldowns()).map(brief), [
    [`key:${key.id}`, EVERY_MODEL, "suspect", 60_000],
  ]);
});

Deno.test("KeyHealth leaves one key of a pool working when all are found dead at once", async () => {
  const { health, pool, isolate, id, clock } = await aPatient({ keys: 3, finds: BAD });

  for (const key of pool.keys) health.apply(DEAD, { pool, key, model: MODEL });
  await clock.advance(1_000);

  const { items } = await isolate.keys.list(id, {});
  assert.equal(items.filter((key) => key.disabled === null).length, 1);
});

Deno.test("KeyHealth touches a key on weak evidence only when the probe finds it bad", async () => {
  const good = await aPatient({ finds: GOOD });
  const unknown = await aPatient({ finds: UNKNOWN });
  const bad = await aPatient({ finds: BAD });

  for (const { meet } of [good, unknown, bad]) await meet(SUSPECT);

  assert.deepEqual([await good.cooldowns(), await unknown.cooldowns()], [[], []]);
  assert.deepEqual([await good.serves(), await unknown.serves()], [true, true]);
  assert.equal((await bad.stored()).reason, "invalid");
});

Deno.test("KeyHealth spends one probe in thirty seconds on a key, however often it is suspected", async () => {
  const { meet, probe, clock, other } = await aPatient();

  for (let time = 0; time < 50; time++) await meet(SUSPECT);
  await clock.advance(29_999);
  await meet(SUSPECT);
  await meet(SUSPECT, other);
  const before = probe.probed.length;
  await clock.advance(1);
  await meet(SUSPECT);

  assert.deepEqual([before, probe.probed.length], [2, 3]);
});

Deno.test("KeyHealth says in the background what went wrong with a probe, and touches nothing", async () => {
  const { meet, stored, isolate, failures, id } = await aPatient({ finds: BAD });
  isolate.kv.meddle = (operation) => operation === "commit" ? "error" : null;

  await meet(SUSPECT);
  isolate.kv.meddle = () => {};

  assert.equal((await stored()).disabled, null);
  assert.match(String(failures[0]), /out of order/);
  assert.deepEqual((await isolate.store.loadCooldowns(id)).cooldowns, []);
});

Deno.test("KeyHealth lets the key rest that an operator replaced, when its evidence comes late (REL-24)", async () => {
  const { meet, isolate, id, probe, clock, key } = await aPatient({ finds: BAD });
  probe.tookMs = 5_000;
  await meet(DEAD);
  await isolate.keys.delete(id, key.id);
  const { added: [fresh] } = await isolate.keys.add(id, [{ secret: aSecret(0) }]);

  await clock.advance(5_000);

  assert.equal((await isolate.keys.get(id, fresh!.id)).state, "ready");
});

Deno.test("KeyHealth revisits no key before its time, and no key twice", async () => {
  const { meet, health, pool, isolate, probe, clock } = await aPatient({ finds: BAD });
  await meet(DEAD);
  await pool.refresh();
  await clock.advance(HOUR_MS - 1);
  await health.revisit(pool);
  const early = probe.probed.length;

  await clock.advance(1);
  const visits = [health.revisit(pool), health.revisit(pool)];
  await clock.advance(1_000);
  await Promise.all(visits);

  assert.deepEqual([early, probe.probed.length], [1, 2]);
  assert.equal((await isolate.keys.list(pool.id, {})).items[0]?.state, "disabled");
});

Deno.test("KeyHealth puts back to work a dead key that is found alive", async () => {
  const { meet, health, pool, probe, clock, stored } = await aPatient({ finds: BAD });
  await meet(DEAD);
  await pool.refresh();
  await clock.advance(HOUR_MS);
  probe.finds = GOOD;

  await health.revisit(pool);

  assert.equal((await stored()).disabled, null);
});

Deno.test("KeyHealth revisits the keys after one whose probe failed", async () => {
  const { meet, health, pool, isolate, probe, clock, key, other } = await aPatient({ finds: BAD });
  await meet(DEAD);
  await meet(DEAD, other);
  await pool.refresh();
  await clock.advance(2 * HOUR_MS);
  await isolate.keys.update(pool.id, key.id, { label: "changed meanwhile" });
  probe.finds = UNKNOWN;

  await health.revisit(pool);

  assert.equal(probe.probed.length, 4);
});

Deno.test("KeyHealth never probes what an operator has switched off", async () => {
  const { health, pool, isolate, probe, key, clock } = await aPatient();
  await isolate.keys.update(pool.id, key.id, { enabled: false });
  await pool.refresh();

  await clock.advance(100 * HOUR_MS);
  await health.revisit(pool);

  assert.deepEqual(probe.probed, []);
});
