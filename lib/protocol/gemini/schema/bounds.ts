/**
 * Bounds of numbers that Google knows only as inclusive.
 *
 * @module
 */

import type { Keywords } from "./keywords.ts";
import { typesOf } from "./types.ts";

/**
 * The same keywords with `minimum` and `maximum` in place of the exclusive bounds.
 *
 * Exact for integers. For other numbers the bound itself is let in, which `hints` then deny.
 */
export function inclusiveBounds(keywords: Keywords): { keywords: Keywords; hints: string[] } {
  const { exclusiveMinimum: above, exclusiveMaximum: below, ...rest } = keywords;
  const whole = typesOf(keywords).includes("integer") && !typesOf(keywords).includes("number");
  const hints: string[] = [];

  let settled: Keywords = rest;
  if (above !== undefined) {
    const minimum = whole ? Math.floor(above) + 1 : above;
    if (!whole) hints.push(`exclusiveMinimum: ${above}`);
    settled = { ...settled, minimum: Math.max(minimum, rest.minimum ?? minimum) };
  }
  if (below !== undefined) {
    const maximum = whole ? Math.ceil(below) - 1 : below;
    if (!whole) hints.push(`exclusiveMaximum: ${below}`);
    settled = { ...settled, maximum: Math.min(maximum, rest.maximum ?? maximum) };
  }
  return { keywords: settled, hints };
}
