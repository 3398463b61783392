import assert from "node:assert/strict";
import type { KeyId, PoolId } from "../../lib/domain/ids.ts";
import { later } from "../../lib/domain/ids.ts";
import type { Key } from "../../lib/domain/key.ts";
import { keyAddress } from "../../lib/storage/addresses.ts";
import { anIsolate } from "../rotation/isolate.ts";
import { aCooldown, aLastOutcome, aSecret, MODEL } from "../support/builders.ts";
import { handClock, NOON } from "../support/hand_clock.ts";
import { dumpKv, memoryKv } from "../support/kv.ts";
import { withStorage } from "../support/storage.ts";

const NOBODY = "key-9" as KeyId;

/** Two processes on one KV, with a pool of so many keys. */
async function twoIsolates({ keys: count = 1, project = null as string | null } = {}) {
  const clock = { ...handClock(), sleep: () => Promise.resolve() };
  const kv = memoryKv();
  const [here, there] = [anIsolate(kv, { clock }), anIsolate(kv, { clock })];
  const { id } = await here.pools.create({ name: "research", metering: true });
  const secrets = Array.from({ length: count }, (_, n) => ({ secret: aSecret(n), project }));
  const { added } = await here.keys.add(id, secrets);
  const key = added[0] as Key;
  return { clock, kv, here, there, id, key, added };
}

Deno.test("Keys reports a fresh key as ready, with nothing behind it", async () => {
  const { here, id, key } = await twoIsolates();

  assert.deepEqual(await here.keys.get(id, key.id), {
    ...key,
    state: "ready",
    reason: null,
    cooldowns: [],
    lastOutcome: null,
  });
});

Deno.test("Keys reports what cools, why, and what last happened", async () => {
  const { here, id, key, clock } = await twoIsolates();
  const cooldown = aCooldown({ subject: `key:${key.id}`, reason: "day_quota" });
  const last = aLastOutcome({ outcome: "exhausted", rule: "day_quota", status: 429 });
  await here.health.cool(id, cooldown);
  await here.health.recordOutcomes([{ poolId: id, keyId: key.id, last }]);

  const { items: [cooling] } = await here.keys.list(id, {});
  await clock.advance(60_000);
  const ready = await here.keys.get(id, key.id);

  const known = { ...key, cooldowns: [cooldown], lastOutcome: last };
  assert.deepEqual(cooling, { ...known, state: "cooling", reason: "day_quota" });
  assert.deepEqual(ready, { ...known, state: "ready", reason: null, cooldowns: [] });
});

Deno.test("Keys lists the last outcome beside the key it belongs to, whatever their number", async () => {
  const { here, id, added } = await twoIsolates({ keys: 35 });
  const outcomes = added.map((key, n) => ({
    poolId: id,
    keyId: key.id,
    last: aLastOutcome({ status: n }),
  }));
  await here.health.recordOutcomes(outcomes.filter((_, n) => n % 2 === 0));

  const { items } = await here.keys.list(id, {});

  assert.deepEqual(
    items.map((key) => key.lastOutcome?.status ?? null),
    added.map((_, n) => n % 2 === 0 ? n : null),
  );
});

Deno.test("Keys changes what it is told to, and leaves the rest", async () => {
  const { here, id, key } = await twoIsolates();

  await here.keys.update(id, key.id, { label: "mine" });
  await here.keys.update(id, key.id, { project: "north" });
  const disabled = await here.keys.update(id, key.id, { enabled: false });
  const enabled = await here.keys.update(id, key.id, { enabled: true, project: null });

  assert.deepEqual(disabled.disabled, { by: "operator", at: NOON });
  assert.deepEqual([disabled.state, disabled.reason], ["disabled", "operator"]);
  assert.deepEqual(disabled.label, "mine");
  assert.deepEqual(disabled.project, "north");
  assert.deepEqual(enabled, { ...enabled, ...key, label: "mine" });
});

Deno.test("Keys loses no change when two people change a key at once", async () => {
  const { here, there, id, key } = await twoIsolates();

  await Promise.all([
    here.keys.update(id, key.id, { label: "mine" }),
    there.keys.update(id, key.id, { enabled: false }),
  ]);

  const { label, disabled } = await here.keys.get(id, key.id);
  assert.deepEqual({ label, by: disabled?.by }, { label: "mine", by: "operator" });
});

Deno.test("Keys deletes a key with all that is known of it", async () => {
  const { here, id, key, kv } = await twoIsolates();
  await here.health.cool(id, aCooldown({ subject: `key:${key.id}` }));
  const last = aLastOutcome();
  await here.health.recordOutcomes([{ poolId: id, keyId: key.id, last }]);

  await here.keys.delete(id, key.id);

  const left = (await dumpKv(kv)).split("\n").filter((line) => !line.startsWith('["audit"'));
  assert.equal(left.join().includes(key.id), false);
  await assert.rejects(here.keys.get(id, key.id), { code: "not_found" });
});

for (
  const [subject, model] of [["key", MODEL], ["project", MODEL], ["key", "*"]] as const
) {
  Deno.test(`Keys wakes a key that cools by ${subject} for ${model}, here and elsewhere`, async () => {
    const { here, there, id, key } = await twoIsolates({ keys: 2, project: "north" });
    const name = subject === "key" ? `key:${key.id}` as const : "project:north";
    await here.health.cool(id, aCooldown({ subject: name, model }));
    const { mark } = await there.store.loadCooldowns(id);

    const woken = await here.keys.wake(id, key.id);

    assert.deepEqual([woken.state, woken.cooldowns], ["ready", []]);
    const known = await there.store.loadCooldowns(id);
    assert.deepEqual(known.cooldowns, []);
    assert.notEqual(known.mark, mark);
  });
}

Deno.test("Keys wakes no other key", async () => {
  const { here, id, added } = await twoIsolates({ keys: 2 });
  for (const key of added) await here.health.cool(id, aCooldown({ subject: `key:${key.id}` }));

  await here.keys.wake(id, added[0]!.id);

  assert.deepEqual(
    (await here.keys.list(id, {})).items.map((key) => key.state),
    ["ready", "cooling"],
  );
});

Deno.test("Keys wakes a key and tells the other isolates in one commit", async () => {
  const { here, there, id, key } = await twoIsolates();
  await here.health.cool(id, aCooldown({ subject: `key:${key.id}` }));
  const { mark } = await there.store.loadCooldowns(id);
  let commits = 0;
  here.kv.meddle = (operation) => operation === "commit" && ++commits > 1 ? "error" : null;

  await here.keys.wake(id, key.id);

  const known = await there.store.loadCooldowns(id);
  assert.deepEqual([known.cooldowns.length, known.mark !== mark], [0, true]);
});

Deno.test(
  "Keys opens a secret for a probe, and none that was moved to another key",
  withStorage(async ({ pools, keys, kv }) => {
    const { id } = await pools.create({ name: "research", metering: true });
    const { added } = await keys.add(id, [{ secret: aSecret(1) }, { secret: aSecret(2) }]);
    const [one, two] = added.map((key) => key.id) as [KeyId, KeyId];
    const opened = await keys.openSecret(id, one);
    const stolen = (await kv.get(keyAddress(id, one))).value;
    await kv.set(keyAddress(id, two), stolen);

    await assert.rejects(keys.openSecret(id, two), { name: "VaultSealed" });

    assert.equal(opened, aSecret(1));
  }),
);

for (
  const [what, act] of Object.entries({
    get: (keys: Keys, pool: PoolId) => keys.get(pool, NOBODY),
    update: (keys: Keys, pool: PoolId) => keys.update(pool, NOBODY, { label: "x" }),
    delete: (keys: Keys, pool: PoolId) => keys.delete(pool, NOBODY),
    wake: (keys: Keys, pool: PoolId) => keys.wake(pool, NOBODY),
    openSecret: (keys: Keys, pool: PoolId) => keys.openSecret(pool, NOBODY),
  })
) {
  Deno.test(`Keys cannot ${what} a key that is not there, and writes nothing`, async () => {
    const { here, id, kv } = await twoIsolates();
    const before = await dumpKv(kv);

    await assert.rejects(act(here.keys, id), { code: "not_found" });

    assert.equal(await dumpKv(kv), before);
  });
}

Deno.test("Keys lists no keys of a pool that is not there", async () => {
  const { here } = await twoIsolates();

  await assert.rejects(here.keys.list("pool-9" as PoolId, {}), { code: "not_found" });
});

Deno.test("Keys counts a pool's keys by what they are doing", async () => {
  const { here, id, added, clock } = await twoIsolates({ keys: 5 });
  await here.keys.update(id, added[0]!.id, { enabled: false });
  for (const n of [0, 1, 2]) {
    await here.health.cool(id, aCooldown({ subject: `key:${added[n]!.id}`, until: 1_000 * n }));
  }

  const before = await here.keys.count(id);
  await clock.advance(1_000);

  assert.deepEqual(before, { ready: 2, cooling: 2, disabled: 1 });
  assert.deepEqual(await here.keys.count(id), { ready: 3, cooling: 1, disabled: 1 });
});

Deno.test("Keys keeps an operator's word when evidence comes later", async () => {
  const { here, there, id, key } = await twoIsolates({ keys: 2 });
  await here.keys.update(id, key.id, { enabled: false });

  const did = await there.health.disable(key, { reason: "invalid", at: later(NOON, 1) });

  assert.equal(did, false);
  assert.deepEqual((await here.keys.get(id, key.id)).disabled, { by: "operator", at: NOON });
});

type Keys = Awaited<ReturnType<typeof twoIsolates>>["here"]["keys"];
