/**
 * In which form Gemini is given a schema: as it is, or in the older form that all models take.
 *
 * @module
 */

import { type JsonSchema, tidyJsonSchema } from "../gemini/schema/json_schema.ts";
import { type OpenApiSchema, openApiSchema } from "../gemini/schema/openapi_schema.ts";

/** `json` keeps what JSON Schema can say; `openapi` is the allow-listed subset. */
export type SchemaForm = "json" | "openapi";

/** A schema in one of its forms. */
export type FormedSchema =
  | { readonly jsonSchema: JsonSchema; readonly openApi?: undefined }
  | { readonly jsonSchema?: undefined; readonly openApi: OpenApiSchema };

/** The schema in this form. */
export function schemaIn(form: SchemaForm, schema: unknown): FormedSchema {
  return form === "json"
    ? { jsonSchema: tidyJsonSchema(schema) }
    : { openApi: openApiSchema(schema) };
}
