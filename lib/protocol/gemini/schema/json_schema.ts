/**
 * JSON Schema as Gemini takes it in `parametersJsonSchema` and `responseJsonSchema`.
 *
 * Real JSON Schema, kept as it was written as far as Google knows the keywords; references stay
 * references. What Google does not know is put in other words, or told in a description.
 *
 * @see https://ai.google.dev/api/generate-content#FIELDS.response_json_schema
 * @module
 */

import { UNKNOWN_TO_GEMINI } from "./hints.ts";
import { isRecord } from "./json.ts";
import { JsonSchemaWriter } from "./json_schema_writer.ts";
import { knotsIn } from "./knots.ts";
import { withinLimits } from "./limits.ts";
import { memoised } from "./memo.ts";
import { SchemaReader } from "./reader.ts";

/** A schema with only the keywords that Google takes; frozen. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const HINTED = new Set([
  ...UNKNOWN_TO_GEMINI,
  ..."pattern minLength maxLength minProperties maxProperties default".split(" "),
]);

/**
 * Tidies a schema so that Google takes it.
 *
 * Never throws: what is no schema at all gives one that allows anything.
 *
 * @returns a frozen schema, the same one whenever the content is the same.
 */
export function tidyJsonSchema(schema: unknown): JsonSchema {
  return tidied(schema);
}

const tidied = memoised((schema): JsonSchema => {
  const root = isRecord(schema) ? schema : {};
  return withinLimits((limits, room) => {
    const reader = new SchemaReader(root, { limits, room, hinted: HINTED });
    const writer = new JsonSchemaWriter(root, reader, new Set());
    const written = writer.write();
    const knots = knotsIn(writer.links);
    return knots.size === 0 ? written : new JsonSchemaWriter(root, reader, knots).write();
  });
});
