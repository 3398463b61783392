import assert from "node:assert/strict";
import { parseExactly } from "../../lib/protocol/exact_json.ts";
import { isRecord, recordOf, recordsOf, textOf } from "../../lib/protocol/json.ts";

const NO_RECORDS = [null, undefined, "text", 1, true, [], [{}], parseExactly("1.0")];

Deno.test("isRecord() knows objects from everything else", () => {
  assert.ok(isRecord({}));
  assert.ok(isRecord(Object.create(null)));
  assert.deepEqual(NO_RECORDS.filter(isRecord), []);
});

Deno.test("isRecord() does not take a number that was kept as it was written for an object", () => {
  assert.ok(!isRecord(parseExactly("12345678901234567890")));
});

Deno.test("recordOf() gives the object itself, or null", () => {
  const record = { a: 1 };

  assert.equal(recordOf(record), record);
  assert.deepEqual(NO_RECORDS.map(recordOf), NO_RECORDS.map(() => null));
});

Deno.test("recordsOf() gives the objects of a list in their order", () => {
  assert.deepEqual(recordsOf([{ a: 1 }, 2, null, [], { b: 2 }]), [{ a: 1 }, { b: 2 }]);
  assert.deepEqual(recordsOf({ length: 1, 0: {} }), []);
  assert.deepEqual(recordsOf(undefined), []);
});

Deno.test("textOf() gives text, the empty one too, or null", () => {
  assert.equal(textOf(""), "");
  assert.equal(textOf("a"), "a");
  assert.deepEqual([1, null, undefined, {}, ["a"]].map(textOf), [null, null, null, null, null]);
});
