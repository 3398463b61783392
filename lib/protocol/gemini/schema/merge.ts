/**
 * Merges schemas that must all hold into one: what `allOf` and the siblings of a `$ref` come to.
 *
 * Schemas inside are not merged here but put together as an `allOf` again, for whoever reads them
 * next: so the work stays in proportion to what is read.
 *
 * @module
 */

import type { JsonRecord } from "./json.ts";
import { printJson } from "./json.ts";
import type { Keywords, TypeName } from "./keywords.ts";

/** More alternatives than this are not multiplied out. */
const MAX_ALTERNATIVES = 32;

/**
 * The keywords of a schema that says all of what the parts say.
 *
 * Where only one can be right, as with a description, the part that comes first wins; where the parts
 * contradict each other it wins too, because a schema that allows nothing helps no one.
 */
export function mergeKeywords(parts: readonly Keywords[]): Keywords {
  const merged = new Map<string, unknown>();
  for (const [keyword, value] of parts.flatMap((part) => Object.entries(part))) {
    const earlier = merged.get(keyword);
    merged.set(keyword, earlier === undefined ? value : mergeValues(keyword, earlier, value));
  }
  return Object.fromEntries(merged);
}

/** Every schema holds: a schema that says so. */
export function both(one: JsonRecord, other: JsonRecord): JsonRecord {
  return { allOf: [one, other] };
}

/** One of the first and one of the second, or the first alone when that would be too many. */
export function combinations(
  first: readonly JsonRecord[],
  second: readonly JsonRecord[],
): readonly JsonRecord[] {
  if (first.length * second.length > MAX_ALTERNATIVES) return first;
  return first.flatMap((one) => second.map((other) => both(one, other)));
}

function mergeValues(keyword: string, earlier: unknown, value: unknown): unknown {
  const merge = MERGES[keyword as keyof typeof MERGES] as Merge<unknown> | undefined;
  return merge === undefined ? earlier : merge(earlier, value);
}

type Merge<T> = (earlier: T, value: T) => T;

const MERGES: { readonly [K in keyof Keywords]?: Merge<NonNullable<Keywords[K]>> } = {
  type: commonTypes,
  enum: commonValues,
  properties: propertiesOfBoth,
  additionalProperties: (earlier, value) => {
    if (earlier === false || value === false) return false;
    if (earlier === true || value === true) return earlier === true ? value : earlier;
    return both(earlier, value);
  },
  required: (earlier, value) => [...new Set([...earlier, ...value])],
  items: both,
  anyOf: combinations,
  oneOf: combinations,
  minimum: larger,
  exclusiveMinimum: larger,
  minItems: larger,
  minLength: larger,
  minProperties: larger,
  maximum: smaller,
  exclusiveMaximum: smaller,
  maxItems: smaller,
  maxLength: smaller,
  maxProperties: smaller,
};

function commonTypes(earlier: readonly TypeName[], value: readonly TypeName[]) {
  const common = earlier.flatMap((type): TypeName[] => {
    if (value.includes(type)) return [type];
    if (type === "number" && value.includes("integer")) return ["integer"];
    return type === "integer" && value.includes("number") ? ["integer"] : [];
  });
  return common.length > 0 ? [...new Set(common)] : earlier;
}

function commonValues(earlier: readonly unknown[], value: readonly unknown[]) {
  const allowed = new Set(value.map(printJson));
  const common = earlier.filter((each) => allowed.has(printJson(each)));
  return common.length > 0 ? common : earlier;
}

function propertiesOfBoth(
  earlier: Readonly<Record<string, JsonRecord>>,
  value: Readonly<Record<string, JsonRecord>>,
) {
  const merged = new Map(Object.entries(earlier));
  for (const [name, schema] of Object.entries(value)) {
    const known = merged.get(name);
    merged.set(name, known === undefined ? schema : both(known, schema));
  }
  return Object.fromEntries(merged);
}

function larger<T extends number | string>(earlier: T, value: T): T {
  return Number(value) > Number(earlier) ? value : earlier;
}

function smaller<T extends number | string>(earlier: T, value: T): T {
  return Number(value) < Number(earlier) ? value : earlier;
}
