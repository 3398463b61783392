/**
 * Makes rows of a table from rounds.
 *
 * @module
 */

import { median, ratiosOf, spreadOf } from "./stats.ts";
import type { Aim, Row } from "./table.ts";

/** What a row is called and what it aims at. */
export interface RowText {
  readonly measure: string;
  readonly unit: string;
  readonly aim?: Aim;
}

/** Hopes for so much, or more. */
export const atLeast = (value: number): Aim => ({ is: "at least", value });
/** Hopes for so much, or less. */
export const atMost = (value: number): Aim => ({ is: "at most", value });

/** A row about ours by another's, round by round. */
export function rowOfPair(
  { measure, unit, aim }: RowText,
  { bare, ours }: { bare: readonly number[]; ours: readonly number[] },
): Row {
  const ratio = spreadOf(ratiosOf(ours, bare));
  return { measure, unit, bare: median(bare), ours: median(ours), ratio, aim: aim ?? null };
}

/** A row about a number of ours alone. */
export function rowOfOne({ measure, unit, aim }: RowText, ours: number): Row {
  return { measure, unit, bare: null, ours, ratio: null, aim: aim ?? null };
}
