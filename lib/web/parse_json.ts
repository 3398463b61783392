/**
 * Reads JSON that someone sent us, without trusting it.
 *
 * The promise: what is returned is all that was sent, no deeper and no larger than allowed.
 * `JSON.parse` alone follows a million brackets and keeps the last of two equal names without a
 * word. Messages never quote the body, because it may hold secrets.
 *
 * @module
 */

import { INVALID_REQUEST, RotatorError } from "../domain/errors.ts";

/** How much structure we take. */
export interface ParseJsonOptions {
  /** Objects and arrays inside each other. */
  readonly maxDepth?: number;
  /** Values of every kind, the containers included. */
  readonly maxValues?: number;
  /**
   * Whether names are only data, so that every name may occur, and of two equal ones the last counts. Whoever says so
   * must never index or merge with them.
   */
  readonly anyNames?: boolean;
}

/** Names that reach an object's prototype once someone merges or indexes with them. */
const FORBIDDEN: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/**
 * The value that UTF-8 bytes spell.
 *
 * @throws {RotatorError} `invalid_request`: not UTF-8, not JSON, too deep, too large, a name given
 * twice in one object, or a name that reaches a prototype.
 */
export function parseJson(
  bytes: Uint8Array,
  { maxDepth = 64, maxValues = 100_000, anyNames = false }: ParseJsonOptions = {},
): unknown {
  const text = decode(bytes);
  const written = measure(text);
  if (written.depth > maxDepth) throw refusal(`it is nested deeper than ${maxDepth} levels`);
  if (written.values > maxValues) throw refusal(`it has more than ${maxValues} values`);

  const value = parse(text);
  if (!anyNames && countMembers(value) < written.members) {
    throw refusal("an object has the same name twice");
  }
  return value;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw refusal("it is not UTF-8");
  }
}

const QUOTE = 0x22, COMMA = 0x2c, COLON = 0x3a, BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b, CLOSE_ARRAY = 0x5d, OPEN_OBJECT = 0x7b, CLOSE_OBJECT = 0x7d;

/** Depth, members and values as written, before anything is built from them. */
function measure(text: string): { depth: number; members: number; values: number } {
  let open = 0;
  let depth = 0;
  let members = 0;
  // The outermost; every other value stands behind a bracket or a comma.
  let values = 1;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case COLON:
        members++;
        break;
      case COMMA:
        values++;
        break;
      case OPEN_ARRAY:
      case OPEN_OBJECT:
        values++;
        depth = Math.max(depth, ++open);
        break;
      case CLOSE_ARRAY:
      case CLOSE_OBJECT:
        open--;
    }
  }
  return { depth, members, values };
}

/** Where a string ends that begins at `start`: at the next quote that is not escaped. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return at;
  }
  return text.length;
}

function parse(text: string): unknown {
  if (text.trim() === "") throw refusal("it is empty");
  try {
    return JSON.parse(text);
  } catch {
    // V8's message quotes the text, so it is not even a cause.
    throw refusal("it is not valid JSON");
  }
}

/** Members as kept; refuses forbidden names on the way. */
function countMembers(root: unknown): number {
  const waiting = [root];
  let members = 0;
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== "object" || value === null) continue;
    if (!Array.isArray(value)) {
      const names = Object.keys(value);
      refuseForbidden(names);
      members += names.length;
    }
    for (const child of Object.values(value)) waiting.push(child);
  }
  return members;
}

function refuseForbidden(names: readonly string[]): void {
  const forbidden = names.find((name) => FORBIDDEN.has(name));
  if (forbidden !== undefined) throw refusal(`it has the name "${forbidden}", which is not taken`);
}

function refusal(state: string): RotatorError {
  return new RotatorError(INVALID_REQUEST, `Cannot read the body: ${state}`);
}
