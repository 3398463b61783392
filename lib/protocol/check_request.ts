/**
 * Checks what someone wrote against a schema; a refusal names the field: `messages[0].role`.
 *
 * @module
 */

import * as v from "valibot";
import { INVALID_REQUEST, RotatorError } from "../domain/errors.ts";

/** Takes anything, gives a `T`. Its messages are predicates: `must be a string`. */
export type Schema<T> = v.GenericSchema<unknown, T>;

/** A field that may be left out; null is the same as leaving it out. */
export type Maybe<T> = T | null | undefined;

/**
 * The value, as the schema understands it.
 *
 * @throws {RotatorError} `invalid_request`, with the field as its `param`.
 */
export function checkRequest<T>(schema: Schema<T>, value: unknown, { within = "" } = {}): T {
  const result = v.safeParse(schema, value, { abortEarly: true, abortPipeEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw wrongField(within + pathOf(issue), issue.message);
}

/** The error for a field that will not do. `state` is a predicate: `must be a string`. */
export function wrongField(param: string, state: string): RotatorError {
  const field = param.replace(/^\./, "");
  return field === ""
    ? new RotatorError(INVALID_REQUEST, `Cannot read the body: it ${state}`)
    : new RotatorError(INVALID_REQUEST, `Cannot use "${shorten(field)}": it ${state}`, {
      param: shorten(field),
    });
}

/** An object with these fields; others are passed over. */
export function fields<const Entries extends v.ObjectEntries>(
  entries: Entries,
): v.ObjectSchema<Entries, v.ErrorMessage<v.ObjectIssue>> {
  return v.object(
    entries,
    ({ expected }) => expected === "Object" ? "must be an object" : "is missing",
  );
}

function pathOf({ path }: v.BaseIssue<unknown>): string {
  return (path ?? []).map(({ key }) => typeof key === "number" ? `[${key}]` : `.${String(key)}`)
    .join("");
}

/** Names come from the client, and end up in our answer. */
function shorten(field: string): string {
  return field.length > 120 ? `${field.slice(0, 120)}…` : field;
}
