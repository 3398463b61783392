/**
 * Writes schemas with the fields of Google's `Schema` alone.
 *
 * A schema comes out either as one type with its fields, or as a union: then `anyOf` has all that is
 * demanded, and beside it stands only what describes.
 *
 * @module
 */

import { inclusiveBounds } from "./bounds.ts";
import { hint, withHints } from "./hints.ts";
import type { JsonRecord } from "./json.ts";
import { mapValues, printJson } from "./json.ts";
import type { Keywords, TypeName } from "./keywords.ts";
import { both, combinations } from "./merge.ts";
import { hasField, hasFormat } from "./openapi_fields.ts";
import type { Place, SchemaReader } from "./reader.ts";
import { allowsNull, isNull, namesOf, typeOf, typesOf } from "./types.ts";

/** What describes a union as a whole; the rest is demanded of its members. */
const DESCRIBES = new Set("title description default example".split(" "));
/** What the members themselves, `nullable` or a hint have said. */
const SETTLED = new Set("anyOf oneOf nullable additionalProperties".split(" "));

/** Writes schemas of one document. */
export class OpenApiWriter {
  readonly #reader: SchemaReader;

  /** A writer of the document that the reader reads. */
  constructor(reader: SchemaReader) {
    this.#reader = reader;
  }

  /** Writes one schema and those inside it. */
  schema(schema: JsonRecord, at: Place): JsonRecord {
    const { keywords: read, hints, place } = this.#reader.read(schema, at);
    const { keywords, hints: boundHints } = inclusiveBounds(read);
    const members = membersOf(keywords);
    const written = members.length > 0
      ? this.#union(withoutNull(keywords), members, place)
      : this.#single(keywords, place);
    const nullable = allowsNull(keywords) || unionOf(keywords).some(isNull);
    const complete = nullable ? { ...written, nullable } : written;
    return withHints(complete, [...hints, ...boundHints]);
  }

  #union(keywords: Keywords, members: readonly JsonRecord[], place: Place): JsonRecord {
    const described = pick(keywords, (keyword) => DESCRIBES.has(keyword));
    const demanded = pick(keywords, (keyword) => !DESCRIBES.has(keyword) && !SETTLED.has(keyword));

    const [only, ...others] = members;
    if (only !== undefined && others.length === 0) {
      return this.schema(both(both(described, demanded), only), place);
    }
    const complete = Object.keys(demanded).length === 0
      ? members
      : members.map((member) => both(demanded, member));
    return { ...described, anyOf: complete.map((member) => this.schema(member, place)) };
  }

  #single(keywords: Keywords, place: Place): JsonRecord {
    const [known] = distinctTypes(keywords);
    const type = known ?? "string";
    const told: string[] = [];
    if (known === undefined) told.push(hint("type", allowsNull(keywords) ? "null" : "any value"));
    if (type !== "string" && keywords.enum) told.push(hint("enum", valuesOf(keywords.enum, type)));

    const fields = Object.entries(completed(keywords, type))
      .filter(([field]) => hasField(type, field))
      .map(([field, value]) => [field, this.#field(field, value, { keywords, type, place, told })])
      .filter(([, value]) => value !== undefined);
    return withHints(Object.fromEntries(fields), told);
  }

  /** What says nothing to Google is undefined. */
  #field(field: string, value: unknown, { keywords, type, place, told }: Writing): unknown {
    const { properties = {}, format = "" } = keywords;
    switch (field) {
      case "type":
        return type;
      case "format":
        if (hasFormat(type, format)) return format;
        told.push(hint("format", format));
        return undefined;
      case "enum":
        return stringsOf(keywords.enum ?? []);
      case "items":
        return this.#items(keywords, place);
      case "properties":
        return Object.keys(properties).length === 0
          ? undefined
          : mapValues(properties, (each) => this.schema(each, place));
      case "required":
      case "propertyOrdering":
        return namesOf(keywords[field], properties);
      default:
        return value;
    }
  }

  /** Google wants to know what is in an array, and knows of no tuples. */
  #items({ items = {}, prefixItems = [] }: Keywords, place: Place): JsonRecord {
    const further = Object.keys(items).length === 0 ? [] : [items];
    const members = new Map([...prefixItems, ...further].map((each) => [printJson(each), each]));
    const [only, ...others] = members.values();
    if (only === undefined) return { type: "string" };
    return this.schema(others.length === 0 ? only : { anyOf: [only, ...others] }, place);
  }
}

interface Writing {
  readonly keywords: Keywords;
  readonly type: TypeName;
  readonly place: Place;
  /** Hints, to which more may be added. */
  readonly told: string[];
}

function pick(keywords: Keywords, isWanted: (keyword: string) => boolean): JsonRecord {
  return Object.fromEntries(Object.entries(keywords).filter(([keyword]) => isWanted(keyword)));
}

function withoutNull(keywords: Keywords): Keywords {
  if (keywords.enum === undefined) return keywords;
  return { ...keywords, enum: keywords.enum.filter((value) => value !== null) };
}

function unionOf({ anyOf, oneOf }: Keywords): readonly JsonRecord[] {
  return anyOf && oneOf ? combinations(anyOf, oneOf) : anyOf ?? oneOf ?? [];
}

/** What a value may be one of: the members of a union, or several types; empty for a single type. */
function membersOf(keywords: Keywords): readonly JsonRecord[] {
  const union = unionOf(keywords);
  if (union.length > 0) return union.filter((member) => !isNull(member));
  const types = distinctTypes(keywords);
  return types.length > 1 ? types.map((type) => ({ type })) : [];
}

/** An integer is a number, and null is told by `nullable`. */
function distinctTypes(keywords: Keywords): readonly TypeName[] {
  const types = typesOf(keywords).filter((type) => type !== "null");
  return types.includes("number") ? types.filter((type) => type !== "integer") : types;
}

/** With the fields that Google wants in every schema of that type. */
function completed(keywords: Keywords, type: TypeName): Keywords {
  const typed: Keywords = keywords.type === undefined ? { type: [type], ...keywords } : keywords;
  return type === "array" && typed.items === undefined ? { ...typed, items: {} } : typed;
}

function valuesOf(values: readonly unknown[], type: TypeName): readonly unknown[] {
  const types = type === "number" ? ["number", "integer"] : [type];
  return values.filter((value) => types.includes(typeOf(value)));
}

/** An enum is of strings; of a string that is said to be a number, the digits are meant. */
function stringsOf(values: readonly unknown[]): readonly string[] | undefined {
  const strings = values.filter((value) => typeof value === "string");
  const meant = strings.length > 0 ? strings : values.filter(isScalar).map(String);
  const found = [...new Set(meant)].filter((value) => value !== "");
  return found.length === 0 ? undefined : found;
}

function isScalar(value: unknown): value is number | boolean {
  return typeof value === "number" || typeof value === "boolean";
}
