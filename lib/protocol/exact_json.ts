/**
 * JSON whose numbers are kept as they were written.
 *
 * `JSON.parse` makes 1 of `1.0`, and 12345678901234567000 of an order number with twenty digits. What
 * a model says to a function, and what a function says to a model, has to arrive as it was said.
 *
 * @module
 */

/** What JavaScript might write otherwise: many digits, zeros around a fraction, an exponent. */
const DELICATE = /\d[\d.]{15}|\.\d*0(?!\d)|\.0{6}|\d[eE][+-]?\d|-0(?![\d.])/;

/** Whether a text has a number that would be written otherwise after `JSON.parse`. */
export function hasDelicateNumbers(text: string): boolean {
  return DELICATE.test(text);
}

/**
 * The value that a text spells. `JSON.stringify` writes its numbers as they were written.
 *
 * Numbers that JavaScript cannot keep are opaque objects (`JSON.rawJSON`), good for nothing but writing.
 *
 * @throws {SyntaxError} when it is no JSON.
 */
export function parseExactly(text: string): unknown {
  return hasDelicateNumbers(text) ? parse(text, keepNumber) : JSON.parse(text);
}

/** Whether a value is a number that was kept as it was written, which looks like an object. */
export function isKeptNumber(value: object): boolean {
  return isRawJSON(value);
}

/** Members in the order of their names, at every depth, so that equal values are equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(
    value,
    (_name, inner: unknown) =>
      isPlainObject(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0))
        : inner,
  );
}

/** @see https://tc39.es/proposal-json-parse-with-source/ */
interface JsonWithSource {
  parse(
    text: string,
    reviver: (name: string, value: unknown, context: Context) => unknown,
  ): unknown;
  rawJSON(text: string): unknown;
  isRawJSON(value: unknown): boolean;
}

interface Context {
  /** The text of a value that is neither object nor array. */
  readonly source?: string;
}

const { parse, rawJSON, isRawJSON } = JSON as unknown as JsonWithSource;

function keepNumber(_name: string, value: unknown, { source }: Context): unknown {
  return typeof value === "number" && source !== undefined && String(value) !== source
    ? rawJSON(source)
    : value;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !isKeptNumber(value);
}
