import assert from "node:assert/strict";
import type { AddedItem } from "../../../lib/web/admin/added_item.ts";
import type { TokenItem } from "../../../lib/web/admin/token_item.ts";
import { aSecret } from "../../support/builders.ts";
import { NOON } from "../../support/hand_clock.ts";
import { type Refusal, withAdmin } from "./admin_client.ts";

interface NewTokenItem extends TokenItem {
  readonly token: string;
  readonly keys: AddedItem | null;
}

interface TokenPage {
  readonly items: readonly TokenItem[];
  readonly cursor: string | null;
}

const ONE_O_CLOCK = "2026-11-23T13:00:00.000Z";
const NOBODY = "01kaaaaaaaaaaaaaaaaaaaaaaa";

Deno.test(
  "POST /api/tokens makes a token, a pool for it and its keys in one call",
  withAdmin(async (admin) => {
    const keys = [aSecret(1), { secret: aSecret(2), label: "spare", project: "atlas" }, "junk"];

    const { status, body } = await admin.post<NewTokenItem>("/api/tokens", {
      name: "laptop",
      keys,
    });

    const { keys: report, token, ...item } = body;
    assert.equal(status, 201);
    assert.match(token, /^gkr_[\w-]{43}$/);
    assert.deepEqual(item, {
      id: item.id,
      name: "laptop",
      poolId: item.poolId,
      enabled: true,
      allowedModels: null,
      expiresAt: null,
      requestsPerMinute: null,
      tokensPerDay: null,
      lastUsedAt: null,
      createdAt: new Date(NOON).toISOString(),
    });
    assert.deepEqual(report?.added.map(({ label, state }) => [label, state]), [
      ["", "ready"],
      ["spare", "ready"],
    ]);
    assert.deepEqual(report?.rejected.map(({ entry }) => entry), [3]);
    const listed = await admin.get<{ items: object[] }>(`/api/pools/${item.poolId}/keys`);
    assert.deepEqual(listed.body.items, report?.added);
    assert.equal((await admin.storage.tokens.find(token))?.id, item.id);
  }),
);

Deno.test(
  "POST /api/tokens makes a token for a pool that is there, with all its settings",
  withAdmin(async (admin) => {
    const poolId = (await admin.aPool()).split("/").at(-1);

    const { status, body } = await admin.post<NewTokenItem>("/api/tokens", {
      name: " phone ",
      poolId,
      enabled: false,
      allowedModels: ["gemini-2.5-pro", "gemini-2.5-flash"],
      expiresAt: ONE_O_CLOCK,
      requestsPerMinute: 60,
      tokensPerDay: 1_000_000,
    });

    const { id, token, ...rest } = body;
    assert.equal(status, 201);
    assert.match(token, /^gkr_/);
    assert.deepEqual(rest, {
      name: "phone",
      poolId,
      enabled: false,
      allowedModels: ["gemini-2.5-pro", "gemini-2.5-flash"],
      expiresAt: ONE_O_CLOCK,
      requestsPerMinute: 60,
      tokensPerDay: 1_000_000,
      lastUsedAt: null,
      createdAt: new Date(NOON).toISOString(),
      keys: null,
    });
    assert.equal((await admin.get<TokenItem>(`/api/tokens/${id}`)).body.name, "phone");
  }),
);

Deno.test(
  "a token is shown once: neither GET, a list nor PATCH shows it again",
  withAdmin(async (admin) => {
    const made = await admin.aToken();

    const one = await admin.get<TokenItem>(`/api/tokens/${made.id}`);
    const all = await admin.get<TokenPage>("/api/tokens");
    const changed = await admin.patch<TokenItem>(`/api/tokens/${made.id}`, { name: "laptop" });

    const { token: _token, keys: _keys, ...item } = made as NewTokenItem;
    assert.deepEqual(one.body, item);
    assert.deepEqual(all.body, { items: [item], cursor: null });
    assert.deepEqual(changed.body, item);
  }),
);

Deno.test(
  "GET /api/tokens lists tokens in the order they were made, page by page",
  withAdmin(async (admin) => {
    for (const name of ["a", "b", "c"]) await admin.aToken({ name });

    const first = await admin.get<TokenPage>("/api/tokens?limit=2");
    const cursor = encodeURIComponent(first.body.cursor ?? "");
    const second = await admin.get<TokenPage>(`/api/tokens?limit=2&cursor=${cursor}`);

    assert.deepEqual(first.body.items.map(({ name }) => name), ["a", "b"]);
    assert.deepEqual(second.body.items.map(({ name }) => name), ["c"]);
    assert.equal(second.body.cursor, null);
  }),
);

for (
  const [what, at] of [
    ["text in UTC", "2026-11-23T13:00:00Z"],
    ["text without seconds", "2026-11-23T13:00Z"],
    ["text in another time zone", "2026-11-23T05:00:00.000-08:00"],
    ["milliseconds since 1970", NOON + 3_600_000],
  ] as const
) {
  Deno.test(
    `POST /api/tokens takes ${what} for expiresAt`,
    withAdmin(async (admin) => {
      const { expiresAt } = await admin.aToken({ expiresAt: at });

      assert.equal(expiresAt, ONE_O_CLOCK);
    }),
  );
}

Deno.test(
  "PATCH /api/tokens/:token changes each setting alone",
  withAdmin(async (admin) => {
    const { token: _token, ...made } = await admin.aToken();
    const path = `/api/tokens/${made.id}`;
    const poolId = (await admin.aPool()).split("/").at(-1);
    const before = (await admin.get<TokenItem>(path)).body;
    const changes = [
      { name: "desktop" },
      { enabled: false },
      { poolId },
      { allowedModels: ["gemini-2.5-pro"] },
      { expiresAt: ONE_O_CLOCK },
      { allowedModels: null },
      { expiresAt: null },
      { enabled: true },
    ];

    let expected = before;
    for (const change of changes) {
      expected = { ...expected, ...change } as TokenItem;
      const { status, body } = await admin.patch(path, change);
      assert.deepEqual([status, body], [200, expected]);
    }

    assert.deepEqual((await admin.get(path)).body, expected);
  }),
);

Deno.test(
  "PATCH /api/tokens/:token may end a token in the past",
  withAdmin(async (admin) => {
    const { id } = await admin.aToken();

    const { status, body } = await admin.patch<TokenItem>(`/api/tokens/${id}`, {
      expiresAt: "2020-01-01T00:00:00Z",
    });

    assert.deepEqual([status, body.expiresAt], [200, "2020-01-01T00:00:00.000Z"]);
  }),
);

Deno.test(
  "DELETE /api/tokens/:token makes the token a stranger's",
  withAdmin(async (admin) => {
    const { id, token, poolId } = await admin.aToken();

    const deleted = await admin.delete(`/api/tokens/${id}`);

    assert.deepEqual([deleted.status, deleted.body], [204, null]);
    assert.equal(await admin.storage.tokens.find(token), null);
    assert.equal((await admin.get(`/api/tokens/${id}`)).status, 404);
    assert.equal((await admin.get(`/api/pools/${poolId}`)).status, 200);
  }),
);

for (const method of ["GET", "PATCH", "DELETE"]) {
  Deno.test(
    `${method} /api/tokens/:token does not find a token that is not there`,
    withAdmin(async (admin) => {
      const body = method === "PATCH" ? '{"name":"x"}' : null;

      const { status, body: refusal } = await admin.send(method, `/api/tokens/${NOBODY}`, { body });

      assert.equal(status, 404);
      assert.equal(
        refusal.error.message,
        `Cannot find token "${NOBODY}": there is none with this id`,
      );
    }),
  );
}

const MOMENT = "must be an ISO 8601 moment with its time zone, or milliseconds since 1970";
const SETTINGS = [
  [{ name: 7 }, '"name" must be a string'],
  [{ name: { type: "b", props: {} } }, '"name" must be a string'],
  [{ name: "" }, '"name" must not be empty'],
  [{ enabled: 1 }, '"enabled" must be true or false'],
  [
    { allowedModels: "gemini-2.5-pro" },
    '"allowedModels" must be a list of models, or null for all',
  ],
  [{ allowedModels: [] }, '"allowedModels" must name a model, or be null for all'],
  [{ allowedModels: [7] }, '"allowedModels[0]" must be a string'],
  [{ allowedModels: ["a", "models/b"] }, '"allowedModels[1]" must be the name of a model'],
  [{ allowedModels: ["-a"] }, '"allowedModels[0]" must be the name of a model'],
  [{ allowedModels: ["*"] }, '"allowedModels[0]" must be the name of a model'],
  [{ allowedModels: [`a${"x".repeat(128)}`] }, '"allowedModels[0]" must be the name of a model'],
  [{ allowedModels: Array(257).fill("a") }, '"allowedModels" must name at most 256 models'],
  [{ expiresAt: "tomorrow" }, `"expiresAt" ${MOMENT}`],
  [{ expiresAt: "2027-01-01" }, `"expiresAt" ${MOMENT}`],
  [{ expiresAt: "2027-01-01T00:00:00" }, `"expiresAt" ${MOMENT}`],
  [{ expiresAt: "2027-02-31T00:00:00Z" }, `"expiresAt" ${MOMENT}`],
  [{ expiresAt: "2027-13-01T00:00:00Z" }, `"expiresAt" ${MOMENT}`],
  [{ expiresAt: 1e99 }, `"expiresAt" ${MOMENT}`],
  [{ expiresAt: 0.5 }, `"expiresAt" ${MOMENT}`],
  [{ expiresAt: -1 }, `"expiresAt" ${MOMENT}`],
  [{ expiresAt: true }, `"expiresAt" ${MOMENT}`],
  [{ poolId: "../x" }, '"poolId" must be the id of a pool'],
  [{ poolId: 7 }, '"poolId" must be a string'],
  [{ poolId: null }, '"poolId" must be a string'],
  [{ scope: "admin" }, '"scope" is not a field here'],
  [{ token: "gkr_mine" }, '"token" is not a field here'],
] as const;

for (const [settings, state] of SETTINGS) {
  Deno.test(
    `POST and PATCH of tokens refuse ${JSON.stringify(settings).slice(0, 60)}`,
    withAdmin(async (admin) => {
      const { id } = await admin.aToken();
      const before = await admin.get<TokenPage>("/api/tokens");
      const whole = { name: "phone", ...("poolId" in settings ? {} : { keys: [aSecret(90)] }) };

      const created = await admin.post<Refusal>("/api/tokens", { ...whole, ...settings });
      const changed = await admin.patch<Refusal>(`/api/tokens/${id}`, settings);

      assert.deepEqual([created.status, changed.status], [400, 400]);
      assert.equal(created.body.error.message, `Cannot read request body: ${state}`);
      assert.equal(changed.body.error.message, `Cannot read request body: ${state}`);
      assert.deepEqual((await admin.get("/api/tokens")).body, before.body);
    }),
  );
}

for (
  const [json, message] of [
    [{ keys: [aSecret(1)] }, 'Cannot read request body: "name" is missing'],
    [{ name: "x" }, 'Cannot read request body: it must have either "keys" or "poolId"'],
    [
      { name: "x", keys: [aSecret(1)], poolId: NOBODY },
      'Cannot read request body: it must have either "keys" or "poolId"',
    ],
    [
      { name: "x", keys: [] },
      'Cannot read request body: "keys" must hold at least one key',
    ],
    [
      { name: "x", keys: ["junk"] },
      'Cannot create token: none of its keys can be added: Cannot add key "ju…": it has 4 ' +
      "characters, a key has at least 20",
    ],
    [{ name: "x", poolId: NOBODY }, `Cannot use pool "${NOBODY}": there is none with this id`],
    [
      { name: "x", keys: [aSecret(1)], expiresAt: NOON },
      'Cannot read request body: "expiresAt" must be in the future',
    ],
    [
      { name: "x", keys: [aSecret(1)], expiresAt: "2026-11-23T12:59:59+01:00" },
      'Cannot read request body: "expiresAt" must be in the future',
    ],
  ] as const
) {
  Deno.test(
    `POST /api/tokens refuses ${JSON.stringify(json).slice(0, 80)}, and makes nothing`,
    withAdmin(async (admin) => {
      const { status, body } = await admin.post<Refusal>("/api/tokens", json);

      assert.equal(status, 400);
      assert.deepEqual(body.error, { code: "invalid_request", message });
      assert.deepEqual((await admin.get("/api/tokens")).body, { items: [], cursor: null });
      assert.deepEqual((await admin.get("/api/pools")).body, { items: [], cursor: null });
    }),
  );
}

Deno.test(
  "PATCH /api/tokens/:token refuses a pool that is not there, and no change at all",
  withAdmin(async (admin) => {
    const { id } = await admin.aToken();

    const nowhere = await admin.patch<Refusal>(`/api/tokens/${id}`, { poolId: NOBODY });
    const nothing = await admin.patch<Refusal>(`/api/tokens/${id}`, {});

    assert.deepEqual([nowhere.status, nothing.status], [400, 400]);
    assert.equal(
      nothing.body.error.message,
      "Cannot read request body: it must change at least one field",
    );
  }),
);

Deno.test(
  "POST /api/tokens gives a key to one of two tokens that want it at the same moment",
  withAdmin(async (admin) => {
    const ask = (name: string) =>
      admin.post<NewTokenItem & Refusal>("/api/tokens", { name, keys: [aSecret(1)] });

    const answers = await Promise.all([ask("a"), ask("b")]);

    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 400]);
    assert.equal((await admin.get<TokenPage>("/api/tokens")).body.items.length, 1);
    assert.equal((await admin.get<TokenPage>("/api/pools")).body.items.length, 1);
  }),
);
