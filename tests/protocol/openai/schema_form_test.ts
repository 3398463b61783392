import assert from "node:assert/strict";
import { schemaIn } from "../../../lib/protocol/openai/schema_form.ts";

const SCHEMA = {
  type: "object",
  properties: { size: { $ref: "#/$defs/Size" } },
  $defs: { Size: { type: ["integer", "null"] } },
};

Deno.test("4.1 schemaIn() keeps references in JSON Schema", () => {
  assert.deepEqual(schemaIn("json", SCHEMA), { jsonSchema: SCHEMA });
});

Deno.test("4.3 schemaIn() writes references out in the older form", () => {
  assert.deepEqual(schemaIn("openapi", SCHEMA), {
    openApi: {
      type: "object",
      properties: { size: { type: "integer", nullable: true } },
    },
  });
});

Deno.test("4.16 schemaIn() gives the same for the same, without work", () => {
  assert.equal(
    schemaIn("json", SCHEMA).jsonSchema,
    schemaIn("json", structuredClone(SCHEMA)).jsonSchema,
  );
});
