/**
 * The kinds of fields that requests are made of.
 *
 * @module
 */

import * as v from "valibot";
import { fields, type Maybe, type Schema } from "./check_request.ts";

/** Any text. */
export const text: Schema<string> = v.string("must be a string");

/** True or false. */
export const flag: Schema<boolean> = v.boolean("must be true or false");

/** An object that we only hand on or look into later. */
export const anyObject: Schema<Record<string, unknown>> = v.custom<Record<string, unknown>>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  "must be an object",
);

/** An object with these fields; others are passed over. A list is none, though it could have them all. */
export function objectOf<const Entries extends v.ObjectEntries>(
  entries: Entries,
): Schema<v.InferOutput<ReturnType<typeof fields<Entries>>>> {
  return v.pipe(anyObject, fields(entries));
}

/** A number between two, both included. */
export function numberBetween(least: number, most: number): Schema<number> {
  const range = `must be a number from ${least} to ${most}`;
  return v.pipe(v.number(range), v.minValue(least, range), v.maxValue(most, range));
}

/** A whole number of at least so much, and of at most so much. */
export function wholeNumber(least: number, most: number = Number.MAX_SAFE_INTEGER): Schema<number> {
  const range = most === Number.MAX_SAFE_INTEGER
    ? `must be a whole number of at least ${least}`
    : `must be a whole number from ${least} to ${most}`;
  return v.pipe(
    v.number(range),
    v.integer(range),
    v.minValue(least, range),
    v.maxValue(most, range),
  );
}

/** One of these words. */
export function oneOf<const Words extends readonly string[]>(words: Words): Schema<Words[number]> {
  return v.picklist(words, `must be one of ${words.join(", ")}`);
}

/** A list of such things. */
export function listOf<T>(item: Schema<T>, what = "must be a list"): Schema<T[]> {
  return v.array(item, what);
}

/** A field that may be left out. */
export function maybe<T>(schema: Schema<T>): Schema<Maybe<T>> {
  return v.nullish(schema);
}
