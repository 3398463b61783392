/**
 * Writes one document as the JSON Schema that Gemini takes.
 *
 * References stay references, except those to definitions that are named as knots: these are written
 * out, as deep as the reader goes.
 *
 * @module
 */

import { inclusiveBounds } from "./bounds.ts";
import { Definitions } from "./definitions.ts";
import { hint, withHints } from "./hints.ts";
import type { JsonRecord } from "./json.ts";
import { mapValues } from "./json.ts";
import type { Keywords } from "./keywords.ts";
import type { Link } from "./knots.ts";
import { settleEnum } from "./nulls_and_enums.ts";
import type { Place, SchemaReader } from "./reader.ts";
import { isNull, namesOf } from "./types.ts";

/** What may stand beside a reference without changing what is valid. */
const ANNOTATIONS = new Set("$id $anchor title description nullable default example".split(" "));
/** What Google takes as it is. */
const KEPT = new Set("title description format enum minItems maxItems minimum maximum".split(" "));

interface Spot extends Place {
  /** The definition it belongs to. */
  readonly within: JsonRecord;
  /** Whether a property that is not required stands between the two. */
  readonly optional: boolean;
}

/** Writes a document once. */
export class JsonSchemaWriter {
  /** The references that no optional property stands before; complete once it is written. */
  readonly links: Link[] = [];
  readonly #root: JsonRecord;
  readonly #reader: SchemaReader;
  readonly #knots: ReadonlySet<JsonRecord>;
  readonly #definitions: Definitions;

  /** A writer of `root`; the `knots` are written out wherever they are referred to. */
  constructor(root: JsonRecord, reader: SchemaReader, knots: ReadonlySet<JsonRecord>) {
    this.#root = root;
    this.#reader = reader;
    this.#knots = knots;
    this.#definitions = new Definitions(root);
  }

  /** The document, with its definitions where it had them. */
  write(): JsonRecord {
    const { $id, $anchor } = this.#reader.part(this.#root).keywords;
    const body = {
      ...($id !== undefined && { $id }),
      ...($anchor !== undefined && { $anchor }),
      // Even if it is a reference: of parameters it must be plain that they are an object.
      ...this.#content(this.#root, spotOf(this.#root)),
    };
    const written = new Map<JsonRecord, JsonRecord>();
    for (const target of this.#definitions.used) {
      written.set(target, this.#schema(target, spotOf(target)));
    }
    if (written.size === 0) return body;
    const $defs = this.#definitions.entries(written);
    const [first = ""] = Object.keys(this.#root);
    return ["$defs", "definitions"].includes(first) ? { $defs, ...body } : { ...body, $defs };
  }

  #schema(schema: JsonRecord, spot: Spot): JsonRecord {
    return this.#reference(schema, spot) ?? this.#content(schema, spot);
  }

  /** Nothing may stand beside a `$ref`, so what describes it goes around it. */
  #reference(schema: JsonRecord, spot: Spot): JsonRecord | null {
    const reference = this.#loneReference(schema);
    const target = reference === undefined ? undefined : this.#reader.resolve(reference);
    if (reference === undefined || target === undefined || this.#knots.has(target)) return null;

    if (!spot.optional) this.links.push({ from: spot.within, to: target });
    const $ref = this.#definitions.refer(target, reference);
    const { keywords: { title, description, nullable }, hints } = this.#reader.part(schema);
    const around = withHints({
      ...(title !== undefined && { title }),
      ...(description !== undefined && { description }),
    }, hints);
    if (nullable) return { ...around, anyOf: [{ $ref }, { type: "null" }] };
    return Object.keys(around).length === 0 ? { $ref } : { ...around, anyOf: [{ $ref }] };
  }

  /** The reference that is all a schema says, also as the only member of an `allOf`. */
  #loneReference(schema: JsonRecord): string | undefined {
    const { $ref, allOf = [], ...others } = this.#reader.part(schema).keywords;
    if (Object.keys(others).some((keyword) => !ANNOTATIONS.has(keyword))) return undefined;
    if ($ref !== undefined) return allOf.length === 0 ? $ref : undefined;
    const [only] = allOf;
    if (only === undefined || allOf.length > 1 || Object.keys(only).length > 1) return undefined;
    return this.#reader.part(only).keywords.$ref;
  }

  #content(schema: JsonRecord, spot: Spot): JsonRecord {
    const { keywords: read, hints, place } = this.#reader.read(schema, spot);
    const bounded = inclusiveBounds(read);
    const { keywords, hints: enumHints } = settleEnum(bounded.keywords);
    const told = [...hints, ...bounded.hints, ...enumHints];

    const fields = Object.entries(keywords)
      .map(([keyword, value]) => [
        keyword,
        KEPT.has(keyword) ? value : this.#field(keyword, { keywords, place, told }),
      ])
      .filter(([, value]) => value !== undefined);
    return withHints(Object.fromEntries(fields), told);
  }

  /** What Google does not take is undefined. */
  #field(keyword: string, { keywords, place, told }: Writing): unknown {
    const { type = [], properties = {}, required = [] } = keywords;
    switch (keyword) {
      case "type":
        return type.length === 1 ? type[0] : type;
      case "items":
        return keywords.items && this.#schema(keywords.items, place);
      case "prefixItems":
        return keywords.prefixItems?.map((each) => this.#schema(each, place));
      case "anyOf":
      case "oneOf":
        return this.#union(keyword, { keywords, place, told });
      case "properties":
        return mapValues(properties, (each, name) => {
          const optional = place.optional || !required.includes(name);
          return this.#schema(each, { ...place, optional });
        });
      case "additionalProperties":
        return typeof keywords.additionalProperties === "object"
          ? this.#schema(keywords.additionalProperties, place)
          : keywords.additionalProperties;
      case "required":
      case "propertyOrdering":
        return namesOf(keywords[keyword], properties);
    }
  }

  /** A union with a member that allows anything allows anything; its other members can be told. */
  #union(keyword: "anyOf" | "oneOf", { keywords, place, told }: Writing): unknown {
    const members = keywords[keyword] ?? [];
    const written = members.map((each) => this.#schema(each, place));
    if (written.some((each) => Object.keys(each).length === 0)) {
      told.push(hint(keyword, members));
      return undefined;
    }
    return keywords.nullable && !members.some(isNull) ? [...written, { type: "null" }] : written;
  }
}

interface Writing {
  readonly keywords: Keywords;
  readonly place: Spot;
  /** Hints, to which more may be added. */
  readonly told: string[];
}

function spotOf(definition: JsonRecord): Spot {
  return { depth: 0, targets: [definition], within: definition, optional: false };
}
