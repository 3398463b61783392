import assert from "node:assert/strict";
import { createQuickDigest } from "../../lib/web/quick_digest.ts";

Deno.test("createQuickDigest() names a credential the same every time, and no other so", () => {
  const digest = createQuickDigest();
  const names = Array.from({ length: 2_000 }, (_, n) => digest(`gkr_${n}`));

  assert.equal(new Set(names).size, 2_000);
  assert.deepEqual(Array.from({ length: 2_000 }, (_, n) => digest(`gkr_${n}`)), names);
  assert.ok(names.every((name) => name.length === 8));
});

Deno.test("createQuickDigest() is not confused by what it digested before", () => {
  const digest = createQuickDigest();
  const alone = digest("short");

  digest("x".repeat(200));

  assert.equal(digest("short"), alone);
  assert.notEqual(digest("shor"), alone);
  assert.notEqual(digest(""), alone);
});

Deno.test("createQuickDigest() has a secret of its own in every process", () => {
  assert.notEqual(createQuickDigest()("gkr_1"), createQuickDigest()("gkr_1"));
});

Deno.test("createQuickDigest() refuses what is longer than any credential, instead of cutting it", () => {
  const digest = createQuickDigest();

  assert.equal(digest("x".repeat(200)).length, 8);
  assert.throws(() => digest("x".repeat(201)), RangeError);
  assert.throws(() => digest("é".repeat(101)), RangeError);
});
