/**
 * Arguments of a function that come in pieces.
 *
 * Each piece names a place and has a value for it, or the next bit of a text:
 * `{"jsonPath": "$.stops[0].city", "stringValue": "Bos", "willContinue": true}`.
 *
 * @module
 */

import { type JsonRecord, recordsOf, textOf } from "../../json.ts";

type Step = string | number;
type Container = Record<Step, unknown>;

const STEP = /\.([^.[\]]+)|\[(\d{1,4})\]|\[["']([^"'\]]+)["']\]/g;
const MAX_DEPTH = 64;

/** Arguments as far as they have come. */
export class PartialArgs {
  readonly #root: Container = emptyObject();

  /** Adds pieces; those that name no place are passed over. */
  add(pieces: unknown): void {
    for (const piece of recordsOf(pieces)) {
      const steps = stepsOf(textOf(piece.jsonPath) ?? "");
      const last = steps.pop();
      if (last === undefined || steps.length >= MAX_DEPTH) continue;
      this.#set(steps, last, valueOf(piece));
    }
  }

  /** What has come so far. */
  get value(): JsonRecord {
    return this.#root;
  }

  #set(steps: readonly Step[], last: Step, value: unknown): void {
    let at = this.#root;
    for (const [depth, step] of steps.entries()) {
      const next = steps[depth + 1] ?? last;
      if (!holds(at[step], next)) at[step] = typeof next === "number" ? [] : emptyObject();
      at = at[step] as Container;
    }
    const before = at[last];
    at[last] = typeof before === "string" && typeof value === "string" ? before + value : value;
  }
}

function stepsOf(path: string): Step[] {
  return [...path.matchAll(STEP)].map(([, name, index, quoted]) =>
    index === undefined ? name ?? quoted ?? "" : Number(index)
  );
}

function valueOf(piece: JsonRecord): unknown {
  return piece.stringValue ?? piece.numberValue ?? piece.boolValue ?? null;
}

/** Whether it is a container for such a step: a list for a number, an object for a name. */
function holds(value: unknown, step: Step): boolean {
  return typeof value === "object" && value !== null &&
    Array.isArray(value) === (typeof step === "number");
}

/** Without a prototype, so that every name is only a name. */
function emptyObject(): Container {
  return Object.create(null);
}
