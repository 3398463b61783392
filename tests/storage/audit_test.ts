import assert from "node:assert/strict";
import type { AuditRow } from "../../lib/domain/audit.ts";
import type { KeyId, PoolId, TokenId } from "../../lib/domain/ids.ts";
import { auditPrefix } from "../../lib/storage/addresses.ts";
import { AUDIT_MEMORY_MS } from "../../lib/storage/audit.ts";
import { decode } from "../../lib/storage/codec.ts";
import type { Kv } from "../../lib/storage/kv.ts";
import { anIsolate, type Isolate } from "../rotation/isolate.ts";
import { aCooldown, aSecret, seededRandom, SOMEBODY } from "../support/builders.ts";
import { handClock } from "../support/hand_clock.ts";
import { dumpKv, memoryKv, only, type Trouble } from "../support/kv.ts";
import { aStorage, withStorage } from "../support/storage.ts";

/** Two processes on one KV. */
function twoIsolates() {
  const clock = { ...handClock(), sleep: () => Promise.resolve() };
  const kv = memoryKv();
  return { kv, here: anIsolate(kv, { clock }), there: anIsolate(kv, { clock }) };
}

async function rowsIn(kv: Kv): Promise<AuditRow[]> {
  const rows: AuditRow[] = [];
  for await (const { value } of kv.list({ prefix: auditPrefix() })) rows.push(decode(value));
  return rows;
}

/** Everything but the audit, and marks that nobody reads the value of. */
async function stateOf(kv: Kv): Promise<string> {
  const lines = (await dumpKv(kv as Deno.Kv)).split("\n");
  return lines.filter((line) => !/^\["(?:audit|mark)"/.test(line)).join("\n");
}

interface Things {
  readonly pool: PoolId;
  readonly key: KeyId;
  readonly token: TokenId;
}

async function things({ pools, keys, tokens }: Isolate): Promise<Things> {
  const pool = await pools.create({ name: "research", metering: true });
  const { added: [key] } = await keys.add(pool.id, [{ secret: aSecret(1), label: "mine" }]);
  const { record } = await tokens.create({ name: "laptop" }, { kind: "pool", poolId: pool.id });
  return { pool: pool.id, key: key!.id, token: record.id };
}

type Change = readonly [
  action: string,
  details: object,
  (i: Isolate, t: Things) => Promise<unknown>,
];

const CHANGES: readonly Change[] = [
  [
    "pool.create",
    { name: "new", metering: false },
    ({ pools }) => pools.create({ name: "new", metering: false }),
  ],
  [
    "pool.update",
    { name: "renamed", aliases: 2 },
    ({ pools }, { pool }) => pools.update(pool, { name: "renamed", aliases: { a: "m", b: "m" } }),
  ],
  [
    "keys.add",
    { added: 2 },
    ({ keys }, { pool }) =>
      keys.add(pool, [{ secret: aSecret(2) }, { secret: aSecret(3) }, { secret: aSecret(1) }]),
  ],
  [
    "key.update",
    { enabled: false, project: null },
    ({ keys }, { pool, key }) => keys.update(pool, key, { enabled: false, project: null }),
  ],
  ["key.wake", { ended: 2 }, async ({ keys, health }, { pool, key }) => {
    await health.cool(pool, aCooldown({ subject: `key:${key}` }));
    await health.cool(pool, aCooldown({ subject: `key:${key}`, model: "other" }));
    await keys.wake(pool, key);
  }],
  ["key.delete", {}, ({ keys }, { pool, key }) => keys.delete(pool, key)],
  [
    "token.create",
    { name: "x", allowedModels: 1 },
    ({ tokens }, { pool }) =>
      tokens.create({ name: "x", allowedModels: ["m"] }, { kind: "pool", poolId: pool }),
  ],
  [
    "token.update",
    { enabled: false },
    ({ tokens }, { token }) => tokens.update(token, { enabled: false }),
  ],
  ["token.delete", {}, ({ tokens }, { token }) => tokens.delete(token)],
];

for (const [action, details, change] of CHANGES) {
  Deno.test(`${action} leaves one row, which says who did what to what`, async () => {
    const { kv, here } = twoIsolates();
    const all = await things(here);
    const before = (await rowsIn(kv)).length;

    await change(here, all);

    const [row, ...more] = (await rowsIn(kv)).slice(before);
    const kind = action.startsWith("keys") ? "pool" : action.split(".")[0];
    assert.deepEqual(more, []);
    assert.deepEqual([row?.action, row?.details, row?.by], [action, details, SOMEBODY]);
    assert.deepEqual([row?.target.kind, row?.result], [kind, "done"]);
    assert.ok(row?.target.name);
  });

  for (const trouble of ["lost", "locked", "error"] as const satisfies readonly Trouble[]) {
    Deno.test(`${action} that fails (${trouble}) and is made again has one row, or none and no change`, async () => {
      const { kv, here } = twoIsolates();
      const all = await things(here);
      // What was learnt of the key is no change of an operator's.
      if (action === "key.wake") {
        await here.health.cool(all.pool, aCooldown({ subject: `key:${all.key}` }));
      }
      const [state, before] = [await stateOf(kv), (await rowsIn(kv)).length];
      const attempt = action === "key.wake"
        ? () => here.keys.wake(all.pool, all.key)
        : () => change(here, all);

      here.kv.meddle = only("commit", 1, trouble);
      const failed = await attempt().then(() => false, () => true);

      const rows = (await rowsIn(kv)).length - before;
      assert.equal(failed, trouble === "error");
      assert.deepEqual([rows, await stateOf(kv) !== state], failed ? [0, false] : [1, true]);
    });
  }
}

Deno.test("deleting a pool leaves one row, in the commit that deletes it", async () => {
  const { kv, here } = twoIsolates();
  const { id } = await here.pools.create({ name: "research", metering: true });
  let commits = 0;
  here.kv.meddle = (operation) => {
    // What follows the first commit only sweeps up.
    if (operation === "commit") return commits++ === 0 ? null : "error";
  };

  await here.pools.delete(id).catch(() => {});

  assert.deepEqual((await rowsIn(kv)).map(({ action }) => action), ["pool.create", "pool.delete"]);
});

Deno.test("a token that comes with keys has a row for the pool, the keys and itself, or none", async () => {
  const { kv, here } = twoIsolates();
  const source = { kind: "keys", candidates: [{ secret: aSecret(1) }] } as const;
  here.kv.meddle = only("commit", 1, "error");
  await assert.rejects(here.tokens.create({ name: "laptop" }, source));
  assert.deepEqual(await rowsIn(kv), []);

  await here.tokens.create({ name: "laptop" }, source);

  assert.deepEqual((await rowsIn(kv)).map(({ action }) => action), [
    "pool.create",
    "keys.add",
    "token.create",
  ]);
});

Deno.test("what changes nothing has no row: duplicates, a key that is awake, things that are not there", async () => {
  const { kv, here } = twoIsolates();
  const { pool, key } = await things(here);
  const before = await rowsIn(kv);

  await here.keys.add(pool, [{ secret: aSecret(1) }, { secret: "junk" }]);
  await here.keys.wake(pool, key);
  await assert.rejects(here.keys.delete(pool, "none" as KeyId));
  await assert.rejects(here.pools.update("none" as PoolId, { name: "x" }));
  await assert.rejects(here.pools.delete(pool), { code: "conflict" });

  assert.deepEqual(await rowsIn(kv), before);
});

Deno.test("of two who wake a key at once, one has a row", async () => {
  const { kv, here, there } = twoIsolates();
  const { pool, key } = await things(here);
  await here.health.cool(pool, aCooldown({ subject: `key:${key}` }));

  await Promise.all([here.keys.wake(pool, key), there.keys.wake(pool, key)]);

  const wakes = (await rowsIn(kv)).filter(({ action }) => action === "key.wake");
  assert.equal(wakes.length, 1);
});

Deno.test("of two who delete a token at once, one has a row and the other hears that it is gone", async () => {
  const { kv, here, there } = twoIsolates();
  const { token } = await things(here);

  const ends = await Promise.allSettled([here.tokens.delete(token), there.tokens.delete(token)]);

  const deletions = (await rowsIn(kv)).filter(({ action }) => action === "token.delete");
  assert.deepEqual(ends.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
  assert.equal(deletions.length, 1);
});

Deno.test("whatever fails while two processes change one pool, its rows retell its fields", async () => {
  for (let seed = 1; seed <= 40; seed++) {
    const { kv, here, there } = twoIsolates();
    const random = seededRandom(seed);
    const { id } = await here.pools.create({ name: "0", metering: true });
    const troubles = ["lost", "locked", "error", null, null] as const;
    for (const isolate of [here, there]) {
      isolate.kv.meddle = (asked) =>
        asked === "commit" ? troubles[Math.floor(random() * troubles.length)] : null;
    }

    const work = Array.from(
      { length: 12 },
      (_, n) => (random() < 0.5 ? here : there).pools.update(id, { name: String(n + 1) }),
    );
    const held = (await Promise.allSettled(work)).filter(({ status }) => status === "fulfilled");

    const rows = (await rowsIn(kv)).filter(({ action }) => action === "pool.update");
    const names = rows.map(({ details }) => details.name);
    const { name } = await anIsolate(kv, { clock: handClock() }).pools.get(id);
    assert.equal(rows.length, held.length, `seed ${seed}`);
    assert.equal(new Set(names).size, names.length);
    assert.ok(rows.length === 0 ? name === "0" : names.includes(name));
  }
});

Deno.test(
  "the audit is read newest first, by pages, and by what was changed",
  withStorage(async ({ pools, keys, activity, clock }) => {
    const ids: PoolId[] = [];
    for (let n = 0; n < 5; n++) {
      await clock.advance(1_000);
      ids.push((await pools.create({ name: `pool ${n}`, metering: true })).id);
    }
    const { added: [key] } = await keys.add(ids[1]!, [{ secret: aSecret(1), label: "mine" }]);
    await keys.update(ids[1]!, key!.id, { label: "yours" });
    const names: string[] = [];
    let cursor: string | undefined;
    for (let n = 0; n < 4; n++) {
      const page = await activity.list({ limit: 2, ...(cursor && { cursor }) });
      names.push(...page.items.map(({ target }) => target.name));
      cursor = page.cursor ?? undefined;
    }

    const ofKeys = await activity.list({ kind: "key" });
    const ofKey = await activity.list({ target: key!.id });
    const ofPool = await activity.list({ target: ids[1]! });
    const onePerPage = await activity.list({ kind: "pool", limit: 1 });

    assert.equal(cursor, undefined);
    assert.deepEqual(names, ["yours", "pool 1", "pool 4", "pool 3", "pool 2", "pool 1", "pool 0"]);
    assert.deepEqual(ofKeys.items.map(({ action }) => action), ["key.update"]);
    assert.deepEqual(ofKey.items, ofKeys.items);
    assert.deepEqual(ofPool.items.map(({ action }) => action), [
      "key.update",
      "keys.add",
      "pool.create",
    ]);
    assert.deepEqual(onePerPage.items.map(({ action }) => action), ["keys.add"]);
    assert.notEqual(onePerPage.cursor, null);
  }),
);

Deno.test("a row is forgotten after 400 days, whenever KV drops it", async () => {
  await using storage = await aStorage();
  await storage.pools.create({ name: "old", metering: true });
  await storage.clock.advance(AUDIT_MEMORY_MS);
  await storage.pools.create({ name: "new", metering: true });

  const { items, cursor } = await storage.activity.list({});

  assert.deepEqual(items.map(({ target }) => target.name), ["new"]);
  assert.equal(cursor, null);
});

Deno.test(
  "a key that someone wrote where a name belongs is in no row",
  withStorage(async ({ pools, keys, tokens, kv }) => {
    const { id } = await pools.create({ name: `for ${aSecret(9)}`, metering: true });
    const { added: [key] } = await keys.add(id, [{ secret: aSecret(1), label: aSecret(8) }]);
    await keys.update(id, key!.id, { label: aSecret(7), project: aSecret(6) });
    const { token } = await tokens.create({ name: aSecret(5) }, { kind: "pool", poolId: id });

    const rows = JSON.stringify(await rowsIn(kv));

    for (const n of [1, 5, 6, 7, 8, 9]) assert.ok(!rows.includes(aSecret(n)), String(n));
    assert.ok(!rows.includes(token));
    assert.ok(!rows.includes("digest"));
  }),
);
