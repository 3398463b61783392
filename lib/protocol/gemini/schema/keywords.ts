/**
 * The keywords we understand, each with the shape its value must have.
 *
 * A schema comes in from a client and may hold anything. Here it is parsed, once: keywords we do not
 * know and values of the wrong shape are left out, data is copied, the order of keys is kept. What
 * comes out can be trusted, and nothing in it that is not a schema belongs to the caller any more.
 *
 * @module
 */

import { modernise } from "./dialects.ts";
import type { JsonRecord } from "./json.ts";
import { copyJson, isRecord } from "./json.ts";

/** A type of JSON Schema. */
export type TypeName = "string" | "number" | "integer" | "boolean" | "object" | "array" | "null";

const TYPES: readonly TypeName[] = [
  "string",
  "number",
  "integer",
  "boolean",
  "object",
  "array",
  "null",
];

/** The sound keywords of one schema; schemas inside it are still as the client wrote them. */
export interface Keywords {
  /** The id of the schema. */
  readonly $id?: string;
  /** Its name within the document. */
  readonly $anchor?: string;
  /** Another schema that must hold too. */
  readonly $ref?: string;
  /** One of these types; never empty. */
  readonly type?: readonly TypeName[];
  /** Such as `date-time`. */
  readonly format?: string;
  /** A short name. */
  readonly title?: string;
  /** What a model reads. */
  readonly description?: string;
  /** OpenAPI's way to allow null. */
  readonly nullable?: true;
  /** The values that are allowed; copied, never empty. */
  readonly enum?: readonly unknown[];
  /** What is in an array, behind its tuple. */
  readonly items?: JsonRecord;
  /** A tuple. */
  readonly prefixItems?: readonly JsonRecord[];
  /** Fewest items. */
  readonly minItems?: number | string;
  /** Most items. */
  readonly maxItems?: number | string;
  /** Those that may be there, by name. */
  readonly properties?: Readonly<Record<string, JsonRecord>>;
  /** What other properties may hold. */
  readonly additionalProperties?: boolean | JsonRecord;
  /** Properties that must be there. */
  readonly required?: readonly string[];
  /** Google's own: the order to write properties in. */
  readonly propertyOrdering?: readonly string[];
  /** Fewest properties. */
  readonly minProperties?: number | string;
  /** Most properties. */
  readonly maxProperties?: number | string;
  /** Smallest number. */
  readonly minimum?: number;
  /** Largest number. */
  readonly maximum?: number;
  /** The number must be larger. */
  readonly exclusiveMinimum?: number;
  /** The number must be smaller. */
  readonly exclusiveMaximum?: number;
  /** Shortest string. */
  readonly minLength?: number | string;
  /** Longest string. */
  readonly maxLength?: number | string;
  /** A regular expression. */
  readonly pattern?: string;
  /** All must hold. */
  readonly allOf?: readonly JsonRecord[];
  /** One must hold. */
  readonly anyOf?: readonly JsonRecord[];
  /** Exactly one must hold. */
  readonly oneOf?: readonly JsonRecord[];
  /** A value as an example; copied. */
  readonly example?: unknown;
  /** The value that is meant by none; copied. */
  readonly default?: unknown;
}

/** Reads the keywords of a schema in their order; never throws, whatever stands in it. */
export function keywordsOf(schema: JsonRecord): Keywords {
  return Object.fromEntries(
    Object.entries(modernise(schema))
      .map(([keyword, value]) => [keyword, SHAPES.get(keyword)?.(value)])
      .filter(([, value]) => value !== undefined),
  );
}

/** Each gives the sound value, or undefined. */
const SHAPES = new Map<string, (value: unknown) => unknown>([
  ...["$id", "$anchor", "$ref", "format", "title", "description", "pattern"]
    .map((keyword) => [keyword, text] as const),
  ["type", typeNames],
  ["nullable", (value) => value === true ? true : undefined],
  ["enum", (value) => Array.isArray(value) && value.length > 0 ? copyJson(value) : undefined],
  ["items", schema],
  ["additionalProperties", (value) => typeof value === "boolean" ? value : schema(value)],
  ["properties", schemasByName],
  ...["prefixItems", "allOf", "anyOf", "oneOf"].map((keyword) => [keyword, schemas] as const),
  ...["required", "propertyOrdering"].map((keyword) => [keyword, names] as const),
  ...["minItems", "maxItems", "minProperties", "maxProperties", "minLength", "maxLength"]
    .map((keyword) => [keyword, count] as const),
  ...["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]
    .map((keyword) => [keyword, number] as const),
  ["example", (value) => copyJson(value)],
  ["default", (value) => copyJson(value)],
]);

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function number(value: unknown): number | undefined {
  return Number.isFinite(value) ? Number(value) : undefined;
}

/** Protobuf writes 64-bit numbers as strings; both forms are left as they are. */
function count(value: unknown): number | string | undefined {
  if (typeof value === "string") return /^\d{1,15}$/.test(value) ? value : undefined;
  return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undefined;
}

function typeNames(value: unknown): readonly TypeName[] | undefined {
  // Google's own clients write STRING.
  const written = (Array.isArray(value) ? value : [value]).map((name) => text(name)?.toLowerCase());
  const found = [...new Set(written)].flatMap((name) => TYPES.filter((type) => type === name));
  return found.length > 0 ? found : undefined;
}

function names(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return [...new Set(value.filter((name) => typeof name === "string"))];
}

/** `true`, and what is no schema at all, allows anything. */
function schema(value: unknown): JsonRecord {
  return isRecord(value) ? value : {};
}

/** `false` allows nothing, so it is no alternative. */
function schemas(value: unknown): readonly JsonRecord[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const possible = value.filter((each) => each !== false).map(schema);
  return possible.length > 0 ? possible : undefined;
}

/** A property that is `false` may never be there. */
function schemasByName(value: unknown): Readonly<Record<string, JsonRecord>> | undefined {
  if (!isRecord(value)) return undefined;
  return Object.fromEntries(
    Object.entries(value).filter(([, each]) => each !== false)
      .map(([name, each]) => [name, schema(each)]),
  );
}
