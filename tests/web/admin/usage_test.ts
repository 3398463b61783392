import assert from "node:assert/strict";
import type { KeyId, PoolId, TokenId } from "../../../lib/domain/ids.ts";
import { later } from "../../../lib/domain/ids.ts";
import type { UsageRow } from "../../../lib/domain/usage_store.ts";
import type { WindowItem } from "../../../lib/web/admin/overview.ts";
import type { UsageItem } from "../../../lib/web/admin/usage_item.ts";
import { NOON } from "../../support/hand_clock.ts";
import { ADMIN_TOKEN, type AdminClient, type Refusal, withAdmin } from "./admin_client.ts";

const HOUR_MS = 3_600_000;
const NOBODY = "01kaaaaaaaaaaaaaaaaaaaaaaa";

interface UsageAnswer {
  readonly by: string;
  readonly from: string;
  readonly to: string;
  readonly items: readonly UsageItem[];
}

interface Overview {
  readonly hour: WindowItem;
  readonly day: WindowItem;
  readonly week: WindowItem;
  readonly pools: {
    readonly items: readonly { readonly name: string; readonly keys: object }[];
    readonly cursor: string | null;
  };
}

/** Adds requests of a pool and of its token, so many hours ago. */
async function use(
  { storage }: AdminClient,
  { pool, token = NOBODY, hoursAgo = 0, sums }: {
    pool: string;
    token?: string;
    hoursAgo?: number;
    sums: UsageRow["sums"];
  },
): Promise<void> {
  const at = later(NOON, -hoursAgo * HOUR_MS);
  const whose = { pool: pool as PoolId, model: "gemini-2.5-pro" };
  await storage.usage.add([
    { subject: { family: "pool", ...whose }, hour: at, lastAt: at, sums },
    { subject: { family: "token", token: token as TokenId, ...whose }, hour: at, lastAt: at, sums },
  ]);
}

const SUMS = {
  served: 6,
  exhausted: 1,
  broken: 1,
  refused: 2,
  limited: 3,
  left: 1,
  retriesSaved: 2,
  prompt: 100,
  cached: 60,
  output: 30,
  thoughts: 20,
  toolUse: 5,
  latency3: 6,
};

Deno.test(
  "GET /api/usage tells requests, outcomes, tokens and latency",
  withAdmin(async (admin) => {
    const { id, poolId } = await admin.aToken();
    await use(admin, { pool: poolId, token: id, sums: SUMS });

    const { status, headers, body } = await admin.get<UsageAnswer>(
      "/api/usage?by=token&step=hour",
    );

    assert.equal(status, 200);
    assert.equal(headers.get("cache-control"), "private, no-store");
    assert.deepEqual([body.by, body.from], ["token", "2026-11-22T13:00:00.000Z"]);
    assert.deepEqual(body.items, [{
      at: "2026-11-23T12:00:00.000Z",
      token: id,
      requests: 14,
      outcomes: { served: 6, exhausted: 1, refused: 2, broken: 1, limited: 3, left: 1 },
      successRate: 0.75,
      retriesSaved: 2,
      tokens: { prompt: 100, cached: 60, output: 30, thoughts: 20, toolUse: 5, total: 155 },
      latencyMs: { p50: 750, p95: 975 },
    }]);
    const token = await admin.get<{ lastUsedAt: string }>(`/api/tokens/${id}`);
    assert.equal(token.body.lastUsedAt, "2026-11-23T12:00:00.000Z");
    const list = await admin.get<{ items: { lastUsedAt: string }[] }>("/api/tokens");
    assert.deepEqual(list.body.items.map(({ lastUsedAt }) => lastUsedAt), [token.body.lastUsedAt]);
  }),
);

Deno.test(
  "GET /api/usage takes a time from and a time to, and what it is only to be about",
  withAdmin(async (admin) => {
    for (const hoursAgo of [0, 1, 2]) {
      await use(admin, { pool: NOBODY, hoursAgo, sums: { served: 1 } });
    }
    const ask = async (query: string) =>
      (await admin.get<UsageAnswer>(`/api/usage?by=pool&step=hour&${query}`)).body.items.length;

    assert.equal(await ask("from=2026-11-23T10:30:00Z&to=2026-11-23T12:00:00Z"), 2);
    assert.equal(await ask(`token=${NOBODY}&model=gemini-2.5-pro`), 3);
    assert.equal(await ask("model=gemini-2.5-flash"), 0);
    assert.equal(await ask(`key=${NOBODY}`), 0);
  }),
);

for (
  const [query, message] of [
    ["", '"by" is missing'],
    ["by=colour", '"by" must be token, key, model or pool'],
    ["by=token&step=week", '"step" must be hour or day'],
    ["by=token&from=yesterday", '"from" must be an ISO 8601 moment'],
    ["by=token&token=x", '"token" must be the id of a token'],
    ["by=key&key=x", '"key" must be the id of a key'],
    ["by=model&model=a/b", '"model" must be the name of a model'],
    ["by=pool&from=2026-11-23T12:00Z&to=2026-11-23T11:00Z", 'must not have "from" after "to"'],
    ["by=pool&step=hour&from=2026-11-01T00:00Z", "must not span more than 192 hours"],
    [`by=key&token=${NOBODY}`, "which keys served which token is not counted"],
    ["by=token&colour=red", '"colour" is not a field here'],
  ] as const
) {
  Deno.test(
    `GET /api/usage refuses "${query}" and says why`,
    withAdmin(async (admin) => {
      for (const path of ["/api/usage", "/api/usage.csv"]) {
        const { status, body } = await admin.get<Refusal>(`${path}?${query}`);

        assert.deepEqual([status, body.error.code], [400, "invalid_request"]);
        assert.ok(body.error.message.includes(message), body.error.message);
      }
    }),
  );
}

Deno.test(
  "GET /api/usage.csv is a file for a spreadsheet, in which nothing can be a formula",
  withAdmin(async (admin) => {
    await use(admin, { pool: NOBODY, sums: SUMS });
    const subject = { family: "key", pool: "p1" as PoolId, key: "=1+1" as KeyId, model: "m" };
    const row = { subject, hour: NOON, lastAt: NOON, sums: { served: 1 } } as UsageRow;
    await admin.storage.usage.add([row]);
    const ask = (query: string) =>
      admin.app.request(`/api/usage.csv?${query}`, {
        headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
      });

    const response = await ask("by=pool&step=day");

    assert.match(response.headers.get("content-type") ?? "", /^text\/csv/);
    assert.equal(
      response.headers.get("content-disposition"),
      'attachment; filename="usage-by-pool-and-day.csv"',
    );
    assert.equal(
      await response.text(),
      "at,pool,requests,served,exhausted,refused,broken,limited,left,retriesSaved,promptTokens," +
        "cachedTokens,outputTokens,thoughtsTokens,toolUseTokens,totalTokens,p50Ms,p95Ms\r\n" +
        `2026-11-23T00:00:00.000Z,${NOBODY},14,6,1,2,1,3,1,2,100,60,30,20,5,155,750,975\r\n`,
    );
    assert.doesNotMatch(await (await ask("by=key")).text(), /=/);
  }),
);

Deno.test(
  "GET /api/overview tells the last hour, day and week, and what keys of each pool are ready",
  withAdmin(async (admin) => {
    const pool = await admin.aPool("research");
    const key = await admin.aKey(pool);
    await admin.aKey(pool);
    await admin.patch(`${pool}/keys/${key.id}`, { enabled: false });
    for (const hoursAgo of [0, 1, 2, 23, 24, 156, 157]) {
      await use(admin, {
        pool: pool.split("/").at(-1)!,
        hoursAgo,
        sums: { served: 1, latency1: 1 },
      });
    }

    const { status, body } = await admin.get<Overview>("/api/overview");

    assert.equal(status, 200);
    const { hour, day, week, pools } = body;
    assert.deepEqual([hour.since, hour.requests], ["2026-11-23T11:00:00.000Z", 2]);
    assert.deepEqual([day.since, day.requests], ["2026-11-22T13:00:00.000Z", 4]);
    assert.deepEqual([week.since, week.requests], ["2026-11-17T00:00:00.000Z", 6]);
    assert.equal(hour.successRate, 1);
    assert.deepEqual(pools.items.map(({ name, keys }) => [name, keys]), [
      ["research", { ready: 1, cooling: 0, disabled: 1 }],
    ]);
  }),
);

Deno.test(
  "GET /api/overview tells of nothing as nothing, and of many pools a page at a time",
  withAdmin(async (admin) => {
    for (const name of ["a", "b", "c"]) await admin.aPool(name);

    const first = await admin.get<Overview>("/api/overview?limit=2");
    const cursor = encodeURIComponent(first.body.pools.cursor ?? "");
    const second = await admin.get<Overview>(`/api/overview?limit=2&cursor=${cursor}`);

    const names = (overview: Overview) => overview.pools.items.map(({ name }) => name);
    assert.deepEqual([names(first.body), names(second.body)], [["a", "b"], ["c"]]);
    assert.equal(second.body.pools.cursor, null);
    const { requests, successRate, latencyMs } = first.body.week;
    assert.deepEqual([requests, successRate, latencyMs], [0, null, null]);
  }),
);

for (const name of ["requestsPerMinute", "tokensPerDay"] as const) {
  Deno.test(
    `a token's ${name} can be set, changed and lifted, and is a whole number`,
    withAdmin(async (admin) => {
      const { id } = await admin.aToken({ [name]: 5 });
      const path = `/api/tokens/${id}`;
      const shown = async () => (await admin.get<Record<string, unknown>>(path)).body[name];

      assert.equal(await shown(), 5);
      await admin.patch(path, { [name]: 7 });
      await admin.patch(path, { name: "renamed" });
      assert.equal(await shown(), 7);
      await admin.patch(path, { [name]: null });
      assert.equal(await shown(), null);
      for (const wrong of [0, -1, 1.5, "5", 2 ** 53, true]) {
        const { status, body } = await admin.patch<Refusal>(path, { [name]: wrong });
        assert.equal(status, 400);
        assert.match(body.error.message, new RegExp(`"${name}" must be a whole number`));
      }
    }),
  );
}
