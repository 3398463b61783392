import assert from "node:assert/strict";
import * as v from "valibot";
import { INVALID_REQUEST, RotatorError } from "../../lib/domain/errors.ts";
import { checkRequest, fields, type Schema, wrongField } from "../../lib/protocol/check_request.ts";
import { flag, listOf, maybe, oneOf, text } from "../../lib/protocol/fields.ts";

const message = v.variant("role", [
  fields({ role: v.literal("user"), content: text }),
  fields({ role: v.literal("tool"), id: maybe(text) }),
], "must be user or tool");
const request = fields({ model: text, messages: listOf(message), stream: maybe(flag) });

function refusal(value: unknown, schema: Schema<unknown> = request, within = ""): RotatorError {
  let refused: unknown;
  assert.throws(() => checkRequest(schema, value, { within }), (error) => {
    refused = error;
    return error instanceof RotatorError;
  });
  return refused as RotatorError;
}

const good = { model: "m", messages: [{ role: "user", content: "hi" }] };

Deno.test("checkRequest() gives the value, without what is not named", () => {
  assert.deepEqual(checkRequest(request, { ...good, other: 1 }), good);
});

Deno.test("checkRequest() takes null for what may be left out", () => {
  assert.deepEqual(checkRequest(request, { ...good, stream: null }), { ...good, stream: null });
});

Deno.test("checkRequest() leaves what it was given alone", () => {
  const given = structuredClone({ ...good, other: { a: 1 } });

  checkRequest(request, given);

  assert.deepEqual(given, { ...good, other: { a: 1 } });
});

const wrong: [unknown, string, string][] = [
  [{ ...good, model: 1 }, "model", "must be a string"],
  [{ messages: [] }, "model", "is missing"],
  [{ ...good, messages: {} }, "messages", "must be a list"],
  [{ ...good, messages: [null] }, "messages[0]", "must be user or tool"],
  [{ ...good, messages: [{}] }, "messages[0].role", "must be user or tool"],
  [{ ...good, messages: [{ role: "x" }] }, "messages[0].role", "must be user or tool"],
  [
    { ...good, messages: [...good.messages, { role: "user" }] },
    "messages[1].content",
    "is missing",
  ],
  [{ ...good, messages: [{ role: "tool", id: 1 }] }, "messages[0].id", "must be a string"],
  [{ ...good, stream: "true" }, "stream", "must be true or false"],
];

for (const [value, param, state] of wrong) {
  Deno.test(`checkRequest() says of ${JSON.stringify(value)} that ${param} ${state}`, () => {
    const error = refusal(value);

    assert.equal(error.code, INVALID_REQUEST);
    assert.equal(error.param, param);
    assert.equal(error.message, `Cannot use "${param}": it ${state}`);
  });
}

for (const body of [null, "text", 7, undefined]) {
  Deno.test(`checkRequest() names no field when the body is ${JSON.stringify(body)}`, () => {
    const error = refusal(body);

    assert.equal(error.param, undefined);
    assert.equal(error.message, "Cannot read the body: it must be an object");
  });
}

Deno.test("checkRequest() puts where the value stands before the field", () => {
  assert.equal(
    refusal({ a: 1 }, fields({ a: text }), "extra_body.google").param,
    "extra_body.google.a",
  );
  assert.equal(refusal(1, text, "tools[2]").param, "tools[2]");
});

Deno.test("checkRequest() tells one fault, the first", () => {
  assert.equal(refusal({ model: 1, messages: 2, stream: 3 }).param, "model");
});

Deno.test("checkRequest() does not quote what a client wrote as a value", () => {
  const { message } = refusal("secret", oneOf(["low", "high"]), "effort");

  assert.equal(message, 'Cannot use "effort": it must be one of low, high');
});

Deno.test("wrongField() cuts a long name, which the client chose", () => {
  const error = wrongField("x".repeat(500), "is not known here");

  assert.equal(error.param, `${"x".repeat(120)}…`);
  assert.ok(error.message.length < 200);
});
