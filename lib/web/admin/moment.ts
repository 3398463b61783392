/**
 * Moments as the admin API writes and reads them: ISO 8601, in UTC when written.
 *
 * @module
 */

import type { EpochMs } from "../../domain/ids.ts";

/** What a moment has to be, as a refusal says it. */
export const MOMENT = "must be an ISO 8601 moment with its time zone, or milliseconds since 1970";

const ISO = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** A moment as text: `2026-11-23T12:00:00.000Z`. */
export function iso(moment: EpochMs): string {
  return new Date(moment).toISOString();
}

/** Whether this text names one moment, on a day that exists. */
export function isMoment(text: string): boolean {
  const day = ISO.exec(text)?.[1];
  if (day === undefined || Number.isNaN(Date.parse(text))) return false;
  // V8 takes 31 February for 3 March.
  return new Date(`${day}T00:00Z`).toISOString().startsWith(day);
}
