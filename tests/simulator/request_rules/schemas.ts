/**
 * Rules for schemas in the OpenAPI subset, beyond the names of their fields.
 *
 * @module
 */

import type { GoogleError } from "../google_error.ts";
import type { Schema } from "../generate_request.ts";
import { faultAt, firstFault, type Rule } from "./rule.ts";

/** The schemas of parameters and of the answer are in order. */
export const hasGoodSchemas: Rule = ({ tools = [], generationConfig }) =>
  firstFault([
    ...tools.flatMap(({ functionDeclarations = [] }, tool) =>
      functionDeclarations.map(({ parameters }, n) =>
        faultOfSchema(parameters, `tools[${tool}].function_declarations[${n}].parameters`)
      )
    ),
    faultOfSchema(generationConfig?.responseSchema, "generation_config.response_schema"),
  ]);

function faultOfSchema(schema: Schema | undefined, at: string): GoogleError | undefined {
  if (schema === undefined) return undefined;
  const { type, items, properties = {}, anyOf = [], required = [] } = schema;
  if (type === "ARRAY" && items === undefined) return faultAt(`${at}.items`, "missing field.");

  const stray = required.findIndex((name) => !Object.hasOwn(properties, name));
  if (stray >= 0) return faultAt(`${at}.required[${stray}]`, "property is not defined");

  const empty = schema.enum?.indexOf("") ?? -1;
  if (empty >= 0) return faultAt(`${at}.enum[${empty}]`, "cannot be empty");

  return firstFault([
    faultOfSchema(items, `${at}.items`),
    ...anyOf.map((branch, n) => faultOfSchema(branch, `${at}.any_of[${n}]`)),
    ...Object.entries(properties).map(([name, inner]) =>
      faultOfSchema(inner, `${at}.properties[${name}]`)
    ),
  ]);
}
