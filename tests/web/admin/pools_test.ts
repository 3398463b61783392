import assert from "node:assert/strict";
import type { PoolItem } from "../../../lib/web/admin/pool_item.ts";
import { type Refusal, withAdmin } from "./admin_client.ts";

interface PoolList {
  readonly items: readonly PoolItem[];
  readonly cursor: string | null;
}

const NOON = "2026-11-23T12:00:00.000Z";
const NO_POOL = "/api/pools/01kaaaaaaaaaaaaaaaaaaaaaaa";

Deno.test(
  "POST /api/pools makes a pool that is metered unless told otherwise",
  withAdmin(async (admin) => {
    const made = await admin.post<PoolItem>("/api/pools", { name: "  research \n" });

    const { id } = made.body;
    assert.equal(made.status, 201);
    assert.match(id, /^[0-9a-z]{26}$/);
    assert.deepEqual(made.body, {
      id,
      name: "research",
      metering: true,
      aliases: {},
      createdAt: NOON,
    });
    const unmetered = await admin.post<PoolItem>("/api/pools", { name: "x", metering: false });
    assert.equal(unmetered.body.metering, false);
  }),
);

Deno.test(
  "GET /api/pools lists pools in the order they were made, page by page",
  withAdmin(async (admin) => {
    for (const name of ["a", "b", "c", "d"]) await admin.aPool(name);

    const first = await admin.get<PoolList>("/api/pools?limit=3");
    const cursor = encodeURIComponent(first.body.cursor ?? "");
    const second = await admin.get<PoolList>(`/api/pools?limit=3&cursor=${cursor}`);

    assert.deepEqual(first.body.items.map(({ name }) => name), ["a", "b", "c"]);
    assert.deepEqual(second.body.items.map(({ name }) => name), ["d"]);
    assert.equal(second.body.cursor, null);
  }),
);

Deno.test(
  "GET /api/pools shows pools as POST did, and nothing when there is none",
  withAdmin(async (admin) => {
    assert.deepEqual((await admin.get("/api/pools")).body, { items: [], cursor: null });

    const made = await admin.post<PoolItem>("/api/pools", { name: "research" });

    const listed = await admin.get("/api/pools");
    assert.deepEqual(listed.body, { items: [made.body], cursor: null });
  }),
);

Deno.test(
  "GET /api/pools/:pool counts its keys by state",
  withAdmin(async (admin) => {
    const pool = await admin.aPool();
    const other = await admin.aPool();
    const off = await admin.aKey(pool);
    await admin.patch(`${pool}/keys/${off.id}`, { enabled: false });
    for (let n = 0; n < 3; n++) await admin.aKey(pool);
    await admin.aKey(other);

    const { status, body } = await admin.get<PoolItem>(pool);

    assert.equal(status, 200);
    assert.deepEqual(body, {
      id: pool.split("/").at(-1),
      name: "research",
      metering: true,
      aliases: {},
      createdAt: NOON,
      keys: { ready: 3, cooling: 0, disabled: 1 },
    });
  }),
);

Deno.test(
  "PATCH /api/pools/:pool changes what it names and nothing else",
  withAdmin(async (admin) => {
    const pool = await admin.aPool();

    const renamed = await admin.patch<PoolItem>(pool, { name: "production" });
    const unmetered = await admin.patch<PoolItem>(pool, { metering: false });

    assert.deepEqual([renamed.status, renamed.body.name, renamed.body.metering], [
      200,
      "production",
      true,
    ]);
    assert.deepEqual([unmetered.body.name, unmetered.body.metering], ["production", false]);
    assert.equal((await admin.get<PoolItem>(pool)).body.name, "production");
  }),
);

Deno.test(
  "DELETE /api/pools/:pool deletes it with its keys",
  withAdmin(async (admin) => {
    const pool = await admin.aPool();
    const key = await admin.aKey(pool);

    const deleted = await admin.delete(pool);

    assert.deepEqual([deleted.status, deleted.body], [204, null]);
    assert.equal((await admin.get(pool)).status, 404);
    assert.equal((await admin.get(`${pool}/keys`)).status, 404);
    assert.equal((await admin.get(`${pool}/keys/${key.id}`)).status, 404);
  }),
);

Deno.test(
  "DELETE /api/pools/:pool is a conflict while a token uses it",
  withAdmin(async (admin) => {
    const { poolId, id } = await admin.aToken();

    const refused = await admin.delete(`/api/pools/${poolId}`);
    await admin.delete(`/api/tokens/${id}`);
    const deleted = await admin.delete(`/api/pools/${poolId}`);

    assert.equal(refused.status, 409);
    assert.deepEqual(refused.body.error, {
      code: "conflict",
      message: 'Cannot delete pool "laptop": token "laptop" still uses it',
    });
    assert.equal(deleted.status, 204);
  }),
);

for (const method of ["GET", "PATCH", "DELETE"]) {
  Deno.test(
    `${method} /api/pools/:pool is not found when there is no such pool`,
    withAdmin(async (admin) => {
      const body = method === "PATCH" ? '{"name":"x"}' : null;

      const unknown = await admin.send(method, NO_POOL, { body });
      const malformed = await admin.send(method, "/api/pools/AIzaSyNotAnId", { body });

      assert.equal(unknown.status, 404);
      assert.equal(unknown.body.error.code, "not_found");
      assert.equal(malformed.status, 404);
      assert.equal(
        malformed.body.error.message,
        "Cannot find pool: what the address names is no id",
      );
    }),
  );
}

for (
  const [json, state] of [
    [{}, '"name" is missing'],
    [{ name: 7 }, '"name" must be a string'],
    [{ name: null }, '"name" must be a string'],
    [{ name: ["x"] }, '"name" must be a string'],
    [{ name: { type: "b", props: { children: "x" } } }, '"name" must be a string'],
    [{ name: "" }, '"name" must not be empty'],
    [{ name: " \u00a0\t" }, '"name" must not be empty'],
    [{ name: "x".repeat(101) }, '"name" must have at most 100 characters'],
    [{ name: "a\u0000b" }, '"name" must not have control characters'],
    [{ name: "a\u001b[2Jb" }, '"name" must not have control characters'],
    [{ name: "a\u2028b" }, '"name" must not have control characters'],
    [{ name: "a\ud800b" }, '"name" must not have control characters'],
    [{ name: "x", metering: "no" }, '"metering" must be true or false'],
    [{ name: "x", metering: null }, '"metering" must be true or false'],
    [{ name: "x", colour: "red" }, '"colour" is not a field here'],
    [{ name: "x", id: "mine" }, '"id" is not a field here'],
    [{ name: "x", toString: 1 }, '"toString" is not a field here'],
    [{ name: "x", "a key, maybe": 1 }, '"…" is not a field here'],
    [[], "it must be an object"],
    ["x", "it must be an object"],
    [null, "it must be an object"],
  ] as const
) {
  Deno.test(
    `POST /api/pools refuses ${JSON.stringify(json).slice(0, 60)}`,
    withAdmin(async (admin) => {
      const { status, body } = await admin.post<Refusal>("/api/pools", json);

      assert.equal(status, 400);
      assert.deepEqual(body.error, {
        code: "invalid_request",
        message: `Cannot read request body: ${state}`,
      });
      assert.deepEqual((await admin.get("/api/pools")).body, { items: [], cursor: null });
    }),
  );
}

Deno.test(
  "POST /api/pools takes a name of exactly 100 characters, in any script",
  withAdmin(async (admin) => {
    const name = "界".repeat(98) + "👍";

    const { status, body } = await admin.post<PoolItem>("/api/pools", { name });

    assert.deepEqual([status, body.name], [201, name]);
  }),
);

for (
  const [json, state] of [
    [{}, "it must change at least one field"],
    [[], "it must be an object"],
    [{ name: "" }, '"name" must not be empty'],
    [{ metering: 1 }, '"metering" must be true or false'],
    [{ name: "x", createdAt: NOON }, '"createdAt" is not a field here'],
  ] as const
) {
  Deno.test(
    `PATCH /api/pools/:pool refuses ${JSON.stringify(json)}`,
    withAdmin(async (admin) => {
      const pool = await admin.aPool();

      const { status, body } = await admin.patch<Refusal>(pool, json);

      assert.equal(status, 400);
      assert.equal(body.error.message, `Cannot read request body: ${state}`);
      assert.equal((await admin.get<PoolItem>(pool)).body.name, "research");
    }),
  );
}
