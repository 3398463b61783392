/**
 * Types, enums and null, in the combinations that Google's JSON Schema can express.
 *
 * An enum is of strings and numbers there, so null has to stand beside it, and an enum of other
 * values can only be told.
 *
 * @module
 */

import { hint } from "./hints.ts";
import type { Keywords, TypeName } from "./keywords.ts";
import { allowsNull, typesOf } from "./types.ts";

/** The same keywords with a `type` wherever it is known, and no null inside an enum. */
export function settleEnum(keywords: Keywords): { keywords: Keywords; hints: string[] } {
  const types = typesOf(keywords).filter((type) => type !== "null");
  const hasNull = allowsNull(keywords);
  const values = keywords.enum?.filter((value) => value !== null) ?? [];
  const { enum: _enum, ...rest } = keywords;

  if (!values.every((value) => typeof value === "string" || typeof value === "number")) {
    return { keywords: withTypes(rest, types, hasNull), hints: [hint("enum", keywords.enum)] };
  }
  if (values.length === 0) return { keywords: withTypes(rest, types, hasNull), hints: [] };
  if (!hasNull) return { keywords: withTypes(keywords, types, false), hints: [] };
  const { title, description } = keywords;
  return {
    keywords: {
      ...(title !== undefined && { title }),
      ...(description !== undefined && { description }),
      anyOf: [{ type: types, enum: values }, { type: "null" }],
    },
    hints: [],
  };
}

function withTypes(keywords: Keywords, types: readonly TypeName[], hasNull: boolean): Keywords {
  // Without a type anything is allowed, null too.
  const isOpen = types.length === 0 && keywords.type === undefined && keywords.enum === undefined;
  const type: readonly TypeName[] = hasNull && !(isOpen && keywords.nullable)
    ? [...types, "null"]
    : types;
  if (type.length === 0) return keywords;
  return keywords.type === undefined ? { type, ...keywords } : { ...keywords, type };
}
