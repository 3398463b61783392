/**
 * Tells a tool that takes nothing from one that takes something.
 *
 * @module
 */

import { tidyJsonSchema } from "./json_schema.ts";

/**
 * Whether a schema for parameters names none and lets none in: it is missing, says nothing, or is an
 * object without properties.
 *
 * `additionalProperties` that are not denied let some in, even if they may be anything.
 */
export function isEmptyParameters(schema: unknown): boolean {
  const { type = "object", properties = {}, additionalProperties = false, anyOf, oneOf } =
    tidyJsonSchema(schema);
  return type === "object" && additionalProperties === false &&
    anyOf === undefined && oneOf === undefined && Object.keys(properties as object).length === 0;
}
