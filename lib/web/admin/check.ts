/**
 * Checks what someone sent us against a schema.
 *
 * The promise: what comes out has the type it claims, with nothing in it that the schema does not
 * name; and a refusal names the field and never its value, which may be a secret.
 *
 * @module
 */

import * as v from "valibot";
import { INVALID_REQUEST, RotatorError } from "../../domain/errors.ts";

/** Takes anything, gives a `T`. Its messages are predicates: `must be a string`. */
export type Schema<T> = v.GenericSchema<unknown, T>;

/**
 * The value, as the schema understands it.
 *
 * @param what names it in the message, as in `Cannot read request body: "name" must be a string`.
 * @throws {RotatorError} `invalid_request`
 */
export function check<T>(schema: Schema<T>, value: unknown, what: string): T {
  const result = v.safeParse(schema, value, { abortEarly: true, abortPipeEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new RotatorError(
    INVALID_REQUEST,
    `Cannot read ${what}: ${placeOf(issue)} ${issue.message}`,
  );
}

/** What an object with these fields comes out as. */
export type Output<Fields extends v.ObjectEntries> = NonNullable<
  v.StrictObjectSchema<Fields, undefined>["~types"]
>["output"];

/** An object with these fields and no others; `otherwise` is said of what is no object. */
export function record<const Fields extends v.ObjectEntries>(
  fields: Fields,
  otherwise = "must be an object",
): Schema<Output<Fields>> {
  return v.pipe(
    v.custom<Record<string, unknown>>(isObject, otherwise),
    v.strictObject(
      fields,
      ({ expected }) => expected === "never" ? "is not a field here" : "is missing",
    ),
  );
}

/** An object whose names and values fit the schemas; `otherwise` is said of what is no object. */
export function dictionary<T>(
  name: v.GenericSchema<string>,
  value: Schema<T>,
  otherwise: string,
): Schema<Record<string, T>> {
  return v.pipe(
    v.custom<Record<string, unknown>>(isObject, otherwise),
    v.record(name, value),
  );
}

/** An array is none: it inherits `keys`, which would pass for a field of that name. */
function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What could name a field or a model and is too short to be a secret; other names are not repeated. */
const FIELD = /^[\w./:@-]{1,19}$/;

function placeOf({ path }: v.BaseIssue<unknown>): string {
  if (path === undefined) return "it";
  const place = path.map(({ key }) =>
    typeof key === "number" ? `[${key}]` : `.${FIELD.test(String(key)) ? key : "…"}`
  ).join("");
  return `"${place.replace(/^\./, "")}"`;
}
