/**
 * Which types of value a schema means, whether it says so or not.
 *
 * @module
 */

import type { JsonRecord } from "./json.ts";
import { isRecord } from "./json.ts";
import type { Keywords, TypeName } from "./keywords.ts";
import { keywordsOf } from "./keywords.ts";

/** The types that are declared, or else follow from other keywords; empty if nothing tells. */
export function typesOf(keywords: Keywords): readonly TypeName[] {
  if (keywords.type !== undefined) return keywords.type;
  if (keywords.properties ?? keywords.additionalProperties ?? keywords.propertyOrdering) {
    return ["object"];
  }
  if (keywords.items ?? keywords.prefixItems) return ["array"];
  return [...new Set(keywords.enum?.map(typeOf))];
}

/**
 * Whether null is among the values.
 *
 * OpenAPI's `nullable` is taken to hold for an enum too, although the enum would have to repeat it.
 */
export function allowsNull(keywords: Keywords): boolean {
  if (keywords.nullable) return true;
  return keywords.enum?.includes(null) ?? typesOf(keywords).includes("null");
}

/** Whether a schema allows null and nothing else. */
export function isNull(schema: JsonRecord): boolean {
  const keywords = keywordsOf(schema);
  return keywords.enum?.every((value) => value === null) ??
    keywords.type?.every((type) => type === "null") ?? false;
}

/** Those of the names that properties have; undefined if that is none. */
export function namesOf(
  names: readonly string[] = [],
  properties: Readonly<Record<string, JsonRecord>> = {},
): readonly string[] | undefined {
  const found = names.filter((name) => Object.hasOwn(properties, name));
  return found.length === 0 ? undefined : found;
}

/** The type of a value of JSON; a whole number is an integer. */
export function typeOf(value: unknown): TypeName {
  if (value === null) return "null";
  if (typeof value === "string") return "string";
  if (typeof value === "boolean") return "boolean";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return isRecord(value) ? "object" : "array";
}
