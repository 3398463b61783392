import assert from "node:assert/strict";
import { isEmptyParameters } from "../../../../lib/protocol/gemini/schema/empty_parameters.ts";

Deno.test("3.5 isEmptyParameters() is true where nothing is named", () => {
  const object = { type: "object", properties: {}, required: [], additionalProperties: false };
  const named = { $ref: "#/definitions/E", definitions: { E: { type: "object" } } };

  for (const schema of [undefined, null, {}, true, "x", [], { type: "object" }, object, named]) {
    assert.equal(isEmptyParameters(schema), true, JSON.stringify(schema));
  }
});

Deno.test("3.5 isEmptyParameters() is false where something may be there", () => {
  const schemas = [
    { properties: { a: {} } },
    { additionalProperties: { type: "string" } },
    { type: "object", additionalProperties: true },
    { patternProperties: { "^a": { type: "string" } } },
    { allOf: [{ type: "object", properties: { a: {} } }] },
    { anyOf: [{ properties: { a: {} } }, { properties: { b: {} } }] },
    { type: "string" },
  ];

  for (const schema of schemas) {
    assert.equal(isEmptyParameters(schema), false, JSON.stringify(schema));
  }
});
