import assert from "node:assert/strict";
import type { KeyId } from "../../lib/domain/ids.ts";
import type { KeyOutcome } from "../../lib/domain/ports.ts";
import { LastOutcomes } from "../../lib/relay/last_outcomes.ts";
import { aLastOutcome, POOL } from "../support/builders.ts";

/** A store that keeps what it is told, write by write. */
function aStore() {
  const writes: (readonly KeyOutcome[])[] = [];
  return {
    writes,
    recordOutcomes(outcomes: readonly KeyOutcome[]) {
      writes.push(outcomes);
      return Promise.resolve();
    },
  };
}

const keyOf = (n: number) => `k${n}` as KeyId;

function note(outcomes: LastOutcomes, n: number, fields: Parameters<typeof aLastOutcome>[0] = {}) {
  outcomes.note(POOL, keyOf(n), aLastOutcome(fields));
}

function keysIn(writes: readonly (readonly KeyOutcome[])[]): string[] {
  return writes.flat().map(({ keyId }) => keyId);
}

Deno.test("LastOutcomes writes nothing when nothing happened", async () => {
  const store = aStore();

  await new LastOutcomes().write(store);

  assert.deepEqual(store.writes, []);
});

Deno.test("LastOutcomes writes the last of what happened to each key, once", async () => {
  const [outcomes, store] = [new LastOutcomes(), aStore()];
  note(outcomes, 1, { status: 200 });
  note(outcomes, 2, { status: 200 });
  note(outcomes, 1, { status: 429, outcome: "exhausted" });

  await outcomes.write(store);
  await outcomes.write(store);

  assert.equal(store.writes.length, 1);
  const statuses = store.writes[0]?.map(({ keyId, last }) => [keyId, last.status]);
  assert.deepEqual(statuses?.toSorted(), [["k1", 429], ["k2", 200]]);
});

Deno.test("LastOutcomes writes four outcomes at a time when there were few requests", async () => {
  const [outcomes, store] = [new LastOutcomes(), aStore()];
  for (let n = 0; n < 10; n++) note(outcomes, n);

  for (let time = 0; time < 4; time++) await outcomes.write(store);

  assert.deepEqual(store.writes.map((each) => each.length), [4, 4, 2]);
});

Deno.test("LastOutcomes writes 0.04 outcomes a request, at most (SEC-F2)", async () => {
  const [outcomes, store] = [new LastOutcomes(), aStore()];
  for (let n = 0; n < 2_000; n++) note(outcomes, n % 1_000);

  await outcomes.write(store);

  assert.equal(keysIn(store.writes).length, 80);
});

Deno.test("LastOutcomes writes failures before successes", async () => {
  const [outcomes, store] = [new LastOutcomes(), aStore()];
  for (let n = 0; n < 20; n++) note(outcomes, n);
  for (let n = 20; n < 24; n++) note(outcomes, n, { outcome: "refused", status: 400 });

  await outcomes.write(store);

  assert.deepEqual(keysIn(store.writes), ["k20", "k21", "k22", "k23"]);
});

Deno.test("LastOutcomes writes everything when asked to", async () => {
  const [outcomes, store] = [new LastOutcomes(), aStore()];
  for (let n = 0; n < 500; n++) note(outcomes, n);

  await outcomes.write(store, { all: true });

  assert.equal(new Set(keysIn(store.writes)).size, 500);
});

Deno.test("LastOutcomes keeps the newest 20,000", async () => {
  const [outcomes, store] = [new LastOutcomes(), aStore()];
  for (let n = 0; n < 20_000; n++) note(outcomes, n);
  note(outcomes, 0);
  note(outcomes, 20_000);

  await outcomes.write(store, { all: true });

  const kept = new Set(keysIn(store.writes));
  assert.deepEqual([kept.size, kept.has("k0"), kept.has("k1")], [20_000, true, false]);
});

Deno.test("LastOutcomes tries again what could not be written, unless something newer happened", async () => {
  const [outcomes, store] = [new LastOutcomes(), aStore()];
  note(outcomes, 1, { status: 200 });
  note(outcomes, 2, { status: 200 });
  const down = {
    recordOutcomes() {
      note(outcomes, 2, { status: 429 });
      return Promise.reject(new Error("storage is out of order"));
    },
  };

  await assert.rejects(outcomes.write(down), /out of order/);
  await outcomes.write(store);

  const statuses = store.writes[0]?.map(({ keyId, last }) => [keyId, last.status]);
  assert.deepEqual(statuses?.toSorted(), [["k1", 200], ["k2", 429]]);
});
