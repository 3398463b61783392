import assert from "node:assert/strict";
import { later } from "../../lib/domain/ids.ts";
import type { Key } from "../../lib/domain/key.ts";
import { lastOutcomesPrefix } from "../../lib/storage/addresses.ts";
import { readAll } from "../../lib/storage/page.ts";
import { anIsolate } from "../rotation/isolate.ts";
import { aLastOutcome, aSecret } from "../support/builders.ts";
import { handClock, NOON } from "../support/hand_clock.ts";
import { dumpKv, memoryKv } from "../support/kv.ts";

const HOUR_MS = 3_600_000;
const LEAKED = { reason: "leaked", at: NOON } as const;

/** Two processes on one KV, with a pool of so many keys. */
async function twoIsolates({ keys: count = 2 } = {}) {
  const clock = { ...handClock(), sleep: () => Promise.resolve() };
  const kv = memoryKv();
  const [here, there] = [anIsolate(kv, { clock }), anIsolate(kv, { clock })];
  const { id } = await here.pools.create({ name: "research", metering: true });
  const secrets = Array.from({ length: count }, (_, n) => ({ secret: aSecret(n) }));
  const { added } = await here.keys.add(id, secrets);
  const key = added[0] as Key;
  const disabled = async () => (await there.keys.get(id, key.id)).disabled;
  return { clock, kv, here, there, id, key, added, disabled };
}

Deno.test("HealthStore disables a key on evidence, and plans the first probe in an hour", async () => {
  const { here, key, disabled } = await twoIsolates();

  const did = await here.health.disable(key, LEAKED);

  assert.equal(did, true);
  assert.deepEqual(await disabled(), {
    by: "evidence",
    reason: "leaked",
    at: NOON,
    probes: 0,
    nextProbeAt: NOON + HOUR_MS,
  });
});

Deno.test("HealthStore disables a key once, whoever else finds the same", async () => {
  const { here, there, key, disabled } = await twoIsolates();

  const did = await Promise.all([
    here.health.disable(key, LEAKED),
    there.health.disable(key, { reason: "invalid", at: NOON }),
  ]);

  assert.deepEqual(did.toSorted(), [false, true]);
  assert.equal((await disabled())?.by, "evidence");
});

Deno.test("HealthStore never disables the last key of a pool that works", async () => {
  const { here, added, id } = await twoIsolates({ keys: 3 });
  await here.keys.update(id, added[2]!.id, { enabled: false });

  const did = [];
  for (const key of added.slice(0, 2)) did.push(await here.health.disable(key, LEAKED));

  assert.deepEqual(did, [true, false]);
});

Deno.test("HealthStore leaves one key working when isolates disable all of them at once", async () => {
  const { here, there, added, id } = await twoIsolates({ keys: 4 });

  const did = await Promise.all(
    added.map((key, n) => (n % 2 ? here : there).health.disable(key, LEAKED)),
  );

  const { items } = await here.keys.list(id, {});
  assert.deepEqual(did.toSorted(), [false, true, true, true]);
  assert.deepEqual(items.map((key) => key.state).toSorted(), [
    "disabled",
    "disabled",
    "disabled",
    "ready",
  ]);
});

Deno.test("HealthStore lets one isolate take on a probe, when it is due", async () => {
  const { here, there, key } = await twoIsolates();
  await here.health.disable(key, LEAKED);

  const early = await here.health.claimProbe(key, later(NOON, HOUR_MS - 1));
  const due = await Promise.all([
    here.health.claimProbe(key, later(NOON, HOUR_MS)),
    there.health.claimProbe(key, later(NOON, HOUR_MS)),
  ]);

  assert.equal(early, false);
  assert.deepEqual(due.toSorted(), [false, true]);
});

Deno.test("HealthStore probes a dead key after one hour, six, and then every day", async () => {
  const { here, key, disabled } = await twoIsolates();
  await here.health.disable(key, LEAKED);
  const pauses: number[] = [];

  let now = NOON;
  for (let probe = 0; probe < 5; probe++) {
    const state = await disabled();
    const next = state?.by === "evidence" ? state.nextProbeAt : assert.fail("it is not disabled");
    pauses.push((next - now) / HOUR_MS);
    now = next;
    await here.health.claimProbe(key, now);
  }

  assert.deepEqual(pauses, [1, 6, 24, 24, 24]);
});

Deno.test("HealthStore puts a key back to work that was disabled on evidence", async () => {
  const { here, key, disabled } = await twoIsolates();
  await here.health.disable(key, LEAKED);

  await here.health.restore(key);

  assert.equal(await disabled(), null);
});

Deno.test("HealthStore touches no key that an operator has switched off", async () => {
  const { here, there, key, id, kv } = await twoIsolates();
  await there.keys.update(id, key.id, { enabled: false });
  const before = await dumpKv(kv);

  await here.health.restore(key);
  const did = [
    await here.health.disable(key, LEAKED),
    await here.health.claimProbe(key, later(NOON, 100 * HOUR_MS)),
  ];

  assert.deepEqual(did, [false, false]);
  assert.equal(await dumpKv(kv), before);
});

Deno.test("HealthStore makes no probe of a key that an operator has switched on again", async () => {
  const { here, there, key, id, kv } = await twoIsolates();
  await here.health.disable(key, LEAKED);
  await there.keys.update(id, key.id, { enabled: true });
  const before = await dumpKv(kv);

  const did = await here.health.claimProbe(key, later(NOON, HOUR_MS));
  await here.health.restore(key);

  assert.equal(did, false);
  assert.equal(await dumpKv(kv), before);
});

Deno.test("HealthStore touches nothing when the key is gone (REL-24)", async () => {
  const { here, there, key, id, kv } = await twoIsolates();
  await there.keys.delete(id, key.id);
  await there.keys.add(id, [{ secret: aSecret(0) }]);
  const before = await dumpKv(kv);

  await here.health.restore(key);
  const did = [
    await here.health.disable(key, LEAKED),
    await here.health.claimProbe(key, later(NOON, HOUR_MS)),
  ];

  assert.deepEqual(did, [false, false]);
  assert.equal(await dumpKv(kv), before);
});

Deno.test("HealthStore does not bring back a key that is deleted while it is disabled", async () => {
  const { here, there, key, id } = await twoIsolates();
  here.kv.meddle = async (operation) => {
    if (operation !== "commit") return;
    here.kv.meddle = () => {};
    await there.keys.delete(id, key.id);
  };

  const did = await here.health.disable(key, LEAKED);

  assert.equal(did, false);
  await assert.rejects(there.keys.get(id, key.id), { code: "not_found" });
});

Deno.test("HealthStore tells all isolates of what it did to a key", async () => {
  const { here, there, key, id } = await twoIsolates();
  const mark = async () => (await there.store.readMarks(id)).roster;
  const marks = [await mark()];

  await here.health.disable(key, LEAKED);
  marks.push(await mark());
  await here.health.restore(key);
  marks.push(await mark());

  assert.equal(new Set(marks).size, 3);
});

Deno.test("HealthStore acts on its own word at once", async () => {
  const { here, key, id } = await twoIsolates({ keys: 3 });
  const pool = await here.rotation.pool(id);
  await here.health.disable(key, LEAKED);

  await pool?.choose({ model: "m" });

  assert.equal(pool?.enabledCount, 2);
});

Deno.test("HealthStore remembers the last outcome of more keys than one commit takes", async () => {
  const { here, kv, id } = await twoIsolates();
  const outcomes = Array.from({ length: 901 }, (_, n) => ({
    poolId: id,
    keyId: `k${String(n).padStart(4, "0")}` as Key["id"],
    last: aLastOutcome({ status: n }),
  }));
  const commits = here.kv.counts.commit;

  await here.health.recordOutcomes(outcomes);

  assert.deepEqual(await readAll(kv, lastOutcomesPrefix(id)), outcomes.map(({ last }) => last));
  assert.equal(here.kv.counts.commit - commits, 3);
});

Deno.test("HealthStore opens the secret of a key whose pool is loaded", async () => {
  const { here, id, key } = await twoIsolates();
  await here.store.loadRoster(id);

  assert.equal(await here.health.openSecret(key), aSecret(0));
});
