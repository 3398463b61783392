import type { PageRequest } from "../../lib/domain/management.ts";
import assert from "node:assert/strict";
import { encode } from "../../lib/storage/codec.ts";
import { readAll, readPage } from "../../lib/storage/page.ts";
import { faultyKv } from "../support/kv.ts";

/** A KV in memory with so many numbers under `n`, and one neighbour on each side. */
async function numbers(count: number): Promise<Deno.Kv> {
  const kv = await Deno.openKv(":memory:");
  const operation = kv.atomic().set(["m", "x"], encode(-1)).set(["o", "x"], encode(-1));
  for (let n = 0; n < count; n++) operation.set(["n", String(n).padStart(4, "0")], encode(n));
  await operation.commit();
  return kv;
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}

/** A test function with that KV. */
function withNumbers(count: number, test: (kv: Deno.Kv) => Promise<void>): () => Promise<void> {
  return async () => {
    const kv = await numbers(count);
    await test(kv);
    kv.close();
  };
}

/** All pages, one after the other. */
async function pages(kv: Deno.Kv, limit: number): Promise<(readonly number[])[]> {
  const read: (readonly number[])[] = [];
  let cursor: string | null = null;
  do {
    const request: PageRequest = { limit, cursor: cursor ?? undefined };
    const page = await readPage<number>(kv, ["n"], request);
    read.push(page.items);
    cursor = page.cursor;
  } while (cursor !== null);
  return read;
}

Deno.test(
  "readPage() goes through everything page by page, in the order of addresses",
  withNumbers(25, async (kv) => {
    const read = await pages(kv, 10);

    assert.deepEqual(read.map((items) => items.length), [10, 10, 5]);
    assert.deepEqual(read.flat(), upTo(25));
  }),
);

Deno.test(
  "readPage() gives no cursor after the last page, though that page is full",
  withNumbers(20, async (kv) => {
    const read = await pages(kv, 10);

    assert.deepEqual(read.map((items) => items.length), [10, 10]);
  }),
);

Deno.test(
  "readPage() reads a hundred when nobody says how many",
  withNumbers(150, async (kv) => {
    assert.equal((await readPage(kv, ["n"])).items.length, 100);
  }),
);

Deno.test(
  "readPage() reads at least one and at most a thousand",
  withNumbers(3, async (kv) => {
    assert.equal((await readPage(kv, ["n"], { limit: 0 })).items.length, 1);
    assert.equal((await readPage(kv, ["n"], { limit: -5 })).items.length, 1);
    assert.equal((await readPage(kv, ["n"], { limit: 1_000_000 })).items.length, 3);
  }),
);

Deno.test(
  "readPage() reads nothing where nothing is",
  withNumbers(0, async (kv) => {
    assert.deepEqual(await readPage(kv, ["n"]), { items: [], cursor: null });
  }),
);

for (const cursor of ["%%%", "bm9uZQ", "/////w==", "é", " ", "💩", "A".repeat(4_000)]) {
  Deno.test(
    `readPage() refuses the cursor ${cursor.slice(0, 10)}, which is not one of ours`,
    withNumbers(3, async (kv) => {
      await assert.rejects(readPage(kv, ["n"], { cursor }), { code: "invalid_request" });
    }),
  );
}

for (const cursor of ["nonsense", "AA==", "____"]) {
  Deno.test(
    `readPage() finds nothing but what is there by the made-up cursor ${cursor}`,
    withNumbers(3, async (kv) => {
      const { items } = await readPage<number>(kv, ["n"], { cursor });

      assert.deepEqual(items.filter((item) => item < 0), []);
    }),
  );
}

Deno.test(
  "readPage() goes on behind the cursor though what it names was deleted",
  withNumbers(6, async (kv) => {
    const first = await readPage<number>(kv, ["n"], { limit: 2 });
    await kv.delete(["n", "0001"]);

    const second = await readPage<number>(kv, ["n"], { limit: 2, cursor: first.cursor ?? "" });

    assert.deepEqual(second.items, [2, 3]);
  }),
);

Deno.test(
  "readPage() does not take a storage that is down for a wrong cursor",
  withNumbers(3, async (kv) => {
    const { cursor } = await readPage(kv, ["n"], { limit: 1 });
    const down = faultyKv(kv, () => "error");

    await assert.rejects(readPage(down, ["n"], { cursor: cursor ?? "" }), /out of order/);
  }),
);

Deno.test(
  "readAll() reads more than one batch, and no neighbours",
  withNumbers(990, async (kv) => {
    assert.deepEqual(await readAll(kv, ["n"]), upTo(990));
  }),
);
