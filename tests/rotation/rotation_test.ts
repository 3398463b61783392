import assert from "node:assert/strict";
import type { KeyId, PoolId } from "../../lib/domain/ids.ts";
import type { Key } from "../../lib/domain/key.ts";
import type { Choice, PoolRotation } from "../../lib/rotation/pool_rotation.ts";
import { aCooldown, aSecret, MODEL } from "../support/builders.ts";
import { type HandClock, handClock, settled } from "../support/hand_clock.ts";
import { type KvOperation, type Meddle, memoryKv, type Trouble } from "../support/kv.ts";
import { anIsolate, type Isolate } from "./isolate.ts";

/** Two processes on one KV, and a pool of so many keys that neither has loaded yet. */
async function twoIsolates({ keys: count = 3 } = {}) {
  const clock = handClock();
  const kv = memoryKv();
  const [here, there] = [anIsolate(kv, { clock }), anIsolate(kv, { clock })];
  const { id } = await there.pools.create({ name: "research", metering: true });
  const secrets = Array.from({ length: count }, (_, n) => ({ secret: aSecret(n) }));
  const { added: keys } = await there.keys.add(id, secrets);
  return { clock, kv, here, there, id, keys };
}

/** The same, with the pool in use here. */
async function inUse(options: { keys?: number } = {}) {
  const world = await twoIsolates(options);
  return { ...world, pool: await load(world.here, world.id) };
}

async function load({ rotation }: Isolate, id: PoolId): Promise<PoolRotation> {
  return (await rotation.pool(id)) ?? assert.fail("there is no such pool");
}

/** One choice for one request; time passes as far as it has to. */
async function choose(
  pool: PoolRotation,
  { clock, tried, model = MODEL }: { clock: HandClock; tried?: Set<KeyId>; model?: string },
): Promise<Choice> {
  const choosing = Promise.resolve(pool.choose({ model, tried }));
  let choice: Choice | null = null;
  choosing.then((made) => choice = made);
  for (let ms = 0; choice === null; ms += 50) {
    assert.ok(ms < 60_000, "nobody chooses");
    await clock.advance(ms === 0 ? 0 : 50);
  }
  return choice;
}

/** The ids of the keys that serve in so many choices. */
async function serving(pool: PoolRotation, clock: HandClock, times: number): Promise<Set<string>> {
  const ids = new Set<string>();
  for (let n = 0; n < times; n++) ids.add(nameOf(await choose(pool, { clock })));
  return ids;
}

function nameOf(choice: Choice): string {
  return choice.kind === "key" ? choice.key.id : choice.kind;
}

function idsOf(keys: readonly Key[]): Set<string> {
  return new Set(keys.map((key) => key.id));
}

/** Uses the pool once a second for so long. */
async function use(pool: PoolRotation, clock: HandClock, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    await choose(pool, { clock });
    await clock.advance(1_000);
  }
}

function aCooldownOf(key: Key | undefined, fields: Parameters<typeof aCooldown>[0] = {}) {
  return aCooldown({ subject: `key:${key?.id}`, ...fields });
}

/** Pauses a key as the relay does: here at once, in storage soon after. */
function cool({ health }: Isolate, pool: PoolRotation, cooldown: ReturnType<typeof aCooldown>) {
  const saving = health.cool(pool.id, cooldown);
  pool.cool(cooldown, saving);
  return saving;
}

/** As storage is when the network swallows everything. */
function failsAfter(ms: number, clock: HandClock): Meddle {
  return async (): Promise<Trouble> => {
    await clock.sleep(ms);
    return "error";
  };
}

/** What storage answers to an operation from now on is kept back until the returned function is called. */
function holdAnswers({ kv }: Isolate, to: KvOperation): () => void {
  let answer = () => {};
  const told = new Promise<void>((resolve) => answer = resolve);
  kv.hold = (operation) => operation === to ? told : undefined;
  return answer;
}

Deno.test("Rotation knows no pool that is not there", async () => {
  const { here } = await twoIsolates();

  assert.equal(await here.rotation.pool("pool-9" as PoolId), null);
});

Deno.test("Rotation loads a pool once, however many ask for it at the same moment", async () => {
  const { here, id } = await twoIsolates();

  const pools = await Promise.all(Array.from({ length: 100 }, () => here.rotation.pool(id)));

  assert.equal(new Set(pools).size, 1);
  assert.deepEqual(here.kv.counts, { get: 1, getMany: 1, list: 2, commit: 0 });
  assert.equal(here.rotation.pool(id), pools[0]);
});

Deno.test("Rotation tries again to load a pool that storage could not tell about", async () => {
  const { here, id } = await twoIsolates();
  here.kv.meddle = () => "error";

  await assert.rejects(Promise.resolve(here.rotation.pool(id)), /out of order/);
  here.kv.meddle = () => {};

  assert.notEqual(await here.rotation.pool(id), null);
});

Deno.test("PoolRotation lets every key serve once a lap", async () => {
  const { pool, clock, keys } = await inUse({ keys: 5 });

  assert.deepEqual(await serving(pool, clock, 5), idsOf(keys));
});

Deno.test("PoolRotation lets two isolates share one order", async () => {
  const { pool, there, id, clock, keys } = await inUse({ keys: 4 });
  const elsewhere = await load(there, id);
  const served: string[] = [];

  for (let n = 0; n < 400; n++) {
    served.push(nameOf(await choose(n % 2 === 0 ? pool : elsewhere, { clock })));
  }

  const times = keys.map((key) => served.filter((each) => each === key.id).length);
  assert.ok(Math.max(...times) - Math.min(...times) <= 8, `served ${times} times`);
});

Deno.test("PoolRotation has nobody to offer when the pool has no keys", async () => {
  const { pool, clock } = await inUse({ keys: 0 });

  assert.deepEqual(await choose(pool, { clock }), { kind: "empty" });
});

Deno.test("PoolRotation skips the keys that the request has tried", async () => {
  const { pool, clock, keys } = await inUse({ keys: 3 });
  const tried = new Set(keys.slice(0, 2).map((key) => key.id));

  const choice = await choose(pool, { clock, tried });

  assert.equal(nameOf(choice), keys[2]?.id);
});

Deno.test("PoolRotation says when every ready key has been tried", async () => {
  const { pool, clock, keys } = await inUse({ keys: 3 });

  const choice = await choose(pool, { clock, tried: new Set(keys.map((key) => key.id)) });

  assert.deepEqual(choice, { kind: "spent" });
});

Deno.test("PoolRotation says until when all keys cool, and which ends first", async () => {
  const { pool, clock, keys, here } = await inUse({ keys: 2 });
  const soonest = aCooldownOf(keys[1], { until: 20_000 });
  await cool(here, pool, aCooldownOf(keys[0], { until: 30_000 }));
  await cool(here, pool, soonest);

  const choice = await choose(pool, { clock });

  assert.deepEqual(choice, { kind: "cooling", until: soonest.until, cooldown: soonest });
});

Deno.test("PoolRotation chooses at once and without storage while turns are in reserve", async () => {
  const { pool, clock, here } = await inUse();
  await use(pool, clock, 3);
  here.kv.meddle = () => clock.sleep(2_000);

  const choice = pool.choose({ model: MODEL });

  assert.equal(choice instanceof Promise, false);
});

Deno.test("PoolRotation hears of a key that another isolate added within ten seconds", async () => {
  const { pool, clock, there, id, keys } = await inUse();
  await use(pool, clock, 5);
  const { added } = await there.keys.add(id, [{ secret: aSecret(99) }]);

  await use(pool, clock, 9);

  assert.deepEqual(await serving(pool, clock, 8), idsOf([...keys, ...added]));
});

Deno.test("PoolRotation stops using a key within ten seconds after another isolate disabled it", async () => {
  const { pool, clock, there, id, keys } = await inUse();
  await use(pool, clock, 5);
  await there.keys.update(id, keys[0]?.id as KeyId, { enabled: false });

  await use(pool, clock, 9);

  assert.deepEqual(await serving(pool, clock, 8), idsOf(keys.slice(1)));
});

Deno.test("PoolRotation asks for news before the first choice after a pause, and all who come then wait", async () => {
  const { pool, clock, there, here, id, keys } = await inUse({ keys: 2 });
  await use(pool, clock, 5);
  await clock.advance(30_000);
  await there.keys.update(id, keys[0]?.id as KeyId, { enabled: false });
  here.kv.meddle = () => clock.sleep(100);

  const choosing = Array.from({ length: 6 }, () => choose(pool, { clock }));

  assert.deepEqual(new Set((await Promise.all(choosing)).map(nameOf)), idsOf(keys.slice(1)));
});

Deno.test("PoolRotation hears of a cooldown that began elsewhere within ten seconds", async () => {
  const { pool, clock, there, id, keys } = await inUse();
  await use(pool, clock, 5);
  await there.health.cool(id, aCooldownOf(keys[1], { until: 600_000 }));

  await use(pool, clock, 9);

  assert.deepEqual(await serving(pool, clock, 8), idsOf([keys[0], keys[2]] as Key[]));
});

Deno.test("PoolRotation hears within ten seconds that another isolate woke a key", async () => {
  const { pool, clock, there, here, id, keys } = await inUse();
  await use(pool, clock, 5);
  await cool(here, pool, aCooldownOf(keys[1], { until: 600_000 }));
  await clock.advance(500);
  await there.keys.wake(id, keys[1]?.id as KeyId);

  await use(pool, clock, 9);

  assert.deepEqual(await serving(pool, clock, 8), idsOf(keys));
});

Deno.test("PoolRotation wakes a key at once when its own process does it", async () => {
  const { pool, clock, here, id, keys } = await inUse();
  await cool(here, pool, aCooldownOf(keys[1], { until: 600_000 }));

  await here.keys.wake(id, keys[1]?.id as KeyId);

  assert.deepEqual(await serving(pool, clock, 8), idsOf(keys));
});

Deno.test("PoolRotation keeps a cooldown of its own while storage does not have it yet", async () => {
  const { pool, clock, here, there, id, keys } = await inUse();
  await use(pool, clock, 5);
  here.kv.meddle = (operation) => operation === "commit" ? clock.sleep(3_000) : undefined;
  cool(here, pool, aCooldownOf(keys[1], { until: 600_000 }));
  await there.health.cool(id, aCooldownOf(keys[0], { until: 600_000 }));

  const before = await serving(pool, clock, 4);
  await use(pool, clock, 12);

  assert.equal(before.has(String(keys[1]?.id)), false);
  assert.deepEqual(await serving(pool, clock, 4), idsOf(keys.slice(2)));
});

Deno.test("PoolRotation keeps a cooldown of its own, not yet saved, through a change of its own", async () => {
  const { pool, clock, here, id, keys } = await inUse();
  here.kv.meddle = (operation) => operation === "commit" ? clock.sleep(1_000) : undefined;
  cool(here, pool, aCooldownOf(keys[1], { until: 600_000 }));
  await settled();
  here.kv.meddle = () => {};

  await here.keys.update(id, keys[0]?.id as KeyId, { label: "mine" });

  assert.deepEqual(await serving(pool, clock, 4), idsOf([keys[0], keys[2]] as Key[]));
});

Deno.test("PoolRotation acts on a change of its own process at once", async () => {
  const { pool, clock, here, id, keys } = await inUse();
  await use(pool, clock, 5);

  await here.keys.update(id, keys[0]?.id as KeyId, { enabled: false });

  assert.deepEqual(await serving(pool, clock, 6), idsOf(keys.slice(1)));
});

Deno.test("PoolRotation acts on a change of its own although older news are on their way", async () => {
  const { pool, clock, here, id, keys } = await inUse();
  await use(pool, clock, 5);
  await clock.advance(3_000);
  const answer = holdAnswers(here, "getMany");
  pool.choose({ model: MODEL });
  await settled();
  here.kv.hold = () => {};
  await here.keys.update(id, keys[0]?.id as KeyId, { enabled: false });

  const choosing = Array.from({ length: 6 }, () => choose(pool, { clock }));
  await settled();
  answer();

  assert.deepEqual(new Set((await Promise.all(choosing)).map(nameOf)), idsOf(keys.slice(1)));
});

Deno.test("PoolRotation acts on a change that its own process made while the pool was loading", async () => {
  const { clock, here, id, keys } = await twoIsolates();
  const answer = holdAnswers(here, "list");
  const loading = load(here, id);
  await settled();
  here.kv.hold = () => {};
  await here.keys.update(id, keys[0]?.id as KeyId, { enabled: false });
  answer();

  const pool = await loading;

  assert.deepEqual(await serving(pool, clock, 6), idsOf(keys.slice(1)));
});

Deno.test("PoolRotation reads again when reading its own change failed", async () => {
  const { pool, clock, here, id, keys } = await inUse();
  await here.keys.update(id, keys[0]?.id as KeyId, { enabled: false });
  here.kv.meddle = () => "error";
  await choose(pool, { clock });
  here.kv.meddle = () => {};

  await use(pool, clock, 3);

  assert.deepEqual(await serving(pool, clock, 6), idsOf(keys.slice(1)));
});

Deno.test("PoolRotation goes on serving a pool that it knows while storage is down", async () => {
  const { pool, clock, here, keys } = await inUse();
  await use(pool, clock, 5);
  here.kv.meddle = () => "error";

  await use(pool, clock, 600);

  assert.deepEqual(await serving(pool, clock, 8), idsOf(keys));
  assert.ok(here.failures.length > 0, "nobody heard of it");
});

Deno.test("PoolRotation lets nobody wait while storage is down and the pool in use", async () => {
  const { pool, clock, here } = await inUse();
  await use(pool, clock, 5);
  here.kv.meddle = failsAfter(5_000, clock);
  await use(pool, clock, 1);
  const begun = clock.monotonicMs();

  await use(pool, clock, 60);

  assert.equal(clock.monotonicMs() - begun, 60_000);
});

Deno.test("PoolRotation lets nobody wait although storage takes two seconds for everything", async () => {
  const { pool, clock, here, there, id, keys } = await inUse();
  await use(pool, clock, 5);
  here.kv.meddle = () => clock.sleep(2_000);
  await use(pool, clock, 30);
  const begun = clock.monotonicMs();

  for (let n = 0; n < 20; n++) {
    await there.health.cool(id, aCooldownOf(keys[n % 2], { until: 60_000 + n * 6_000 }));
    await there.keys.update(id, keys[2]?.id as KeyId, { label: `label ${n}` });
    await use(pool, clock, 3);
  }

  assert.equal(clock.monotonicMs() - begun, 60_000);
});

Deno.test("PoolRotation asks storage for news once at a time, however slow it is", async () => {
  const { pool, clock, here } = await inUse();
  await use(pool, clock, 60);
  here.kv.meddle = () => clock.sleep(30_000);
  const [before, begunMs] = [here.kv.counts.getMany, clock.monotonicMs()];

  await use(pool, clock, 25);

  // One look for changes, and one claim of turns.
  assert.equal(here.kv.counts.getMany - before, 2);
  assert.ok(clock.monotonicMs() - begunMs < 26_000, "somebody waited for news");
});

Deno.test("PoolRotation waits once for a storage that is down after a pause, not again and again", async () => {
  const { pool, clock, here } = await inUse();
  await use(pool, clock, 5);
  await here.pools.update(pool.id, { name: "renamed" });
  here.kv.meddle = failsAfter(5_000, clock);
  await choose(pool, { clock });
  const begun = clock.monotonicMs();

  await use(pool, clock, 4);

  assert.equal(clock.monotonicMs() - begun, 4_000);
});

Deno.test("PoolRotation offers no key that began to cool while the request waited for its turn", async () => {
  const { pool, clock, here, keys } = await inUse({ keys: 2 });
  here.kv.meddle = (operation) => operation === "commit" ? clock.sleep(200) : undefined;
  const choosing = Array.from({ length: 4 }, () => choose(pool, { clock }));
  await settled();

  pool.cool(aCooldownOf(keys[0]), Promise.resolve());

  assert.deepEqual(new Set((await Promise.all(choosing)).map(nameOf)), idsOf(keys.slice(1)));
});

Deno.test("PoolRotation offers no key that its own process took out while the request waited", async () => {
  const { pool, clock, here, id, keys } = await inUse({ keys: 2 });
  here.kv.meddle = (operation) => operation === "commit" ? clock.sleep(200) : undefined;
  const choosing = Array.from({ length: 4 }, () => choose(pool, { clock }));
  await settled();
  here.kv.meddle = () => {};

  await here.keys.update(id, keys[0]?.id as KeyId, { enabled: false });

  assert.deepEqual(new Set((await Promise.all(choosing)).map(nameOf)), idsOf(keys.slice(1)));
});

Deno.test("PoolRotation says that all keys cool when the last began to while the request waited", async () => {
  const { pool, clock, here, keys } = await inUse({ keys: 1 });
  here.kv.meddle = (operation) => operation === "commit" ? clock.sleep(200) : undefined;
  const choosing = choose(pool, { clock });
  await settled();

  pool.cool(aCooldownOf(keys[0]), Promise.resolve());

  assert.equal((await choosing).kind, "cooling");
});

Deno.test("PoolRotation forgets a cooldown that could not be saved with the next news", async () => {
  const { pool, clock, here, there, id, keys } = await inUse();
  here.kv.meddle = (operation) => operation === "commit" ? "error" : undefined;
  const saving = cool(here, pool, aCooldownOf(keys[1], { until: 600_000 }));
  await assert.rejects(saving, /out of order/);
  here.kv.meddle = () => {};
  const before = await serving(pool, clock, 6);

  await there.health.cool(id, aCooldownOf(keys[0], { until: 600_000 }));
  await use(pool, clock, 5);

  assert.deepEqual(before, idsOf([keys[0], keys[2]] as Key[]));
  assert.deepEqual(await serving(pool, clock, 6), idsOf(keys.slice(1)));
});

Deno.test("PoolRotation ends a suspicion at once", async () => {
  const { pool, clock, here, keys } = await inUse();
  const suspicion = aCooldownOf(keys[1], { model: "*", reason: "suspect" });
  await cool(here, pool, suspicion);
  const suspected = await serving(pool, clock, 6);

  pool.clearSuspicion(suspicion.subject);

  assert.equal(suspected.has(String(keys[1]?.id)), false);
  assert.deepEqual(await serving(pool, clock, 6), idsOf(keys));
});

Deno.test("PoolRotation has nobody to offer soon after its pool was deleted elsewhere", async () => {
  const { pool, clock, there, id } = await inUse();
  await use(pool, clock, 5);
  await there.pools.delete(id);

  await use(pool, clock, 9);

  assert.deepEqual(await choose(pool, { clock }), { kind: "empty" });
  assert.equal(pool.pool, null);
});
