import assert from "node:assert/strict";
import { memoised } from "../../../../lib/protocol/gemini/schema/memo.ts";

/** A memoised function that gives what it is given, and the arguments it really ran for. */
function counting() {
  const ran: unknown[] = [];
  const remember = memoised((schema) => {
    ran.push(schema);
    return { schema: structuredClone(schema) };
  });
  return { ran, remember };
}

Deno.test("memoised() runs once for the same content", () => {
  const { ran, remember } = counting();

  assert.equal(remember({ a: [1] }), remember({ a: [1] }));
  assert.equal(ran.length, 1);
});

Deno.test("memoised() tells apart what differs only in the order of keys", () => {
  const { remember } = counting();

  assert.notEqual(remember({ a: 1, b: 2 }), remember({ b: 2, a: 1 }));
});

Deno.test("memoised() freezes what it shares, but not what it was given", () => {
  const { remember } = counting();
  const schema = { a: { b: [1] } };

  const { schema: shared } = remember(schema) as { schema: typeof schema };

  assert.throws(() => shared.a.b.push(2), TypeError);
  assert.equal(schema.a.b.push(2), 2);
});

Deno.test("memoised() forgets what was used least when there are too many", () => {
  const { ran, remember } = counting();
  const first = remember("first");

  for (let at = 0; at < 511; at++) remember(at);
  assert.equal(remember("first"), first);
  for (let at = 511; at < 600; at++) remember(at);

  assert.equal(remember("first"), first);
  remember(0);
  assert.equal(ran.length, 602);
});

Deno.test("memoised() forgets what was used least when it is too much", () => {
  const { ran, remember } = counting();

  for (const letter of ["a", "b", "c", "a"]) remember(letter.repeat(1_000_000));

  assert.equal(ran.length, 4);
});

Deno.test("memoised() does without memory for what is too deep, and for nothing at all", () => {
  const { ran, remember } = counting();

  remember(undefined);
  remember(undefined);

  assert.equal(ran.length, 2);
});
