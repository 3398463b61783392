/**
 * Puts values together of which each piece may hold a part, or nothing.
 *
 * @module
 */

type Maybe<T> = T | null | undefined;

/** The first that is there. */
export function first<T>(pieces: readonly Maybe<T>[]): T | null {
  return pieces.find((piece) => piece != null) ?? null;
}

/** All text in order; null when it comes to nothing. */
export function joined(pieces: readonly Maybe<string>[]): string | null {
  return pieces.join("") || null;
}

/** All lists as one; null when there is none. */
export function listed<T>(pieces: readonly Maybe<readonly T[]>[]): T[] | null {
  const lists = pieces.filter((piece) => piece != null);
  return lists.length === 0 ? null : lists.flat();
}

/** The fields that are there, for a reader to whom null and absent are not the same. */
export function present<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value != null),
  ) as { [K in keyof T]?: NonNullable<T[K]> };
}

/**
 * Both objects as one. Where they have the same field, objects are merged again, lists stand one after
 * the other, and of anything else the later is kept.
 */
export function mergeRecords(
  earlier: Readonly<Record<string, unknown>>,
  later: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged = Object.entries(later).map(([name, value]) => [
    name,
    Object.hasOwn(earlier, name) ? deepMerge(earlier[name], value) : value,
  ]);
  return { ...earlier, ...Object.fromEntries(merged) };
}

function deepMerge(earlier: unknown, later: unknown): unknown {
  if (Array.isArray(earlier) && Array.isArray(later)) return [...earlier, ...later];
  return isRecord(earlier) && isRecord(later) ? mergeRecords(earlier, later) : later;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
