/**
 * Tells in a description what a schema for Gemini cannot say.
 *
 * A model reads `pattern: ^\d+$` as well as a person does: the keyword and its value are the hint.
 *
 * @module
 */

import type { JsonRecord } from "./json.ts";
import { printJson } from "./json.ts";

const MAX_HINT_CHARS = 200;

/** The keywords no form of schema for Gemini has; what only describes, like `$comment`, is not missed. */
export const UNKNOWN_TO_GEMINI: readonly string[] = [
  ..."not if then else dependentRequired dependentSchemas dependencies".split(" "),
  ..."patternProperties propertyNames contains uniqueItems multipleOf examples".split(" "),
];

/** A hint for every one of the keywords that a schema has and that says something. */
export function hintsOf(schema: JsonRecord, keywords: ReadonlySet<string>): readonly string[] {
  return Object.entries(schema)
    .filter(([keyword, value]) => keywords.has(keyword) && value !== null && value !== undefined)
    .filter(([keyword, value]) => value !== false || keyword === "default")
    .map(([keyword, value]) => hint(keyword, value));
}

/** One keyword and its value, cut to a length that does not crowd out the description. */
export function hint(keyword: string, value: unknown): string {
  const text = typeof value === "string" ? value : printJson(value);
  if (text.length <= MAX_HINT_CHARS) return `${keyword}: ${text}`;
  // A cut through a surrogate pair would not be Unicode any more.
  return `${keyword}: ${text.slice(0, MAX_HINT_CHARS).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** The same schema with the hints behind its description; each of them once. */
export function withHints(schema: JsonRecord, hints: readonly string[]): JsonRecord {
  const told = [...new Set(hints)].join("; ");
  if (told === "") return schema;
  const { description } = schema;
  return { ...schema, description: description ? `${description} (${told})` : told };
}
