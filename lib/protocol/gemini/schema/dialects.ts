/**
 * Puts older drafts and neighbouring dialects of JSON Schema into the words of draft 2020-12.
 *
 * One schema at a time and without looking inside: what stands in a property is not touched here.
 *
 * @module
 */

import type { JsonRecord } from "./json.ts";
import { isRecord } from "./json.ts";

/** The same schema in today's words: no `const`, no tuples in `items`, no boolean bounds. */
export function modernise(schema: JsonRecord): JsonRecord {
  return Object.fromEntries(
    Object.entries(schema).flatMap(([keyword, value]) => modernWord(keyword, value, schema)),
  );
}

type Entry = readonly [string, unknown];

function modernWord(keyword: string, value: unknown, schema: JsonRecord): readonly Entry[] {
  switch (keyword) {
    case "const":
      return [["enum", [value]]];
    case "enum":
      return Object.hasOwn(schema, "const") ? [] : [["enum", value]];
    case "items":
      return Array.isArray(value) ? [["prefixItems", value]] : furtherItems(value, schema);
    case "additionalItems":
      return Array.isArray(schema.items) ? furtherItems(value, schema) : [];
    case "minimum":
      return schema.exclusiveMinimum === true ? [] : [["minimum", value]];
    case "maximum":
      return schema.exclusiveMaximum === true ? [] : [["maximum", value]];
    case "exclusiveMinimum":
      return [["exclusiveMinimum", value === true ? schema.minimum : value]];
    case "exclusiveMaximum":
      return [["exclusiveMaximum", value === true ? schema.maximum : value]];
    case "additionalProperties":
      return isRecord(value) || !isRecord(schema.patternProperties) ? [[keyword, value]] : [];
    case "patternProperties":
      return isRecord(value) && !isRecord(schema.additionalProperties) ? [mapOf(value)] : [];
    default:
      return [[keyword, value]];
  }
}

/** No items beyond a tuple is a limit on their number, which every dialect can say. */
function furtherItems(value: unknown, schema: JsonRecord): readonly Entry[] {
  if (value !== false) return [["items", value]];
  const tuple = Array.isArray(schema.items) ? schema.items : schema.prefixItems;
  return [["maxItems", Array.isArray(tuple) ? tuple.length : 0]];
}

/** Properties named by a pattern make a map; the patterns themselves only a hint can tell. */
function mapOf(patterns: JsonRecord): Entry {
  const schemas = Object.values(patterns);
  return ["additionalProperties", schemas.length === 1 ? schemas[0] : { anyOf: schemas }];
}
