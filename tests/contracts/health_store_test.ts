/**
 * What every keeper of keys' health promises to the relay.
 *
 * @module
 */

import assert from "node:assert/strict";
import { EVERY_MODEL, later, type PoolId } from "../../lib/domain/ids.ts";
import type { Key } from "../../lib/domain/key.ts";
import { aCooldown, aLastOutcome } from "../support/builders.ts";
import { NOON } from "../support/hand_clock.ts";
import { promise, type TwoProcesses } from "./stores.ts";

const HOUR_MS = 3_600_000;
const INVALID = { reason: "invalid", at: NOON } as const;

async function aPool({ here }: TwoProcesses, { keys: count = 2 } = {}) {
  const { id } = await here.pools.create({ name: "research", metering: true });
  const secrets = Array.from({ length: count }, () => `AIza${crypto.randomUUID()}`);
  const { added } = await here.keys.add(id, secrets.map((secret) => ({ secret })));
  return { id, keys: added, secrets, key: added[0] as Key };
}

async function cooldowns({ there }: TwoProcesses, id: PoolId) {
  return (await there.rotation.loadCooldowns(id)).cooldowns;
}

promise("HealthStore opens every secret of a pool that was loaded", async (both) => {
  const { id, keys, secrets } = await aPool(both, { keys: 5 });
  await both.there.rotation.loadRoster(id);

  const opened = await Promise.all(keys.map((key) => both.there.health.openSecret(key)));
  const again = keys.map((key) => both.there.health.openSecret(key));

  assert.deepEqual(opened, secrets);
  assert.deepEqual(again, secrets);
});

promise("HealthStore keeps the later of two cooldowns", async (both) => {
  const { id } = await aPool(both);
  const [early, late] = [aCooldown({ until: 1_000 }), aCooldown({ until: 9_000 })];

  await both.here.health.cool(id, late);
  await both.there.health.cool(id, early);

  assert.deepEqual(await cooldowns(both, id), [late]);
});

promise("HealthStore keeps the latest cooldown of those written at once", async (both) => {
  const { id } = await aPool(both);
  const ends = [4_000, 9_000, 2_000, 7_000];

  await Promise.all(
    ends.map((until, n) => (n % 2 ? both.here : both.there).health.cool(id, aCooldown({ until }))),
  );

  assert.deepEqual(await cooldowns(both, id), [aCooldown({ until: 9_000 })]);
});

promise("HealthStore ends a suspicion and no other cooldown", async (both) => {
  const { id } = await aPool(both);
  const billing = aCooldown({ subject: "key:k2", model: EVERY_MODEL, reason: "billing" });
  await both.here.health.cool(id, billing);
  await both.here.health.cool(
    id,
    aCooldown({ subject: "key:k1", model: EVERY_MODEL, reason: "suspect" }),
  );

  await both.there.health.clearSuspicion(id, "key:k1");
  await both.there.health.clearSuspicion(id, "key:k2");
  await both.there.health.clearSuspicion(id, "key:k3");

  assert.deepEqual(await cooldowns(both, id), [billing]);
});

promise("HealthStore disables a key once, and lets others see why", async (both) => {
  const { id, key } = await aPool(both);

  const did = await Promise.all([
    both.here.health.disable(key, INVALID),
    both.there.health.disable(key, INVALID),
  ]);

  const { disabled } = await both.there.keys.get(id, key.id);
  assert.deepEqual(did.toSorted(), [false, true]);
  assert.deepEqual(disabled, {
    by: "evidence",
    ...INVALID,
    probes: 0,
    nextProbeAt: later(NOON, HOUR_MS),
  });
});

promise("HealthStore leaves one key of a pool working", async (both) => {
  const { id, keys } = await aPool(both, { keys: 3 });

  const did = await Promise.all(
    keys.map((key, n) => (n % 2 ? both.here : both.there).health.disable(key, INVALID)),
  );

  const { ready } = await both.here.keys.count(id);
  assert.deepEqual(did.toSorted(), [false, true, true]);
  assert.equal(ready, 1);
});

promise("HealthStore gives a due probe to one process", async (both) => {
  const { key } = await aPool(both);
  await both.here.health.disable(key, INVALID);

  const early = await both.here.health.claimProbe(key, later(NOON, HOUR_MS - 1));
  const due = await Promise.all([
    both.here.health.claimProbe(key, later(NOON, HOUR_MS)),
    both.there.health.claimProbe(key, later(NOON, HOUR_MS)),
  ]);

  assert.equal(early, false);
  assert.deepEqual(due.toSorted(), [false, true]);
});

promise("HealthStore restores what was disabled on evidence", async (both) => {
  const { id, key } = await aPool(both);
  await both.here.health.disable(key, INVALID);

  await both.there.health.restore(key);

  assert.equal((await both.here.keys.get(id, key.id)).disabled, null);
});

promise("HealthStore does nothing to a key that is gone", async (both) => {
  const { id, key } = await aPool(both);
  await both.there.keys.delete(id, key.id);
  const before = await both.there.rotation.readMarks(id);

  await both.here.health.restore(key);
  const did = [
    await both.here.health.disable(key, INVALID),
    await both.here.health.claimProbe(key, later(NOON, HOUR_MS)),
  ];

  assert.deepEqual(did, [false, false]);
  assert.deepEqual(await both.there.rotation.readMarks(id), before);
});

promise("HealthStore remembers the last outcome of each key", async (both) => {
  const { id, keys } = await aPool(both, { keys: 12 });
  const outcomes = keys.map((key, n) => ({
    poolId: id,
    keyId: key.id,
    last: aLastOutcome({ status: 400 + n }),
  }));

  await both.here.health.recordOutcomes(outcomes.slice(0, 6));
  await both.there.health.recordOutcomes(outcomes.slice(3));

  const { items } = await both.here.keys.list(id, {});
  assert.deepEqual(items.map((key) => key.lastOutcome?.status), outcomes.map((o) => o.last.status));
});
