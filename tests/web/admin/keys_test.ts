import assert from "node:assert/strict";
import { type EpochMs, EVERY_MODEL, type KeyId, type PoolId } from "../../../lib/domain/ids.ts";
import type { KeyItem } from "../../../lib/web/admin/key_item.ts";
import { aCooldown, aLastOutcome, aSecret } from "../../support/builders.ts";
import { type AdminClient, type Refusal, withAdmin } from "./admin_client.ts";

const MINUTE_MS = 60_000;
const NOON = "2026-11-23T12:00:00.000Z";

interface KeyPage {
  readonly items: readonly KeyItem[];
  readonly cursor: string | null;
}

/** A pool with one key, and what the rest of the service would need to touch them. */
async function poolWithKey(admin: AdminClient, candidate: object = {}) {
  const pool = await admin.aPool();
  const key = await admin.aKey(pool, candidate);
  const poolId = pool.split("/").at(-1) as PoolId;
  return { pool, poolId, keyId: key.id as KeyId, path: `${pool}/keys/${key.id}` };
}

Deno.test(
  "GET /api/pools/:pool/keys/:key shows a new key as ready, and no secret",
  withAdmin(async (admin) => {
    const pool = await admin.aPool();
    const added = await admin.aKey(pool, { secret: aSecret(7), label: "mine", project: "atlas" });

    const { status, body } = await admin.get<KeyItem>(`${pool}/keys/${added.id}`);

    assert.equal(status, 200);
    assert.match(body.id, /^[0-9a-z]{26}$/);
    assert.match(body.fingerprint, /^[0-9a-f]{8}$/);
    assert.deepEqual(body, {
      id: body.id,
      label: "mine",
      project: "atlas",
      lastFour: aSecret(7).slice(-4),
      fingerprint: body.fingerprint,
      createdAt: NOON,
      state: "ready",
      reason: null,
      cooldowns: [],
      lastOutcome: null,
      disabled: null,
    });
    assert.deepEqual(body, added);
  }),
);

Deno.test(
  "GET /api/pools/:pool/keys lists keys in the order they were added, page by page",
  withAdmin(async (admin) => {
    const pool = await admin.aPool();
    await admin.aKey(await admin.aPool());
    const keys = [await admin.aKey(pool), await admin.aKey(pool), await admin.aKey(pool)];

    const first = await admin.get<KeyPage>(`${pool}/keys?limit=2`);
    const cursor = encodeURIComponent(first.body.cursor ?? "");
    const second = await admin.get<KeyPage>(`${pool}/keys?limit=2&cursor=${cursor}`);

    assert.deepEqual(first.body.items, keys.slice(0, 2));
    assert.deepEqual(second.body, { items: keys.slice(2), cursor: null });
  }),
);

Deno.test(
  "a key that cools says for which model, whose pause it is, why and until when",
  withAdmin(async (admin) => {
    const { poolId, keyId, path } = await poolWithKey(admin, { project: "atlas" });
    const { health } = admin.storage;
    await health.cool(poolId, aCooldown({ subject: `key:${keyId}`, until: MINUTE_MS }));
    await health.cool(
      poolId,
      aCooldown({
        subject: "project:atlas",
        model: EVERY_MODEL,
        reason: "day_quota",
        until: 2 * MINUTE_MS,
      }),
    );

    const { body } = await admin.get<KeyItem>(path);

    assert.deepEqual([body.state, body.reason], ["cooling", "day_quota"]);
    assert.deepEqual(body.cooldowns, [
      {
        model: "gemini-2.5-pro",
        scope: "key",
        reason: "minute_quota",
        since: NOON,
        until: "2026-11-23T12:01:00.000Z",
      },
      {
        model: "*",
        scope: "project",
        reason: "day_quota",
        since: NOON,
        until: "2026-11-23T12:02:00.000Z",
      },
    ]);
  }),
);

Deno.test(
  "a pause is gone from a key at the moment it ends",
  withAdmin(async (admin) => {
    const { pool, poolId, keyId, path } = await poolWithKey(admin);
    await admin.storage.health.cool(poolId, aCooldown({ subject: `key:${keyId}` }));
    const before = await admin.get<{ keys: object }>(pool);

    await admin.storage.clock.advance(MINUTE_MS);

    const { body } = await admin.get<KeyItem>(path);
    assert.deepEqual([body.state, body.cooldowns], ["ready", []]);
    assert.deepEqual(before.body.keys, { ready: 0, cooling: 1, disabled: 0 });
    const after = await admin.get<{ keys: object }>(pool);
    assert.deepEqual(after.body.keys, { ready: 1, cooling: 0, disabled: 0 });
  }),
);

Deno.test(
  "a key says what last happened to it, alone and in a list",
  withAdmin(async (admin) => {
    const { pool, poolId, keyId, path } = await poolWithKey(admin);
    const last = aLastOutcome({ outcome: "exhausted", rule: "quota_minute", status: 429 });
    await admin.storage.health.recordOutcomes([{ poolId, keyId, last }]);

    const { body } = await admin.get<KeyItem>(path);

    assert.deepEqual(body.lastOutcome, {
      outcome: "exhausted",
      rule: "quota_minute",
      model: "gemini-2.5-pro",
      status: 429,
      at: NOON,
    });
    assert.deepEqual((await admin.get<KeyPage>(`${pool}/keys`)).body.items, [body]);
  }),
);

Deno.test(
  "a key that was disabled on evidence says why and when it is probed again",
  withAdmin(async (admin) => {
    const { pool, poolId, keyId, path } = await poolWithKey(admin);
    await admin.aKey(pool);
    const { health, rotation, clock } = admin.storage;
    const key = (await rotation.loadRoster(poolId))?.keys.find(({ id }) => id === keyId);
    assert.ok(key);
    await health.disable(key, { reason: "leaked", at: clock.now() });

    const { body } = await admin.get<KeyItem>(path);

    assert.deepEqual([body.state, body.reason], ["disabled", "leaked"]);
    assert.deepEqual(body.disabled, {
      by: "evidence",
      reason: "leaked",
      at: NOON,
      nextProbeAt: "2026-11-23T13:00:00.000Z",
    });
  }),
);

Deno.test(
  "PATCH /api/pools/:pool/keys/:key switches a key off and on again",
  withAdmin(async (admin) => {
    const { path } = await poolWithKey(admin);

    const off = await admin.patch<KeyItem>(path, { enabled: false });
    const on = await admin.patch<KeyItem>(path, { enabled: true });

    assert.deepEqual([off.status, off.body.state, off.body.reason], [200, "disabled", "operator"]);
    assert.deepEqual(off.body.disabled, {
      by: "operator",
      reason: null,
      at: NOON,
      nextProbeAt: null,
    });
    assert.deepEqual([on.body.state, on.body.disabled], ["ready", null]);
  }),
);

Deno.test(
  "PATCH /api/pools/:pool/keys/:key changes label and project, and takes both away again",
  withAdmin(async (admin) => {
    const { path } = await poolWithKey(admin);

    const named = await admin.patch<KeyItem>(path, { label: " mine ", project: "atlas" });
    const bare = await admin.patch<KeyItem>(path, { label: "", project: null });

    assert.deepEqual([named.body.label, named.body.project], ["mine", "atlas"]);
    assert.deepEqual([bare.body.label, bare.body.project], ["", null]);
    assert.deepEqual((await admin.get(path)).body, bare.body);
  }),
);

for (
  const [json, state] of [
    [{}, "it must change at least one field"],
    [{ label: 7 }, '"label" must be a string'],
    [{ label: null }, '"label" must be a string'],
    [{ label: { type: "img", props: { src: "x" } } }, '"label" must be a string'],
    [{ label: "x".repeat(101) }, '"label" must have at most 100 characters'],
    [{ label: "a\nb" }, '"label" must not have control characters'],
    [{ project: "" }, '"project" must not be empty'],
    [{ project: "x".repeat(101) }, '"project" must have at most 100 characters'],
    [{ enabled: "yes" }, '"enabled" must be true or false'],
    [{ secret: aSecret(1) }, '"secret" is not a field here'],
    [{ state: "ready" }, '"state" is not a field here'],
    [{ disabled: null }, '"disabled" is not a field here'],
    [{ poolId: "x" }, '"poolId" is not a field here'],
  ] as const
) {
  Deno.test(
    `PATCH /api/pools/:pool/keys/:key refuses ${JSON.stringify(json).slice(0, 50)}`,
    withAdmin(async (admin) => {
      const { path } = await poolWithKey(admin);
      const before = await admin.get(path);

      const { status, body } = await admin.patch<Refusal>(path, json);

      assert.equal(status, 400);
      assert.equal(body.error.message, `Cannot read request body: ${state}`);
      assert.deepEqual((await admin.get(path)).body, before.body);
    }),
  );
}

Deno.test(
  "DELETE /api/pools/:pool/keys/:key forgets a key, so that it can be added again",
  withAdmin(async (admin) => {
    const pool = await admin.aPool();
    const key = await admin.aKey(pool, { secret: aSecret(1) });

    const deleted = await admin.delete(`${pool}/keys/${key.id}`);
    const again = await admin.post<{ added: KeyItem[] }>(`${pool}/keys`, { keys: [aSecret(1)] });

    assert.deepEqual([deleted.status, deleted.body], [204, null]);
    assert.equal((await admin.get(`${pool}/keys/${key.id}`)).status, 404);
    assert.equal(again.body.added.length, 1);
    assert.notEqual(again.body.added[0]?.id, key.id);
  }),
);

Deno.test(
  "POST …/:key/wake ends every pause that concerns the key",
  withAdmin(async (admin) => {
    const { poolId, keyId, path } = await poolWithKey(admin, { project: "atlas" });
    const { health } = admin.storage;
    await health.cool(poolId, aCooldown({ subject: `key:${keyId}` }));
    await health.cool(poolId, aCooldown({ subject: "project:atlas", model: EVERY_MODEL }));

    const { status, body } = await admin.post<KeyItem>(`${path}/wake`);

    assert.deepEqual([status, body.state, body.cooldowns], [200, "ready", []]);
    assert.deepEqual((await admin.get(path)).body, body);
  }),
);

Deno.test(
  "POST …/:key/wake leaves a key disabled that a person switched off",
  withAdmin(async (admin) => {
    const { path } = await poolWithKey(admin);
    await admin.patch(path, { enabled: false });

    const { body } = await admin.post<KeyItem>(`${path}/wake`);

    assert.equal(body.state, "disabled");
  }),
);

for (
  const says of [
    { verdict: "good", why: "Gemini lists models for this key" },
    { verdict: "bad", why: "Gemini answered 400 (key_invalid)", reason: "invalid" },
    { verdict: "inconclusive", why: "Gemini could not be reached" },
  ] as const
) {
  Deno.test(
    `POST …/:key/test tells that the probe found a key ${says.verdict}, and changes nothing`,
    withAdmin(async (admin) => {
      const pool = await admin.aPool();
      const { id } = await admin.aKey(pool, { secret: aSecret(3) });
      const before = await admin.get(`${pool}/keys/${id}`);
      admin.probe.says = says;

      const { status, body } = await admin.post(`${pool}/keys/${id}/test`);

      assert.equal(status, 200);
      assert.deepEqual(body, { verdict: says.verdict, why: says.why });
      assert.deepEqual(admin.probe.asked, [aSecret(3)]);
      assert.deepEqual((await admin.get(`${pool}/keys/${id}`)).body, before.body);
    }),
  );
}

Deno.test(
  "POST …/:key/test hides the secret when the probe repeats it",
  withAdmin(async (admin) => {
    const secret = "a-key-of-a-shape-to-come-1234567890";
    const pool = await admin.aPool();
    const { id } = await admin.aKey(pool, { secret });
    admin.probe.says = { verdict: "inconclusive", why: `Gemini dislikes ${secret}` };

    const { body } = await admin.post<{ why: string }>(`${pool}/keys/${id}/test`);

    assert.equal(body.why, "Gemini dislikes [secret]");
  }),
);

for (
  const [method, end, json] of [
    ["GET", "", undefined],
    ["PATCH", "", '{"label":"x"}'],
    ["DELETE", "", undefined],
    ["POST", "/wake", undefined],
    ["POST", "/test", undefined],
  ] as const
) {
  Deno.test(
    `${method} …/:key${end} does not find the key of another pool`,
    withAdmin(async (admin) => {
      const { keyId, path } = await poolWithKey(admin);
      const other = await admin.aPool();

      const { status, body } = await admin.send(method, `${other}/keys/${keyId}${end}`, {
        body: json ?? null,
      });

      assert.equal(status, 404);
      assert.equal(
        body.error.message,
        `Cannot find key "${keyId}": this pool has none with this id`,
      );
      assert.equal((await admin.get<KeyItem>(path)).body.state, "ready");
      assert.deepEqual(admin.probe.asked, []);
    }),
  );
}

Deno.test(
  "a key's moments are whole milliseconds although pauses need not be",
  withAdmin(async (admin) => {
    const { poolId, keyId, path } = await poolWithKey(admin);
    const cooldown = aCooldown({ subject: `key:${keyId}` });
    const until = (cooldown.until + 0.75) as EpochMs;
    await admin.storage.health.cool(poolId, { ...cooldown, until });

    const { body } = await admin.get<KeyItem>(path);

    assert.equal(body.cooldowns[0]?.until, "2026-11-23T12:01:00.000Z");
  }),
);
