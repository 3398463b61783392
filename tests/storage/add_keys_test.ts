import assert from "node:assert/strict";
import fc from "fast-check";
import type { PoolId } from "../../lib/domain/ids.ts";
import { KEYS_PER_COMMIT, sortCandidates } from "../../lib/storage/add_keys.ts";
import { keysPrefix } from "../../lib/storage/addresses.ts";
import type { KeyRecord } from "../../lib/storage/key_record.ts";
import { readAll } from "../../lib/storage/page.ts";
import { anIsolate, type Isolate } from "../rotation/isolate.ts";
import { aSecret } from "../support/builders.ts";
import { handClock } from "../support/hand_clock.ts";
import { memoryKv, only } from "../support/kv.ts";

/** Two processes on one KV, with two pools. */
async function twoPools() {
  const clock = { ...handClock(), sleep: () => Promise.resolve() };
  const kv = memoryKv();
  const [here, there] = [anIsolate(kv, { clock }), anIsolate(kv, { clock })];
  const { id: research } = await here.pools.create({ name: "research", metering: true });
  const { id: other } = await here.pools.create({ name: "other", metering: true });
  return { kv, here, there, research, other };
}

function candidates(from: number, to: number) {
  return Array.from({ length: to - from }, (_, n) => ({ secret: aSecret(from + n) }));
}

async function storedSecrets({ kv }: Isolate, pool: PoolId): Promise<string[]> {
  return (await readAll<KeyRecord>(kv, keysPrefix(pool))).map((record) => record.sealed);
}

Deno.test("addKeys() adds what is new and tells nothing secret of it", async () => {
  const { here, research } = await twoPools();

  const report = await here.keys.add(research, [
    { secret: aSecret(1), label: "first", project: "north" },
    { secret: aSecret(2) },
  ]);

  assert.deepEqual(
    report.added.map(({ label, project, lastFour, disabled }) => ({
      label,
      project,
      lastFour,
      disabled,
    })),
    [
      { label: "first", project: "north", lastFour: aSecret(1).slice(-4), disabled: null },
      { label: "", project: null, lastFour: aSecret(2).slice(-4), disabled: null },
    ],
  );
  assert.deepEqual([report.duplicates, report.rejected], [[], []]);
  assert.equal(JSON.stringify(report).includes(aSecret(1)), false);
});

Deno.test("addKeys() takes off what pasting brings along", async () => {
  const { here, research } = await twoPools();

  const { added } = await here.keys.add(research, [{ secret: `\ufeff  "${aSecret(1)}" \u00a0` }]);

  assert.deepEqual(await storedSecrets(here, research), [aSecret(1)]);
  assert.equal(added.length, 1);
});

Deno.test("addKeys() names the entries that repeat an earlier one", async () => {
  const { here, research } = await twoPools();
  const [one, two] = candidates(1, 3);

  const { added, duplicates } = await here.keys.add(research, [one!, two!, one!, one!]);

  assert.equal(added.length, 2);
  assert.deepEqual(duplicates.map(({ entry }) => entry), [3, 4]);
  assert.match(duplicates[0]?.reason ?? "", /^Cannot add key "AIza…\S{4}" twice: it is entry 1/);
});

Deno.test("addKeys() names the pool in which a key serves already", async () => {
  const { here, there, research, other } = await twoPools();
  await here.keys.add(other, candidates(1, 2));

  const { added, duplicates } = await there.keys.add(research, candidates(0, 3));

  assert.equal(added.length, 2);
  assert.equal(duplicates[0]?.entry, 2);
  assert.match(duplicates[0]?.reason ?? "", /it already serves in pool "other"$/);
});

Deno.test("addKeys() rejects junk, says why, and shows no more of it than a mask", async () => {
  const { here, research } = await twoPools();
  const junk = [
    "",
    "AIza",
    "sk-proj-0123456789abcdefghij",
    "ya29.a0AfH6SMB0123456789",
    "x".repeat(513),
  ];

  const { added, rejected } = await here.keys.add(
    research,
    [...junk, aSecret(1)].map((secret) => ({ secret })),
  );

  assert.equal(added.length, 1);
  assert.deepEqual(rejected.map(({ entry }) => entry), [1, 2, 3, 4, 5]);
  assert.equal(JSON.stringify(rejected).includes("0123456789"), false);
});

Deno.test("addKeys() reports duplicates in the order of the list", async () => {
  const { here, research } = await twoPools();
  await here.keys.add(research, candidates(5, 6));

  const { duplicates } = await here.keys.add(research, [
    { secret: aSecret(1) },
    { secret: aSecret(1) },
    { secret: aSecret(5) },
    { secret: aSecret(1) },
  ]);

  assert.deepEqual(duplicates.map(({ entry }) => entry), [2, 3, 4]);
});

Deno.test("addKeys() adds more keys than one commit takes", async () => {
  const { here, research } = await twoPools();
  const count = 2 * KEYS_PER_COMMIT + 7;
  const commits = here.kv.counts.commit;

  const { added } = await here.keys.add(research, candidates(0, count));

  assert.equal(added.length, count);
  assert.equal(new Set(await storedSecrets(here, research)).size, count);
  assert.equal(here.kv.counts.commit - commits, 3);
});

Deno.test("addKeys() keeps the keys of earlier commits when a later one fails, and knows them again", async () => {
  const { here, research } = await twoPools();
  const many = candidates(0, KEYS_PER_COMMIT + 10);
  let commits = 0;
  here.kv.meddle = (operation) => operation === "commit" && ++commits === 2 ? "error" : null;

  await assert.rejects(here.keys.add(research, many), /out of order/);
  const stored = await storedSecrets(here, research);
  const again = await here.keys.add(research, many);

  assert.equal(stored.length, KEYS_PER_COMMIT);
  assert.equal(again.added.length, 10);
  assert.equal(again.duplicates.length, KEYS_PER_COMMIT);
});

Deno.test("addKeys() adds nothing when its only commit fails", async () => {
  const { here, research } = await twoPools();
  here.kv.meddle = only("commit", 1, "error");

  await assert.rejects(here.keys.add(research, candidates(0, 50)), /out of order/);

  assert.deepEqual(await storedSecrets(here, research), []);
  assert.equal((await here.keys.add(research, candidates(0, 50))).added.length, 50);
});

Deno.test("addKeys() lets exactly one win when the same secret is added to two pools at once", async () => {
  const { here, there, research, other } = await twoPools();

  const reports = await Promise.all([
    here.keys.add(research, candidates(1, 2)),
    there.keys.add(other, candidates(1, 2)),
  ]);

  assert.deepEqual(reports.map(({ added }) => added.length).toSorted(), [0, 1]);
  assert.deepEqual(reports.map(({ duplicates }) => duplicates.length).toSorted(), [0, 1]);
});

Deno.test("addKeys() holds every secret once, whoever adds overlapping lists at once", async () => {
  const { here, there, research, other } = await twoPools();

  await Promise.all([
    here.keys.add(research, candidates(0, 30)),
    there.keys.add(other, candidates(20, 50)),
    here.keys.add(other, candidates(10, 40)),
    there.tokens.create({ name: "mine" }, { kind: "keys", candidates: candidates(35, 60) }),
  ]);

  const pools = (await here.pools.list({})).items;
  const secrets = await Promise.all(pools.map((pool) => storedSecrets(here, pool.id)));
  assert.deepEqual(secrets.flat().toSorted(), candidates(0, 60).map((c) => c.secret).toSorted());
});

Deno.test("addKeys() refuses a pool that is not there", async () => {
  const { here } = await twoPools();

  await assert.rejects(here.keys.add("pool-9" as PoolId, candidates(0, 1)), { code: "not_found" });
});

Deno.test("addKeys() adds nothing to a pool that is deleted at the same moment", async () => {
  const { here, there, research } = await twoPools();
  here.kv.meddle = async (operation) => {
    here.kv.meddle = () => {};
    if (operation === "get") await there.pools.delete(research);
  };

  await assert.rejects(here.keys.add(research, candidates(0, 3)), { code: "not_found" });

  assert.deepEqual(await storedSecrets(here, research), []);
});

Deno.test("addKeys() adds nothing to a pool that is deleted just before the commit", async () => {
  const { here, there, research } = await twoPools();
  here.kv.meddle = async (operation) => {
    if (operation !== "commit") return;
    here.kv.meddle = () => {};
    await there.pools.delete(research);
  };

  await assert.rejects(here.keys.add(research, candidates(0, 3)), { code: "not_found" });

  assert.deepEqual(await storedSecrets(here, research), []);
});

Deno.test("addKeys() takes a secret again whose key, or pool, was deleted", async () => {
  const { here, research, other } = await twoPools();
  const { added: [key] } = await here.keys.add(research, candidates(1, 2));
  await here.keys.delete(research, key!.id);
  await here.keys.add(research, candidates(1, 3));
  await here.pools.delete(research);

  const { added } = await here.keys.add(other, candidates(1, 3));

  assert.equal(added.length, 2);
});

Deno.test("sortCandidates() puts every entry into exactly one heap", () => {
  const aPasted = fc.oneof(fc.string(), fc.constantFrom(...candidates(0, 4).map((c) => c.secret)));

  fc.assert(fc.property(fc.array(aPasted, { maxLength: 30 }), (pasted) => {
    const { fresh, duplicates, rejected } = sortCandidates(pasted.map((secret) => ({ secret })));

    const entries = [...fresh, ...duplicates, ...rejected].map(({ entry }) => entry);
    assert.deepEqual(entries.toSorted((a, b) => a - b), pasted.map((_, index) => index + 1));
    const secrets = fresh.map(({ candidate }) => candidate.secret);
    assert.equal(new Set(secrets).size, secrets.length);
  }));
});
