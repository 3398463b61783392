/**
 * Looks into JSON that others wrote, where anything may be missing or of another kind.
 *
 * @module
 */

import { isKeptNumber } from "./exact_json.ts";

/** An object of JSON. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** Whether it is an object: no array, and no number that was kept as it was written. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !isKeptNumber(value);
}

/** The object; null for everything else. */
export function recordOf(value: unknown): JsonRecord | null {
  return isRecord(value) ? value : null;
}

/** The objects of a list; none when it is no list. */
export function recordsOf(value: unknown): readonly JsonRecord[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** The text; null for everything else. */
export function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
