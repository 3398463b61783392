/**
 * Leaves out what is not there.
 *
 * @module
 */

/** The same fields, each of which may also be null or undefined. */
export type WithHoles<T> = { readonly [Name in keyof T]?: T[Name] | null | undefined };

/** The fields that have a value; null and undefined are none. */
export function pickDefined<T extends object>(fields: WithHoles<T>): T {
  const picked: Partial<T> = {};
  for (const name in fields) {
    const value = fields[name];
    if (value !== null && value !== undefined) picked[name] = value as T[typeof name];
  }
  return picked as T;
}
