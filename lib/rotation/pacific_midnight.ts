/**
 * When Google's daily quotas start again: at midnight in Los Angeles, in summer and in winter.
 *
 * @see https://ai.google.dev/gemini-api/docs/rate-limits
 * @module
 */

import type { EpochMs } from "../domain/ids.ts";

/** Made once: a formatter costs far more to make than to use. */
const losAngeles = new Intl.DateTimeFormat("en-US", {
  timeZone: "America/Los_Angeles",
  hourCycle: "h23",
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "numeric",
});

/** Los Angeles is 7 hours behind UTC in summer and 8 in winter. */
const HOURS_BEHIND_UTC = [7, 8];

/**
 * The first midnight in Los Angeles after `now`: at most 25 hours ahead, on the day winter time
 * begins. At midnight itself it is the next one.
 */
export function nextPacificMidnight(now: EpochMs): EpochMs {
  const { year, month, day } = localTime(now);
  const midnights = HOURS_BEHIND_UTC.map((hours) => Date.UTC(year, month - 1, day + 1, hours));
  // The clocks change at 2 a.m., so exactly one of the two is midnight over there.
  return (midnights.find((moment) => localTime(moment).hour === 0) ?? midnights[1]) as EpochMs;
}

function localTime(moment: number): { year: number; month: number; day: number; hour: number } {
  const parts = losAngeles.formatToParts(moment);
  const valueOf = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return {
    year: valueOf("year"),
    month: valueOf("month"),
    day: valueOf("day"),
    hour: valueOf("hour"),
  };
}
