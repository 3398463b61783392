/**
 * Writes the props of islands as text that a script can hold, and that keeps more than JSON does.
 *
 * Dates, maps, sets, bigints, cycles and signals arrive as what they were, and what was one signal is
 * one again. No text can end the script it stands in, and no name becomes a prototype.
 *
 * @module
 */

import { Signal } from "@preact/signals";
import { stringify } from "devalue";
import { isValidElement } from "preact";

const UNSAFE_IN_SCRIPTS = /[<>\u2028\u2029]/g;

/** Props, as a page holds them. */
export interface WrittenProps {
  /** A JavaScript string, quotes included, for `boot()` to read. */
  readonly text: string;
  /** Whether there are signals among them. */
  readonly hasSignals: boolean;
}

/**
 * Writes the props of all islands of a page.
 *
 * @throws {TypeError} when something cannot be sent to a browser, such as a function or JSX.
 */
export function writeProps(values: readonly object[]): WrittenProps {
  let hasSignals = false;
  /** In an array, because a signal may hold what counts as nothing. */
  const valueOfSignal = (value: unknown): [unknown] | false => {
    if (!(value instanceof Signal)) return false;
    hasSignals = true;
    return [value.peek()];
  };

  try {
    const text = JSON.stringify(stringify(values, { Signal: valueOfSignal, Jsx: refuseJsx }));
    return { text: text.replace(UNSAFE_IN_SCRIPTS, escaped), hasSignals };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const path = cause instanceof Error && "path" in cause ? ` at ${cause.path}` : "";
    throw new TypeError(`Cannot send props of islands to the browser${path}: ${reason}`, { cause });
  }
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function refuseJsx(value: unknown): false {
  if (isValidElement(value)) throw new TypeError("islands take data, not JSX");
  return false;
}
