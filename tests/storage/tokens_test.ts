import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { EpochMs, PoolId, TokenId } from "../../lib/domain/ids.ts";
import { KEYS_PER_COMMIT } from "../../lib/storage/add_keys.ts";
import { tokenAddress } from "../../lib/storage/addresses.ts";
import { decode, encode } from "../../lib/storage/codec.ts";
import type { TokenRecord } from "../../lib/storage/tokens.ts";
import { anIsolate } from "../rotation/isolate.ts";
import { aSecret } from "../support/builders.ts";
import { handClock } from "../support/hand_clock.ts";
import { dumpKv, memoryKv } from "../support/kv.ts";
import { type TestStorage, withStorage } from "../support/storage.ts";

const NOWHERE = "token-9" as TokenId;

function candidates(...numbers: number[]) {
  return numbers.map((n) => ({ secret: aSecret(n) }));
}

/** Two processes on one KV, with a pool of one key. */
async function twoIsolates() {
  const clock = { ...handClock(), sleep: () => Promise.resolve() };
  const kv = memoryKv();
  const [here, there] = [anIsolate(kv, { clock }), anIsolate(kv, { clock })];
  const { id } = await here.pools.create({ name: "research", metering: true });
  await here.keys.add(id, candidates(1));
  return { kv, here, there, id };
}

async function aToken({ tokens, pools }: TestStorage) {
  const { id } = await pools.create({ name: "research", metering: true });
  return await tokens.create({ name: "alice" }, { kind: "pool", poolId: id });
}

Deno.test(
  "Tokens finds a token by what the client presents",
  withStorage(async (storage) => {
    const { token, record } = await aToken(storage);

    assert.match(token, /^gkr_[\w-]{43}$/);
    assert.deepEqual(await storage.tokens.find(token), record);
    assert.deepEqual(await storage.tokens.get(record.id), record);
  }),
);

Deno.test(
  "Tokens finds nobody by what it did not issue",
  withStorage(async (storage) => {
    const { token } = await aToken(storage);

    for (const other of ["", "gkr_", `${token}x`, token.slice(0, -1), token.toUpperCase()]) {
      assert.equal(await storage.tokens.find(other), null);
    }
  }),
);

Deno.test(
  "Tokens makes a different token each time",
  withStorage(async (storage) => {
    const [one, two] = [await aToken(storage), await aToken(storage)];

    assert.notEqual(one.token, two.token);
    assert.notEqual(one.record.id, two.record.id);
  }),
);

Deno.test(
  "Tokens gives a new token what was asked for, and sensible values otherwise",
  withStorage(async ({ tokens, pools }) => {
    const { id: poolId } = await pools.create({ name: "research", metering: true });
    const chosen = {
      name: "bob",
      enabled: false,
      allowedModels: ["gemini-2.5-pro"],
      expiresAt: 9 as EpochMs,
      requestsPerMinute: 10,
      tokensPerDay: 5_000,
    };

    const plain = (await tokens.create({ name: "alice" }, { kind: "pool", poolId })).record;
    const special = (await tokens.create(chosen, { kind: "pool", poolId })).record;

    const { id: _id, createdAt: _createdAt, ...fields } = plain;
    assert.deepEqual(fields, {
      name: "alice",
      poolId,
      enabled: true,
      allowedModels: null,
      expiresAt: null,
      requestsPerMinute: null,
      tokensPerDay: null,
    });
    assert.deepEqual({ ...special, ...chosen }, special);
  }),
);

Deno.test(
  "Tokens changes what it is told to, and the token goes on working",
  withStorage(async (storage) => {
    const { token, record } = await aToken(storage);

    await storage.tokens.update(record.id, { allowedModels: ["m"], expiresAt: 5 as EpochMs });
    await storage.tokens.update(record.id, { enabled: false });
    await storage.tokens.update(record.id, { expiresAt: null });

    const expected = { ...record, enabled: false, allowedModels: ["m"], expiresAt: null };
    assert.deepEqual(await storage.tokens.find(token), expected);
    assert.equal(storage.changes.filter((id) => id === record.id).length, 3);
  }),
);

Deno.test(
  "Tokens finds no token that was deleted",
  withStorage(async (storage) => {
    const { token, record } = await aToken(storage);

    await storage.tokens.delete(record.id);

    assert.equal(await storage.tokens.find(token), null);
    await assert.rejects(storage.tokens.get(record.id), { code: "not_found" });
    assert.equal((await dumpKv(storage.kv)).includes('["token'), false);
    assert.equal(storage.changes.at(-1), record.id);
  }),
);

Deno.test(
  "Tokens makes a pool of its own for a token that comes with keys",
  withStorage(async ({ tokens, keys, pools }) => {
    const { record, keys: report } = await tokens.create(
      { name: "alice" },
      { kind: "keys", candidates: candidates(1, 2, 1) },
    );

    const { items } = await keys.list(record.poolId, {});
    assert.equal((await pools.get(record.poolId)).name, "alice");
    assert.deepEqual(items.map((key) => key.id), report?.added.map((key) => key.id));
    assert.deepEqual(report?.duplicates.map(({ entry }) => entry), [3]);
  }),
);

Deno.test(
  "Tokens keeps neither the token nor a key in storage, in no encoding (SEC-B6)",
  withStorage(async ({ tokens, keys, kv }) => {
    const { token, record } = await tokens.create(
      { name: "alice" },
      { kind: "keys", candidates: candidates(1, 2, 3) },
    );
    await keys.add(record.poolId, candidates(4));
    const stored = await dumpKv(kv);

    for (const secret of [token, token.slice(4), ...candidates(1, 2, 3, 4).map((c) => c.secret)]) {
      const bytes = Buffer.from(secret);
      const encodings = ["utf8", "base64", "base64url", "hex"] as const;
      for (const spelling of encodings.map((encoding) => bytes.toString(encoding))) {
        assert.equal(stored.includes(spelling), false, `${spelling} is stored`);
      }
    }
    assert.match(stored, /\["token_digest"/);
  }),
);

Deno.test("Tokens refuses keys that are all junk or known, and makes nothing", async () => {
  const { here, kv } = await twoIsolates();
  const before = await dumpKv(kv);
  const source = { kind: "keys", candidates: [...candidates(1), { secret: "junk" }] } as const;

  await assert.rejects(here.tokens.create({ name: "alice" }, source), {
    code: "invalid_request",
    message: /none of its keys can be added: Cannot add key "ju…".*; Cannot add key "AIza…/,
  });
  await assert.rejects(here.tokens.create({ name: "alice" }, { kind: "keys", candidates: [] }), {
    code: "invalid_request",
    message: "Cannot create token: `keys` is empty",
  });

  assert.equal(await dumpKv(kv), before);
});

Deno.test("Tokens refuses more keys than one commit takes, and makes nothing", async () => {
  const { here, kv } = await twoIsolates();
  const before = await dumpKv(kv);
  const many = candidates(...Array.from({ length: KEYS_PER_COMMIT + 1 }, (_, n) => 100 + n));

  await assert.rejects(
    here.tokens.create({ name: "alice" }, { kind: "keys", candidates: many }),
    { code: "invalid_request" },
  );

  assert.equal(await dumpKv(kv), before);
});

Deno.test(
  "Tokens makes a token with as many keys as one commit takes",
  withStorage(async ({ tokens }) => {
    const many = candidates(...Array.from({ length: KEYS_PER_COMMIT }, (_, n) => n));

    const { keys } = await tokens.create({ name: "alice" }, { kind: "keys", candidates: many });

    assert.equal(keys?.added.length, KEYS_PER_COMMIT);
  }),
);

Deno.test("Tokens makes all of a token, its pool and its keys, or nothing", async () => {
  const { here, kv } = await twoIsolates();
  const before = await dumpKv(kv);
  here.kv.meddle = (operation) => operation === "commit" ? "error" : null;

  const creating = here.tokens.create(
    { name: "alice" },
    { kind: "keys", candidates: candidates(2, 3) },
  );

  await assert.rejects(creating, /out of order/);
  assert.equal(await dumpKv(kv), before);
});

Deno.test("Tokens uses no pool that is not there", async () => {
  const { here, id } = await twoIsolates();
  const poolId = "pool-9" as PoolId;
  const { record } = await here.tokens.create({ name: "a" }, { kind: "pool", poolId: id });

  const creating = here.tokens.create({ name: "alice" }, { kind: "pool", poolId });
  await assert.rejects(creating, { code: "invalid_request" });
  await assert.rejects(here.tokens.update(record.id, { poolId }), { code: "invalid_request" });

  assert.equal((await here.tokens.get(record.id)).poolId, id);
});

Deno.test("Tokens does not bring back a token that is deleted while it is changed", async () => {
  const { here, there, id } = await twoIsolates();
  const { record, token } = await here.tokens.create({ name: "a" }, { kind: "pool", poolId: id });
  here.kv.meddle = async (operation) => {
    if (operation !== "commit") return;
    here.kv.meddle = () => {};
    await there.tokens.delete(record.id);
  };

  await assert.rejects(here.tokens.update(record.id, { name: "b" }), { code: "not_found" });

  assert.equal(await here.tokens.find(token), null);
});

Deno.test("Tokens lets one of two people delete a token, and tells the other", async () => {
  const { here, there, id } = await twoIsolates();
  const { record } = await here.tokens.create({ name: "a" }, { kind: "pool", poolId: id });

  const deleting = await Promise.allSettled([
    here.tokens.delete(record.id),
    there.tokens.delete(record.id),
  ]);

  assert.deepEqual(deleting.map(({ status }) => status).toSorted(), ["fulfilled", "rejected"]);
});

Deno.test("Tokens loses no change when two people change a token at once", async () => {
  const { here, there, id } = await twoIsolates();
  const { record } = await here.tokens.create({ name: "a" }, { kind: "pool", poolId: id });

  await Promise.all([
    here.tokens.update(record.id, { name: "b" }),
    there.tokens.update(record.id, { enabled: false }),
  ]);

  assert.deepEqual(await here.tokens.get(record.id), { ...record, name: "b", enabled: false });
});

for (
  const [what, act] of [
    ["get", (tokens: TestStorage["tokens"]) => tokens.get(NOWHERE)],
    ["update", (tokens: TestStorage["tokens"]) => tokens.update(NOWHERE, { name: "x" })],
    ["delete", (tokens: TestStorage["tokens"]) => tokens.delete(NOWHERE)],
  ] as const
) {
  Deno.test(`Tokens cannot ${what} a token that is not there`, async () => {
    const { here } = await twoIsolates();

    await assert.rejects(act(here.tokens), { code: "not_found" });
  });
}

Deno.test("Tokens lists every token once, page by page", async () => {
  const { here, id } = await twoIsolates();
  for (const name of ["a", "b", "c", "d", "e"]) {
    await here.tokens.create({ name }, { kind: "pool", poolId: id });
  }

  const first = await here.tokens.list({ limit: 3 });
  const second = await here.tokens.list({ limit: 3, cursor: first.cursor ?? "" });

  const names = [...first.items, ...second.items].map((token) => token.name);
  assert.deepEqual(names, ["a", "b", "c", "d", "e"]);
  assert.equal(second.cursor, null);
  assert.equal("digest" in (first.items[0] ?? {}), false);
});

Deno.test(
  "Tokens reads a token from before there were limits as one without, also once it is changed",
  withStorage(async (storage) => {
    const { token, record } = await aToken(storage);
    const address = tokenAddress(record.id);
    const stored = decode<TokenRecord>((await storage.kv.get(address)).value);
    const { requestsPerMinute: _minute, tokensPerDay: _day, ...old } = stored;
    await storage.kv.set(address, encode(old));

    assert.deepEqual(await storage.tokens.find(token), record);
    const renamed = await storage.tokens.update(record.id, { name: "renamed" });

    assert.deepEqual(renamed, { ...record, name: "renamed" });
  }),
);
