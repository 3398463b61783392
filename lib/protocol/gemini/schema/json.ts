/**
 * JSON as plain values: telling records, copying data, printing it on one line.
 *
 * A copy is ours to freeze and has a bounded depth, so that no value of a client's can make
 * `JSON.stringify` or a recursion here run out of stack.
 *
 * @module
 */

/** An object of JSON, whatever its names. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** Levels of nested data that are kept; a default or an enum has one or two. */
const MAX_DATA_LEVELS = 24;

/** Whether a value is an object of JSON: neither null nor an array. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A copy that shares nothing with the original; what JSON cannot say, and what is too deep, is null. */
export function copyJson(value: unknown, levels: number = MAX_DATA_LEVELS): unknown {
  if (typeof value === "string" || typeof value === "boolean") return value;
  // JSON.parse() gives Infinity for 1e999.
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (levels === 0) return null;
  if (Array.isArray(value)) return value.map((each) => copyJson(each, levels - 1));
  return isRecord(value) ? mapValues(value, (each) => copyJson(each, levels - 1)) : null;
}

/** The value as JSON on one line. */
export function printJson(value: unknown): string {
  return JSON.stringify(copyJson(value));
}

/** The same names with other values; `__proto__` is a name like any other. */
export function mapValues<T, R>(
  record: Readonly<Record<string, T>>,
  map: (value: T, name: string) => R,
): Record<string, R> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, map(value, name)]),
  );
}

/** Freezes a value of ours as deep as it goes, and returns it. */
export function freezeJson<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.values(value).forEach(freezeJson);
  return Object.freeze(value);
}
