import assert from "node:assert/strict";
import { type AdminClient, type Answer, type Refusal, withAdmin } from "./admin_client.ts";

interface AnyPage {
  readonly items: readonly { readonly id: string }[];
  readonly cursor: string | null;
}

/** Every list there is. */
async function listsOf(admin: AdminClient): Promise<string[]> {
  const { poolId } = await admin.aToken();
  return ["/api/pools", "/api/tokens", `/api/pools/${poolId}/keys`];
}

async function ask<T>(admin: AdminClient, query: string): Promise<Answer<T>[]> {
  const lists = await listsOf(admin);
  return await Promise.all(lists.map((list) => admin.get<T>(`${list}?${query}`)));
}

const LIMIT = '"limit" must be a whole number from 1 to 1000';
const CURSOR = '"cursor" must be the one that the page before gave';

for (
  const [query, state] of [
    ["limit=abc", LIMIT],
    ["limit=", LIMIT],
    ["limit=0", LIMIT],
    ["limit=-1", LIMIT],
    ["limit=1.5", LIMIT],
    ["limit=1e2", LIMIT],
    ["limit=1001", LIMIT],
    ["limit=%31%30%30%30%30", LIMIT],
    ["limit=+1", LIMIT],
    ["limit=NaN", LIMIT],
    ["cursor=", CURSOR],
    ["cursor=a%00b", CURSOR],
    ["cursor=%f0%9f%98%80", CURSOR],
    [`cursor=${"A".repeat(513)}`, CURSOR],
    ["page=2", '"page" is not a field here'],
    ["__proto__=1", '"__proto__" is not a field here'],
  ] as const
) {
  Deno.test(
    `every list refuses ?${query.slice(0, 40)}`,
    withAdmin(async (admin) => {
      const answers = await ask<Refusal>(admin, query);

      assert.equal(answers.length, 3);
      for (const { status, body } of answers) {
        assert.equal(status, 400);
        assert.deepEqual(body.error, {
          code: "invalid_request",
          message: `Cannot read query: ${state}`,
        });
      }
    }),
  );
}

for (const cursor of ["abc", "A", "_w==x", "-", "////", "A".repeat(511)]) {
  Deno.test(
    `every list refuses the cursor ${cursor.slice(0, 10)}, which it never gave`,
    withAdmin(async (admin) => {
      for (const { status, body } of await ask<Refusal>(admin, `cursor=${cursor}`)) {
        assert.equal(status, 400);
        assert.equal(
          body.error.message,
          "Cannot list: the cursor is not one that we gave",
        );
      }
    }),
  );
}

for (const cursor of ["AjAx", "-".repeat(512), "A".repeat(512), "____", "AAAA"]) {
  Deno.test(
    `a cursor that was made up, ${cursor.slice(0, 10)}, leads nowhere but into the list itself`,
    withAdmin(async (admin) => {
      const all = (await ask<AnyPage>(admin, "")).flatMap(({ body }) => body.items);
      const lists = ["/api/pools", "/api/tokens"];
      const answers = await Promise.all(
        lists.map((list) => admin.get<AnyPage>(`${list}?cursor=${cursor}`)),
      );

      assert.deepEqual(answers.map(({ status }) => status), [200, 200]);
      const ids = all.map(({ id }) => id);
      const seen = answers.flatMap(({ body }) => body.items);
      assert.deepEqual(seen.filter(({ id }) => !ids.includes(id)), []);
    }),
  );
}

for (const limit of [1, 1_000]) {
  Deno.test(
    `every list takes ?limit=${limit}`,
    withAdmin(async (admin) => {
      for (const { status, body } of await ask<AnyPage>(admin, `limit=${limit}`)) {
        assert.deepEqual([status, body.items.length, body.cursor], [200, 1, null]);
      }
    }),
  );
}

Deno.test(
  "a list has pages of 100 unless told otherwise",
  withAdmin(async (admin) => {
    for (let n = 0; n < 101; n++) await admin.aPool();

    const { body } = await admin.get<AnyPage>("/api/pools");

    assert.equal(body.items.length, 100);
    assert.notEqual(body.cursor, null);
  }),
);

Deno.test(
  "pages of one visit every item once, and the last has no cursor",
  withAdmin(async (admin) => {
    const made = [await admin.aPool(), await admin.aPool(), await admin.aPool()];

    const seen: string[] = [];
    let query = "";
    while (seen.length < made.length) {
      const { body } = await admin.get<AnyPage>(`/api/pools?limit=1${query}`);
      seen.push(...body.items.map(({ id }) => `/api/pools/${id}`));
      query = body.cursor === null ? "&limit=end" : `&cursor=${encodeURIComponent(body.cursor)}`;
    }

    assert.deepEqual(seen, made);
    assert.equal(query, "&limit=end");
  }),
);

Deno.test(
  "a cursor of one list shows nothing of another",
  withAdmin(async (admin) => {
    await admin.aToken();
    await admin.aToken();
    const { body } = await admin.get<AnyPage>("/api/tokens?limit=1");
    const pools = (await admin.get<AnyPage>("/api/pools")).body.items.map(({ id }) => id);

    const cursor = encodeURIComponent(body.cursor ?? "");
    const answer = await admin.get<AnyPage>(`/api/pools?cursor=${cursor}`);

    assert.equal(answer.status, 200);
    assert.deepEqual(answer.body.items.filter(({ id }) => !pools.includes(id)), []);
  }),
);
