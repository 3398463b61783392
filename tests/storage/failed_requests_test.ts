import assert from "node:assert/strict";
import { failedRequestsPrefix } from "../../lib/storage/addresses.ts";
import {
  createFailedRequestStore,
  FAILED_REQUEST_MEMORY_MS,
  MAX_PAGES,
} from "../../lib/storage/failed_requests.ts";
import type { StorageContext } from "../../lib/storage/context.ts";
import { aFailedRequest, anAttempt } from "../support/builders.ts";
import { type HandClock, handClock } from "../support/hand_clock.ts";
import { type FaultyKv, faultyKv, memoryKv, only } from "../support/kv.ts";

interface Place {
  readonly clock: HandClock;
  readonly kv: FaultyKv;
}

function aPlace(): Place {
  return { clock: handClock(), kv: faultyKv(memoryKv()) };
}

let ids = 0;

/** The store of one process. */
function aStoreIn({ clock, kv }: Place) {
  const context: Partial<StorageContext> = {
    kv,
    clock: { ...clock, sleep: () => Promise.resolve() },
    random: () => 0,
    newId: () => String(++ids).padStart(12, "0"),
  };
  return createFailedRequestStore(context as StorageContext);
}

const several = (from: number, count: number) =>
  Array.from({ length: count }, (_, n) => aFailedRequest(from + n));

async function pagesIn({ kv }: Place): Promise<Uint8Array[]> {
  const entries = await Array.fromAsync(kv.list<Uint8Array>({ prefix: failedRequestsPrefix() }));
  return entries.map(({ value }) => value);
}

Deno.test("FailedRequestStore gives back what every process saved, newest first", async () => {
  const place = aPlace();
  const [here, there] = [aStoreIn(place), aStoreIn(place)];
  await here.save({ requests: several(0, 2), dropped: 1 });
  await there.save({ requests: [aFailedRequest(9)], dropped: 2 });
  await here.save({ requests: [aFailedRequest(5)], dropped: 0 });

  const { requests, dropped } = await aStoreIn(place).read();

  assert.deepEqual(requests, [9, 5, 1, 0].map((n) => aFailedRequest(n)));
  assert.equal(dropped, 3);
});

Deno.test("FailedRequestStore fills a page before it begins another, and one write holds many", async () => {
  const place = aPlace();
  const store = aStoreIn(place);

  for (let n = 0; n < 50; n++) await store.save({ requests: [aFailedRequest(n)], dropped: 0 });
  const afterFew = (await pagesIn(place)).length;
  place.kv.mutations = 0;
  await store.save({ requests: several(100, 120), dropped: 0 });

  assert.equal(afterFew, 1);
  assert.ok(place.kv.mutations <= 3, String(place.kv.mutations));
  assert.equal((await store.read()).requests.length, 170);
});

Deno.test("FailedRequestStore keeps so many pages of a process, the newest, each under KV's limit", async () => {
  const place = aPlace();
  const store = aStoreIn(place);
  const attempts = Array.from({ length: 10 }, () => anAttempt({ label: "é".repeat(100) }));
  let saved = 0;

  for (; saved < 4_000; saved += 100) {
    const requests = several(saved, 100).map((request) => ({ ...request, attempts }));
    await store.save({ requests, dropped: 0 });
  }

  const pages = await pagesIn(place);
  const { requests } = await store.read();
  assert.equal(pages.length, MAX_PAGES);
  for (const page of pages) assert.ok(page.byteLength <= 50_000, String(page.byteLength));
  assert.equal(requests[0]?.id, aFailedRequest(saved - 1).id);
  assert.ok(requests.length > 300);
});

Deno.test("FailedRequestStore tells nothing of what is older than seven days", async () => {
  const place = aPlace();
  const store = aStoreIn(place);
  await store.save({ requests: several(0, 2), dropped: 7 });

  await place.clock.advance(FAILED_REQUEST_MEMORY_MS + 1);

  assert.deepEqual(await store.read(), { requests: [], dropped: 0 });
});

Deno.test("FailedRequestStore may be asked again after a failure, whether it had written or not", async () => {
  for (const trouble of ["error", "error_after"] as const) {
    const place = aPlace();
    const store = aStoreIn(place);
    await store.save({ requests: several(0, 3), dropped: 0 });
    place.kv.meddle = only("commit", 1, trouble);
    await assert.rejects(store.save({ requests: several(3, 3), dropped: 0 }));

    await store.save({ requests: several(3, 3), dropped: 0 });

    const { requests } = await store.read();
    assert.deepEqual(requests.map(({ id }) => id), several(0, 6).map(({ id }) => id).reverse());
  }
});
