/**
 * The fields of Google's `Schema`, and the types each of them says something about.
 *
 * @see https://github.com/googleapis/googleapis/blob/master/google/ai/generativelanguage/v1beta/content.proto
 * @module
 */

import type { TypeName } from "./keywords.ts";

const ANY: readonly TypeName[] = ["string", "number", "integer", "boolean", "object", "array"];
const NUMBERS: readonly TypeName[] = ["number", "integer"];

const FIELDS = new Map<string, readonly TypeName[]>([
  ["type", ANY],
  ["format", ["string", ...NUMBERS]],
  ["title", ANY],
  ["description", ANY],
  ["enum", ["string"]],
  ["items", ["array"]],
  ["maxItems", ["array"]],
  ["minItems", ["array"]],
  ["properties", ["object"]],
  ["required", ["object"]],
  ["minProperties", ["object"]],
  ["maxProperties", ["object"]],
  ["minimum", NUMBERS],
  ["maximum", NUMBERS],
  ["minLength", ["string"]],
  ["maxLength", ["string"]],
  ["pattern", ["string"]],
  ["example", ANY],
  ["propertyOrdering", ["object"]],
  ["default", ANY],
]);

/** The formats that every back end has known. */
const FORMATS = new Map<TypeName, readonly string[]>([
  ["string", ["enum", "date-time"]],
  ["integer", ["int32", "int64"]],
  ["number", ["float", "double"]],
]);

/** Whether a field may stand in a schema of that type. */
export function hasField(type: TypeName, field: string): boolean {
  return FIELDS.get(field)?.includes(type) ?? false;
}

/** Whether a format is known for values of that type. */
export function hasFormat(type: TypeName, format: string): boolean {
  return FORMATS.get(type)?.includes(format) ?? false;
}
