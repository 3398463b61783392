import assert from "node:assert/strict";
import { RotatorError } from "../../lib/domain/errors.ts";
import { encode } from "../../lib/storage/codec.ts";
import { type Kv, withDeadline } from "../../lib/storage/kv.ts";
import { faultyKv, memoryKv } from "../support/kv.ts";

const CALLS: Record<string, (kv: Kv) => Promise<unknown>> = {
  get: (kv) => kv.get(["a"]),
  getMany: (kv) => kv.getMany([["a"], ["b"]]),
  list: (kv) => Array.fromAsync(kv.list({ prefix: ["a"] })),
  commit: (kv) => kv.atomic().set(["a"], encode(1)).commit(),
  "commit with a check": (kv) =>
    kv.atomic().check({ key: ["a"], versionstamp: null }).set(["a"], encode(1)).delete(["b"])
      .commit(),
};

for (const [name, call] of Object.entries(CALLS)) {
  Deno.test(`withDeadline() gives up on a ${name} that never answers`, async () => {
    const silent = faultyKv(memoryKv(), () => new Promise(() => {}));

    await assert.rejects(call(withDeadline(silent, { deadlineMs: 1 })), (error: RotatorError) => {
      assert.equal(error.code, "unavailable");
      assert.match(String(error.cause), /took longer than 1 ms/);
      return true;
    });
  });

  Deno.test(`withDeadline() leaves a ${name} that answers as it is`, async () => {
    const kv = memoryKv();
    const limited = withDeadline(memoryKv());

    const [answered, expected] = [await call(limited), await call(kv)];

    assert.deepEqual(answered, expected);
  });

  Deno.test(`withDeadline() passes on why a ${name} failed`, async () => {
    const broken = faultyKv(memoryKv(), () => "error");

    await assert.rejects(call(withDeadline(broken)), /out of order/);
  });
}

Deno.test("withDeadline() limits each step of a long list, not the whole", async () => {
  const kv = await Deno.openKv(":memory:");
  const operation = kv.atomic();
  for (let n = 0; n < 250; n++) operation.set(["a", n], encode(n));
  await operation.commit();

  const entries = await Array.fromAsync(withDeadline(kv).list({ prefix: ["a"] }));

  assert.equal(entries.length, 250);
  kv.close();
});
