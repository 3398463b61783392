import assert from "node:assert/strict";
import { unknownFields } from "../../../lib/protocol/openai/unknown_fields.ts";
import { aChat } from "./chats.ts";

Deno.test("1.7 unknownFields() names what nobody has heard of, in the order of the request", () => {
  assert.deepEqual(unknownFields(aChat({ transforms: [], temprature: 1, provider: {} })), [
    "transforms",
    "temprature",
    "provider",
  ]);
});

Deno.test("1.7 unknownFields() passes in silence over what OpenAI has and Gemini has not", () => {
  const fields = { logit_bias: {}, user: "ada", metadata: {}, verbosity: "low", prediction: {} };

  assert.deepEqual(unknownFields(aChat(fields)), []);
});

Deno.test("unknownFields() knows Google's settings among the other fields, however spelled", () => {
  const fields = { safety_settings: [], safetySettings: [], thinkingConfig: {}, google: {} };

  assert.deepEqual(unknownFields(aChat(fields)), []);
});

Deno.test("unknownFields() leaves out what no header could hold", () => {
  const fields = { "a b": 1, "x\r\nset-cookie": 1, "für": 1, "": 1, ["x".repeat(65)]: 1 };

  assert.deepEqual(unknownFields(aChat(fields)), []);
});

Deno.test("unknownFields() names at most twenty", () => {
  const many = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`field_${n}`, n]));

  assert.deepEqual(unknownFields(aChat(many)), Object.keys(many).slice(0, 20));
});

Deno.test("unknownFields() is not fooled by names of every object", () => {
  assert.deepEqual(unknownFields(aChat({ constructor: 1, toString: 1 })), [
    "constructor",
    "toString",
  ]);
});
