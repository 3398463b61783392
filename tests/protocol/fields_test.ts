import assert from "node:assert/strict";
import * as v from "valibot";
import type { Schema } from "../../lib/protocol/check_request.ts";
import {
  anyObject,
  flag,
  listOf,
  maybe,
  numberBetween,
  oneOf,
  text,
  wholeNumber,
} from "../../lib/protocol/fields.ts";

const KINDS = ["", "a", 0, 1, -1, 1.5, 3, NaN, Infinity, true, null, undefined, [], ["a"], {}];

const cases: [string, Schema<unknown>, readonly unknown[], string][] = [
  ["text", text, ["", "a"], "must be a string"],
  ["flag", flag, [true], "must be true or false"],
  ["anyObject", anyObject, [{}], "must be an object"],
  ["numberBetween(0, 2)", numberBetween(0, 2), [0, 1, 1.5], "must be a number from 0 to 2"],
  ["wholeNumber(1)", wholeNumber(1), [1, 3], "must be a whole number of at least 1"],
  ["wholeNumber(0, 2)", wholeNumber(0, 2), [0, 1], "must be a whole number from 0 to 2"],
  ['oneOf(["a", "b"])', oneOf(["a", "b"]), ["a"], "must be one of a, b"],
  ["listOf(text)", listOf(text), [[], ["a"]], "must be a list"],
];

for (const [name, schema, good, state] of cases) {
  Deno.test(`${name} takes its kind and no other`, () => {
    assert.deepEqual(KINDS.filter((value) => v.is(schema, value)), good);
  });

  Deno.test(`${name} says what it must be`, () => {
    assert.equal(v.safeParse(schema, null).issues?.[0].message, state);
  });

  Deno.test(`maybe() takes null and nothing at all besides ${name}`, () => {
    const others = KINDS.filter((value) => v.is(maybe(schema), value));

    assert.deepEqual(new Set(others), new Set([...good, null, undefined]));
  });
}

Deno.test("listOf() says of which entry it does not think well", () => {
  const [issue] = v.safeParse(listOf(text), ["a", 1]).issues ?? [];

  assert.deepEqual(issue?.path?.map(({ key }) => key), [1]);
  assert.equal(issue?.message, "must be a string");
});
