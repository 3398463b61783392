import assert from "node:assert/strict";
import type { KeyId, PoolId } from "../../lib/domain/ids.ts";
import { keyDigestAddress, poolAddress, rosterMarkAddress } from "../../lib/storage/addresses.ts";
import { encode } from "../../lib/storage/codec.ts";
import { anIsolate, type Isolate } from "../rotation/isolate.ts";
import { aCooldown, aLastOutcome, aSecret } from "../support/builders.ts";
import { handClock, NOON } from "../support/hand_clock.ts";
import { dumpKv, memoryKv } from "../support/kv.ts";

const NOWHERE = "pool-9" as PoolId;

/** Two processes on one KV. */
function twoIsolates() {
  const clock = { ...handClock(), sleep: () => Promise.resolve() };
  const kv = memoryKv();
  return { kv, here: anIsolate(kv, { clock }), there: anIsolate(kv, { clock }) };
}

async function aPoolWith({ pools, keys }: Isolate, secrets: readonly number[]): Promise<PoolId> {
  const { id } = await pools.create({ name: "research", metering: true });
  await keys.add(id, secrets.map((n) => ({ secret: aSecret(n) })));
  return id;
}

/** Lets another process act just before the next operation of this kind. */
function before(
  { kv }: Isolate,
  operation: "get" | "getMany" | "list" | "commit",
  act: () => Promise<unknown>,
): void {
  kv.meddle = async (asked) => {
    if (asked !== operation) return;
    kv.meddle = () => {};
    await act();
  };
}

Deno.test("Pools remembers what it created", async () => {
  const { here, there } = twoIsolates();

  const pool = await here.pools.create({ name: "research", metering: false });

  assert.deepEqual(await there.pools.get(pool.id), pool);
  assert.deepEqual((await there.pools.list({})).items, [pool]);
});

Deno.test("Pools changes what it is told to, and leaves the rest", async () => {
  const { here } = twoIsolates();
  const pool = await here.pools.create({ name: "research", metering: true });

  const renamed = await here.pools.update(pool.id, { name: "renamed" });

  assert.deepEqual(renamed, { ...pool, name: "renamed" });
  assert.deepEqual(await here.pools.get(pool.id), renamed);
});

Deno.test("Pools gives a pool the aliases it is told, all of them anew, and none unless told", async () => {
  const { here, there } = twoIsolates();
  const aliases = { "gpt-4o": "gemini-3.6-flash", "openai/o3": "gemini-2.5-pro" };
  const plain = await here.pools.create({ name: "research", metering: true });
  const { id } = await here.pools.create({ name: "research", metering: true, aliases });

  const created = await there.pools.get(id);
  const updated = await there.pools.update(id, { aliases: { "gpt-5": "gemini-3.6-flash" } });
  const renamed = await here.pools.update(id, { name: "renamed" });

  assert.deepEqual(plain.aliases, {});
  assert.deepEqual(created.aliases, aliases);
  assert.deepEqual(updated.aliases, { "gpt-5": "gemini-3.6-flash" });
  assert.deepEqual(renamed.aliases, { "gpt-5": "gemini-3.6-flash" });
});

Deno.test("Pools reads a pool that was stored before there were aliases, and changes it", async () => {
  const { kv, here, there } = twoIsolates();
  const old = { id: "pool-1" as PoolId, name: "old", createdAt: NOON, metering: false };
  await kv.atomic().set(poolAddress(old.id), encode(old)).commit();

  const read = await here.pools.get(old.id);
  const listed = await here.pools.list({});
  const roster = await here.store.loadRoster(old.id);
  const renamed = await there.pools.update(old.id, { name: "renamed" });

  assert.deepEqual(read, { ...old, aliases: {} });
  assert.deepEqual(listed.items, [read]);
  assert.deepEqual(roster?.pool, read);
  assert.deepEqual(renamed, { ...read, name: "renamed" });
});

Deno.test("Pools loses no change when two people change a pool at once", async () => {
  const { here, there } = twoIsolates();
  const { id } = await here.pools.create({ name: "research", metering: true });

  await Promise.all([
    here.pools.update(id, { name: "renamed" }),
    there.pools.update(id, { metering: false }),
  ]);

  const { name, metering } = await here.pools.get(id);
  assert.deepEqual({ name, metering }, { name: "renamed", metering: false });
});

for (
  const [what, act] of [
    ["get", ({ pools }: Isolate) => pools.get(NOWHERE)],
    ["update", ({ pools }: Isolate) => pools.update(NOWHERE, { name: "x" })],
    ["delete", ({ pools }: Isolate) => pools.delete(NOWHERE)],
  ] as const
) {
  Deno.test(`Pools cannot ${what} a pool that is not there, and writes nothing`, async () => {
    const { here } = twoIsolates();

    await assert.rejects(act(here), { code: "not_found" });

    assert.equal(here.kv.counts.commit, 0);
  });
}

Deno.test("Pools moves the roster mark with each change, so that other isolates hear of it", async () => {
  const { here, kv } = twoIsolates();
  const { id } = await here.pools.create({ name: "research", metering: true });
  const mark = async () => (await kv.get(rosterMarkAddress(id))).versionstamp;
  const created = await mark();

  await here.pools.update(id, { name: "renamed" });
  const updated = await mark();
  await here.pools.delete(id);

  assert.notEqual(created, null);
  assert.notEqual(updated, created);
  assert.notEqual(await mark(), updated);
});

Deno.test("Pools deletes a pool with everything that belongs to it, and nothing else", async () => {
  const { here, kv } = twoIsolates();
  const other = await aPoolWith(here, [7]);
  const before = await dumpKv(kv);
  const id = await aPoolWith(here, [1, 2, 3]);
  const { items: [key] } = await here.keys.list(id, {});
  await here.health.cool(id, aCooldown({ subject: `key:${key!.id}` }));
  await here.health.recordOutcomes([{ poolId: id, keyId: key!.id, last: aLastOutcome() }]);
  await here.store.claimTurns(id, 5);

  await here.pools.delete(id);

  const left = (await dumpKv(kv)).split("\n").filter((line) => line.includes(id));
  const kept = left.filter((line) => !line.startsWith('["audit"'));
  assert.deepEqual(kept.map((line) => line.split(" ")[0]), [
    JSON.stringify(rosterMarkAddress(id)),
  ]);
  const ofOther = (lines: string) => lines.split("\n").filter((line) => line.includes(other));
  assert.deepEqual(ofOther(await dumpKv(kv)), ofOther(before));
});

Deno.test("Pools refuses to delete a pool while tokens use it, and names some", async () => {
  const { here } = twoIsolates();
  const id = await aPoolWith(here, [1]);
  await here.tokens.create({ name: "alice" }, { kind: "pool", poolId: id });

  await assert.rejects(here.pools.delete(id), {
    code: "conflict",
    message: 'Cannot delete pool "research": token "alice" still uses it',
  });

  assert.equal((await here.keys.list(id, {})).items.length, 1);
});

Deno.test("Pools deletes a pool whose last token is gone", async () => {
  const { here } = twoIsolates();
  const id = await aPoolWith(here, [1]);
  const { record } = await here.tokens.create({ name: "alice" }, { kind: "pool", poolId: id });
  await here.tokens.delete(record.id);

  await here.pools.delete(id);

  await assert.rejects(here.pools.get(id), { code: "not_found" });
});

Deno.test("Pools refuses to delete a pool for which a token is made at the last moment", async () => {
  const { here, there } = twoIsolates();
  const id = await aPoolWith(here, [1]);
  before(
    here,
    "commit",
    () => there.tokens.create({ name: "late" }, { kind: "pool", poolId: id }),
  );

  await assert.rejects(here.pools.delete(id), { code: "conflict" });

  assert.equal((await here.pools.get(id)).id, id);
});

Deno.test("Pools refuses to delete a pool to which a token is moved at the last moment", async () => {
  const { here, there } = twoIsolates();
  const [id, elsewhere] = [await aPoolWith(here, [1]), await aPoolWith(here, [2])];
  const { record } = await here.tokens.create(
    { name: "mover" },
    { kind: "pool", poolId: elsewhere },
  );
  before(here, "commit", () => there.tokens.update(record.id, { poolId: id }));

  await assert.rejects(here.pools.delete(id), { code: "conflict" });

  assert.equal((await here.pools.get(id)).id, id);
});

Deno.test("Pools leaves no token without a pool, whoever is first", async () => {
  const { here, there } = twoIsolates();
  const id = await aPoolWith(here, [1]);

  const [deleted, created] = await Promise.allSettled([
    here.pools.delete(id),
    there.tokens.create({ name: "alice" }, { kind: "pool", poolId: id }),
  ]);

  assert.deepEqual([deleted.status, created.status].toSorted(), ["fulfilled", "rejected"]);
});

Deno.test("Pools leaves alone a secret that another pool takes over while it is deleted", async () => {
  const { here, there, kv } = twoIsolates();
  const id = await aPoolWith(here, [1]);
  const heir = await aPoolWith(here, []);
  const takeOver = () => there.keys.add(heir, [{ secret: aSecret(1) }]);
  before(here, "commit", () => Promise.resolve(before(here, "commit", takeOver)));

  await here.pools.delete(id);
  const again = await here.keys.add(heir, [{ secret: aSecret(1) }]);

  assert.equal(again.duplicates.length, 1);
  const heirs = (await here.keys.list(heir, {})).items;
  assert.equal(heirs.length, 1);
  assert.notEqual((await kv.get(keyDigestAddress(digestOf(1)))).value, null);
});

function digestOf(n: number): string {
  return btoa(aSecret(n)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

Deno.test("Pools deletes more keys than one commit takes", async () => {
  const { here, kv } = twoIsolates();
  const id = await aPoolWith(here, Array.from({ length: 1_100 }, (_, n) => n));

  await here.pools.delete(id);

  assert.equal((await dumpKv(kv)).includes('["key"'), false);
  assert.equal((await dumpKv(kv)).includes('["key_digest"'), false);
});

Deno.test("Pools leaves a pool whole when nothing tells whether tokens use it", async () => {
  const { here, there } = twoIsolates();
  const id = await aPoolWith(here, [1, 2]);
  here.kv.meddle = (operation) => operation === "list" ? "error" : null;

  await assert.rejects(here.pools.delete(id), /out of order/);

  assert.equal((await there.store.loadRoster(id))?.keys.length, 2);
});

Deno.test("Pools takes the secrets of a pool for new ones though its deletion was interrupted", async () => {
  const { here, there } = twoIsolates();
  const id = await aPoolWith(here, [1, 2]);
  const heir = await aPoolWith(here, []);
  before(here, "commit", () => Promise.resolve(failFromTheNextOn(here)));

  await assert.rejects(here.pools.delete(id), /out of order/);
  const { added } = await there.keys.add(heir, [{ secret: aSecret(1) }]);

  assert.equal(await there.store.loadRoster(id), null);
  assert.equal(added.length, 1);
});

/** As if the process were killed after the operation that is under way. */
function failFromTheNextOn({ kv }: Isolate): void {
  kv.meddle = () => "error";
}

Deno.test("Pools tells its own process of each change", async () => {
  const { here } = twoIsolates();
  const id = await aPoolWith(here, [1, 2]);
  const pool = await here.rotation.pool(id);
  await here.pools.update(id, { name: "renamed" });

  await pool?.choose({ model: "m" });

  assert.equal(pool?.pool?.name, "renamed");
});

Deno.test("Pools does not know a key by the id of another pool", async () => {
  const { here } = twoIsolates();
  const [id, other] = [await aPoolWith(here, [1]), await aPoolWith(here, [2])];
  const { items: [key] } = await here.keys.list(id, {});

  await assert.rejects(here.keys.get(other, key?.id as KeyId), { code: "not_found" });
});
