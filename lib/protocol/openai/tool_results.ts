/**
 * Calls of functions and their results, between OpenAI's texts and Gemini's objects.
 *
 * @module
 */

import { parseExactly } from "../exact_json.ts";
import { isRecord, type JsonRecord } from "../json.ts";

/** Where a text goes that is not the JSON it should be: the model sees what it wrote. */
const RAW = "_raw";

/** Arguments as an object. What is no JSON, or no object, is handed on as text. */
export function argumentsOf(text: string | null | undefined): JsonRecord {
  if (text === null || text === undefined || text.trim() === "") return {};
  const value = parsed(text);
  return isRecord(value) ? value : { [RAW]: text };
}

/**
 * A result as an object: JSON objects as they are, lists and everything else under `result`.
 *
 * Where `$ref` occurs the text is kept, because Gemini takes it for a reference to a file.
 */
export function responseOf(text: string): JsonRecord {
  if (text.includes('"$ref"')) return { result: text };
  const value = parsed(text);
  if (isRecord(value)) return value;
  return { result: Array.isArray(value) ? value : text };
}

/** Google's own parser follows no more than a hundred, and the request around it has some itself. */
const MOST_LEVELS = 64;

/** Undefined when it is no JSON, or deeper than Google takes it. */
function parsed(text: string): unknown {
  try {
    const value = parseExactly(text);
    return isWithin(MOST_LEVELS, value) ? value : undefined;
  } catch {
    // Models and tools write what they like; then it is text.
    return undefined;
  }
}

function isWithin(levels: number, value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  return levels > 0 && Object.values(value).every((inner) => isWithin(levels - 1, inner));
}
