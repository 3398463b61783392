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
  readonly maxNodes?: number;
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
  { maxDepth = 64, maxNodes = 100_000 }: ParseJsonOptions = {},
): unknown {
  const text = decode(bytes);
  const written = measure(text);
  if (written.depth > maxDepth) throw refusal(`it is nested deeper than ${maxDepth} levels`);

  const value = parse(text);
  if (countMembers(value, maxNodes) < written.members) {
    throw refusal("an object has the same name twice");
  }
  return value;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refusal("it is not UTF-8");
  }
}

/** Depth and members as written, before anything is built from them. */
function measure(text: string): { depth: number; members: number } {
  let open = 0;
  let depth = 0;
  let members = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at);
    else if (character === ":") members++;
    else if (character === "}" || character === "]") open--;
    else if (character === "{" || character === "[") depth = Math.max(depth, ++open);
  }
  return { depth, members };
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
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

/** Members as kept; refuses too many values and forbidden names on the way. */
function countMembers(root: unknown, maxNodes: number): number {
  const waiting = [root];
  let nodes = 1;
  let members = 0;
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== "object" || value === null) continue;
    const names = Object.keys(value);
    nodes += names.length;
    if (nodes > maxNodes) throw refusal(`it has more than ${maxNodes} values`);
    if (!Array.isArray(value)) {
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
