import assert from "node:assert/strict";
import type { TokenId } from "../../../lib/domain/ids.ts";
import type { RequestItem } from "../../../lib/web/admin/request_item.ts";
import { aFailedRequest, anAttempt } from "../../support/builders.ts";
import { type AdminClient, type Refusal, withAdmin } from "./admin_client.ts";

interface List {
  readonly items: readonly RequestItem[];
  readonly cursor: string | null;
  readonly dropped: number;
}

async function save({ storage }: AdminClient, count: number): Promise<void> {
  const requests = Array.from({ length: count }, (_, n) => aFailedRequest(n));
  await storage.failedRequests.save({ requests, dropped: 4 });
}

Deno.test(
  "GET /api/requests/:id tells a failed request by the id that its client saw",
  withAdmin(async (admin) => {
    await save(admin, 3);

    const { status, body } = await admin.get<RequestItem>(`/api/requests/${aFailedRequest(1).id}`);

    const { attempts: _, ...fields } = aFailedRequest(1);
    const { keyId, ...attempt } = anAttempt();
    assert.equal(status, 200);
    assert.deepEqual(body, {
      ...fields,
      at: "2026-11-23T12:00:00.001Z",
      attempts: [{ key: keyId, ...attempt }],
    });
  }),
);

Deno.test(
  "GET /api/requests?failed lists them newest first, by pages, and says how many are left out",
  withAdmin(async (admin) => {
    await save(admin, 5);
    const seen: string[] = [];
    let query = "?failed&limit=2";
    for (let pages = 0; query !== "" && pages < 10; pages++) {
      const { body } = await admin.get<List>(`/api/requests${query}`);
      seen.push(...body.items.map(({ id }) => id));
      query = body.cursor === null ? "" : `?failed=true&limit=2&cursor=${body.cursor}`;
      assert.equal(body.dropped, 4);
    }

    assert.deepEqual(seen, [4, 3, 2, 1, 0].map((n) => aFailedRequest(n).id));
  }),
);

Deno.test(
  "GET /api/requests?token lists those of one token",
  withAdmin(async (admin) => {
    const token = { id: "01kaaaaaaaaaaaaaaaaaaaaaaa" as TokenId, name: "other" };
    const requests = [aFailedRequest(1), aFailedRequest(2, { token })];
    await admin.storage.failedRequests.save({ requests, dropped: 0 });

    const { body } = await admin.get<List>(`/api/requests?token=${token.id}`);

    assert.deepEqual(body.items.map(({ id }) => id), [aFailedRequest(2).id]);
  }),
);

Deno.test(
  "a cursor whose request is forgotten ends the list, and does not begin it anew",
  withAdmin(async (admin) => {
    await save(admin, 2);

    const { body } = await admin.get<List>(`/api/requests?cursor=${aFailedRequest(99).id}`);

    assert.deepEqual([body.items, body.cursor], [[], null]);
  }),
);

Deno.test(
  "a request that is not remembered is not found",
  withAdmin(async (admin) => {
    await save(admin, 1);

    const { status, body } = await admin.get<Refusal>(`/api/requests/${aFailedRequest(9).id}`);

    assert.deepEqual([status, body.error.code], [404, "not_found"]);
  }),
);

for (
  const [path, expected] of [
    ["/api/requests/x", 404],
    ["/api/requests?failed=false", 400],
    ["/api/requests?cursor=x", 400],
    ["/api/requests?token=x", 400],
    ["/api/requests?limit=1001", 400],
    ["/api/requests?kind=key", 400],
  ] as const
) {
  Deno.test(
    `GET ${path} is ${expected}`,
    withAdmin(async (admin) => {
      assert.equal((await admin.get(path)).status, expected);
    }),
  );
}
