/**
 * The subset of OpenAPI's schema that Gemini takes in `parameters` and `responseSchema`.
 *
 * For models, and for back ends, that refuse JSON Schema. The fields that may come out are a list, so
 * nothing unknown ever does: Google answers an unknown field with 400.
 *
 * @see https://ai.google.dev/api/caching#Schema
 * @module
 */

import { UNKNOWN_TO_GEMINI } from "./hints.ts";
import { isRecord } from "./json.ts";
import { withinLimits } from "./limits.ts";
import { memoised } from "./memo.ts";
import { OpenApiWriter } from "./openapi_writer.ts";
import { SchemaReader } from "./reader.ts";

/** A schema with only the fields of Google's `Schema`, without references; frozen. */
export type OpenApiSchema = Readonly<Record<string, unknown>>;

const HINTED = new Set([...UNKNOWN_TO_GEMINI, "additionalProperties"]);

/**
 * Puts a schema into Google's older and smaller form.
 *
 * References are written out, recursive ones to a bounded depth. Never throws: what is no schema at
 * all gives a string, which is the form that can hold anything.
 *
 * @returns a frozen schema, the same one whenever the content is the same.
 */
export function openApiSchema(schema: unknown): OpenApiSchema {
  return reduced(schema);
}

const reduced = memoised((schema): OpenApiSchema => {
  const root = isRecord(schema) ? schema : {};
  return withinLimits((limits, room) => {
    const reader = new SchemaReader(root, { limits, room, hinted: HINTED });
    return new OpenApiWriter(reader).schema(root, { depth: 0, targets: [root] });
  });
});
