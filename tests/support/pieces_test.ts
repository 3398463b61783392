import { deepStrictEqual as deepEqual, strictEqual as equal } from "node:assert";
import { first, joined, listed, mergeRecords, present } from "./pieces.ts";

Deno.test("first() gives the first that is there, though it be nothing much", () => {
  equal(first([undefined, null, "", "later"]), "");
});

Deno.test("first() gives null when nothing is there", () => {
  equal(first([undefined, null]), null);
});

Deno.test("joined() puts nothing between the texts", () => {
  equal(joined(["a", undefined, "b", null, " c"]), "ab c");
});

Deno.test("joined() gives null for text that stays empty", () => {
  equal(joined(["", undefined]), null);
});

Deno.test("listed() puts lists one after the other", () => {
  deepEqual(listed([[1], null, [2, 3]]), [1, 2, 3]);
});

Deno.test("listed() knows an empty list from none", () => {
  deepEqual(listed([[], undefined]), []);
  equal(listed([undefined]), null);
});

Deno.test("present() leaves out what is null or undefined, and nothing else", () => {
  deepEqual(present({ a: null, b: undefined, c: 0, d: "", e: false }), { c: 0, d: "", e: false });
});

Deno.test("mergeRecords() merges objects, appends lists and keeps the later of the rest", () => {
  const earlier = { google: { signature: "a", parts: [1], deep: { x: 1 } }, was: true };
  const later = { google: { signature: "b", parts: [2], deep: { y: 2 } }, is: true };

  deepEqual(mergeRecords(earlier, later), {
    google: { signature: "b", parts: [1, 2], deep: { x: 1, y: 2 } },
    was: true,
    is: true,
  });
});

Deno.test("mergeRecords() keeps the later where kinds differ", () => {
  deepEqual(mergeRecords({ a: [1], b: {}, c: null }, { a: {}, b: [2], c: {} }), {
    a: {},
    b: [2],
    c: {},
  });
});

Deno.test("mergeRecords() leaves what it was given alone", () => {
  const earlier = { a: { parts: [1] } };

  mergeRecords(earlier, { a: { parts: [2] } });

  deepEqual(earlier, { a: { parts: [1] } });
});
