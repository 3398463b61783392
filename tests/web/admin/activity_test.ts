import assert from "node:assert/strict";
import type { ActivityItem } from "../../../lib/web/admin/activity_item.ts";
import { aCooldown, aSecret } from "../../support/builders.ts";
import { NOON } from "../../support/hand_clock.ts";
import type { PoolId } from "../../../lib/domain/ids.ts";
import { ADMIN_TOKEN, type AdminClient, type Refusal, withAdmin } from "./admin_client.ts";

interface List {
  readonly items: readonly ActivityItem[];
  readonly cursor: string | null;
}

async function activity(admin: AdminClient, query = ""): Promise<List> {
  const { status, body } = await admin.get<List>(`/api/activity${query}`);
  assert.equal(status, 200);
  return body;
}

Deno.test(
  "GET /api/activity tells who did what to what, newest first",
  withAdmin(async (admin) => {
    const pool = await admin.aPool();
    const id = pool.split("/").at(-1);
    await admin.patch(pool, { name: "renamed", metering: false });

    const { items, cursor } = await activity(admin);

    assert.equal(cursor, null);
    const at = new Date(NOON).toISOString();
    const by = { kind: "admin_token", name: "admin token", githubId: null };
    assert.deepEqual(items.map(({ id: _, ...item }) => item), [
      {
        at,
        by,
        action: "pool.update",
        target: { kind: "pool", id, name: "renamed", poolId: id },
        details: { name: "renamed", metering: false },
        result: "done",
      },
      {
        at,
        by,
        action: "pool.create",
        target: { kind: "pool", id, name: "research", poolId: id },
        details: { name: "research", metering: true },
        result: "done",
      },
    ]);
  }),
);

Deno.test(
  "every call that changes something has one row, or one for each thing it makes, and reading has none",
  withAdmin(async (admin) => {
    const rows = async (act: () => Promise<unknown>) => {
      const before = (await activity(admin)).items.length;
      await act();
      const { items } = await activity(admin);
      return items.slice(0, items.length - before).map(({ action }) => action).reverse();
    };
    let pool = "";
    assert.deepEqual(await rows(async () => pool = await admin.aPool()), ["pool.create"]);
    const poolId = pool.split("/").at(-1) as PoolId;
    const { id: key } = await admin.aKey(pool);
    const { id: token } = await admin.aToken();
    const reading = ["", "/keys", `/keys/${key}`].map((path) => `${pool}${path}`);

    for (const path of [...reading, "/api/tokens", "/api/activity", "/api/requests"]) {
      assert.deepEqual(await rows(() => admin.get(path)), [], path);
    }
    await admin.storage.health.cool(poolId, aCooldown({ subject: `key:${key}` }));
    for (
      const [expected, act] of [
        [["pool.update"], () => admin.patch(pool, { name: "x" })],
        [["keys.add"], () => admin.post(`${pool}/keys`, { keys: [aSecret(900)] })],
        [[], () => admin.post(`${pool}/keys`, { keys: [aSecret(900)] })],
        [[], () => admin.post(`${pool}/keys/${key}/test`)],
        [["key.wake"], () => admin.post(`${pool}/keys/${key}/wake`)],
        [[], () => admin.post(`${pool}/keys/${key}/wake`)],
        [["key.update"], () => admin.patch(`${pool}/keys/${key}`, { enabled: false })],
        [["key.delete"], () => admin.delete(`${pool}/keys/${key}`)],
        [[], () => admin.delete(`${pool}/keys/${key}`)],
        [
          ["pool.create", "keys.add", "token.create"],
          () => admin.post("/api/tokens", { name: "x", keys: [aSecret(901)] }),
        ],
        [["token.create"], () => admin.post("/api/tokens", { name: "y", poolId })],
        [["token.update"], () => admin.patch(`/api/tokens/${token}`, { enabled: false })],
        [["token.delete"], () => admin.delete(`/api/tokens/${token}`)],
        [[], () => admin.delete(pool)],
        [[], () => admin.patch(pool, { nothing: true })],
      ] as const
    ) {
      assert.deepEqual(await rows(act), expected, String(act));
    }
  }),
);

Deno.test(
  "GET /api/activity filters by kind and by target, and pages",
  withAdmin(async (admin) => {
    const pool = await admin.aPool();
    const id = pool.split("/").at(-1);
    const key = await admin.aKey(pool);
    await admin.patch(`${pool}/keys/${key.id}`, { label: "mine" });
    await admin.aToken();

    const kinds = async (query: string) =>
      (await activity(admin, query)).items.map(({ action }) => action);
    const first = await activity(admin, "?limit=2");
    const second = await activity(admin, `?limit=100&cursor=${first.cursor}`);

    assert.deepEqual(await kinds("?kind=key"), ["key.update"]);
    assert.deepEqual(await kinds(`?target=${key.id}`), ["key.update"]);
    assert.deepEqual(await kinds(`?target=${id}`), ["key.update", "keys.add", "pool.create"]);
    assert.deepEqual(await kinds(`?target=${id}&kind=pool`), ["keys.add", "pool.create"]);
    assert.deepEqual(await kinds("?target=*"), []);
    assert.deepEqual([...first.items, ...second.items], (await activity(admin)).items);
    assert.equal(second.cursor, null);
  }),
);

for (
  const query of [
    ...["kind=pools", "kind=", "target=x", `target=${aSecret(1)}`, "cursor=x", "cursor="],
    ...["limit=0", "limit=1001", "limit=x", "failed=true", "x=1"],
  ]
) {
  Deno.test(
    `GET /api/activity?${query} is refused, and not repeated`,
    withAdmin(async (admin) => {
      const { status, body } = await admin.get<Refusal>(`/api/activity?${query}`);

      assert.equal(status, 400);
      assert.ok(!body.error.message.includes(aSecret(1)));
    }),
  );
}

Deno.test(
  "no row tells a token, a secret or a digest",
  withAdmin(async (admin) => {
    const pool = await admin.aPool();
    await admin.aKey(pool, { secret: aSecret(77), label: "mine" });
    const { token } = await admin.aToken();

    const told = JSON.stringify(await activity(admin));

    for (const secret of [token, ADMIN_TOKEN, aSecret(77), "digest", "sealed"]) {
      assert.ok(!told.includes(secret));
    }
  }),
);
