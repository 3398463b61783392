/**
 * What every keeper of turns, rosters and cooldowns promises to rotation.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { KeyId, PoolId } from "../../lib/domain/ids.ts";
import type { Key } from "../../lib/domain/key.ts";
import { aCooldown } from "../support/builders.ts";
import { promise, type TwoProcesses } from "./stores.ts";

const NOWHERE = "pool-9" as PoolId;

/** Random, because KV Connect remembers the run before. */
function someSecrets(count: number) {
  return Array.from({ length: count }, () => ({ secret: `AIza${crypto.randomUUID()}` }));
}

async function aPool({ here }: TwoProcesses, { keys: count = 0 } = {}) {
  const { id } = await here.pools.create({ name: "research", metering: true });
  const { added } = await here.keys.add(id, someSecrets(count));
  return { id, keys: added };
}

promise("RotationStore begins at turn 0 and goes on where the last claim ended", async (both) => {
  const { id } = await aPool(both);

  const claims = [
    await both.here.rotation.claimTurns(id, 3),
    await both.there.rotation.claimTurns(id, 1),
    await both.here.rotation.claimTurns(id, 100_000),
    await both.there.rotation.claimTurns(id, 1),
  ];

  assert.deepEqual(claims.map(({ first, count }) => [first, count]), [
    [0, 3],
    [3, 1],
    [4, 100_000],
    [100_004, 1],
  ]);
});

promise("RotationStore never gives a turn twice", async (both) => {
  const { id } = await aPool(both);
  const counts = [1, 7, 2, 30, 3, 1, 4, 9];

  const claims = await Promise.all(
    counts.map((count, n) => (n % 2 ? both.here : both.there).rotation.claimTurns(id, count)),
  );

  const turns = claims.flatMap(({ first, count }) =>
    Array.from({ length: count }, (_, n) => first + n)
  );
  const total = counts.reduce((sum, count) => sum + count);
  assert.deepEqual(turns.toSorted((a, b) => a - b), Array.from({ length: total }, (_, n) => n));
});

promise("RotationStore counts the turns of each pool by themselves", async (both) => {
  const [one, two] = [await aPool(both), await aPool(both)];
  await both.here.rotation.claimTurns(one.id, 5);

  const { first } = await both.here.rotation.claimTurns(two.id, 1);

  assert.equal(first, 0);
});

promise("RotationStore reads the same marks in a claim as without one", async (both) => {
  const { id } = await aPool(both, { keys: 1 });
  await both.here.health.cool(id, aCooldown());

  const { marks } = await both.there.rotation.claimTurns(id, 1);

  assert.deepEqual(marks, await both.here.rotation.readMarks(id));
  assert.notEqual(marks.roster, null);
  assert.notEqual(marks.cooldowns, null);
});

promise("RotationStore has no marks of a pool that was never written", async ({ here }) => {
  assert.deepEqual(await here.rotation.readMarks(NOWHERE), { roster: null, cooldowns: null });
});

promise("RotationStore moves no mark when a turn is claimed", async (both) => {
  const { id } = await aPool(both);
  const before = await both.here.rotation.readMarks(id);

  await both.there.rotation.claimTurns(id, 9);

  assert.deepEqual(await both.here.rotation.readMarks(id), before);
});

promise("RotationStore loads a pool with its keys in the order of their ids", async (both) => {
  const { id, keys } = await aPool(both, { keys: 12 });

  const roster = await both.there.rotation.loadRoster(id);

  assert.deepEqual(roster?.keys.map((key) => key.id), keys.map((key) => key.id).toSorted());
  assert.equal(roster?.pool.name, "research");
  assert.equal(roster?.mark, (await both.here.rotation.readMarks(id)).roster);
});

promise("RotationStore knows no pool that is not there", async ({ here }) => {
  assert.equal(await here.rotation.loadRoster(NOWHERE), null);
  assert.deepEqual(await here.rotation.loadCooldowns(NOWHERE), { cooldowns: [], mark: null });
});

const CHANGES: Record<
  string,
  ({ there }: TwoProcesses, pool: PoolId, key: Key) => Promise<unknown>
> = {
  "a key is added": ({ there }, pool) => there.keys.add(pool, someSecrets(1)),
  "a key is disabled by hand": ({ there }, pool, { id }) =>
    there.keys.update(pool, id, { enabled: false }),
  "a key's project becomes known": ({ there }, pool, { id }) =>
    there.keys.update(pool, id, { project: "north" }),
  "a key is deleted": ({ there }, pool, { id }) => there.keys.delete(pool, id),
  "a key is disabled on evidence": ({ there }, _pool, key) =>
    there.health.disable(key, { reason: "invalid", at: key.createdAt }),
  "the pool is changed": ({ there }, pool) => there.pools.update(pool, { metering: false }),
  "the pool is deleted": ({ there }, pool) => there.pools.delete(pool),
};

for (const [change, act] of Object.entries(CHANGES)) {
  promise(`RotationStore moves the roster mark when ${change}`, async (both) => {
    const { id, keys } = await aPool(both, { keys: 2 });
    const before = await both.here.rotation.readMarks(id);

    await act(both, id, keys[0] as Key);

    assert.notEqual((await both.here.rotation.readMarks(id)).roster, before.roster);
  });
}

promise("RotationStore moves the cooldown mark when a key is woken", async (both) => {
  const { id, keys } = await aPool(both, { keys: 1 });
  await both.here.health.cool(id, aCooldown({ subject: `key:${keys[0]?.id}` }));
  const before = await both.here.rotation.readMarks(id);

  await both.there.keys.wake(id, keys[0]?.id as KeyId);

  assert.notEqual((await both.here.rotation.readMarks(id)).cooldowns, before.cooldowns);
  assert.deepEqual((await both.here.rotation.loadCooldowns(id)).cooldowns, []);
});

promise("RotationStore lists cooldowns of every subject and model", async (both) => {
  const { id } = await aPool(both);
  const all = [
    aCooldown({ subject: "key:k1", model: "*" }),
    aCooldown({ subject: "key:k1", model: "gemini-2.5-pro" }),
    aCooldown({ subject: "key:k2", model: "gemini-2.5-pro" }),
    aCooldown({ subject: "project:north", model: "gemini-2.5-pro" }),
  ];

  for (const cooldown of all.toReversed()) await both.there.health.cool(id, cooldown);

  assert.deepEqual((await both.here.rotation.loadCooldowns(id)).cooldowns, all);
});
