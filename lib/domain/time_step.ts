/**
 * Hours and days, in UTC: the steps that usage is counted in.
 *
 * @module
 */

import type { EpochMs } from "./ids.ts";

/** How finely usage is told. */
export type TimeStep = "hour" | "day";

/** How long a step lasts. UTC has no longer or shorter days. */
export const STEP_MS: Readonly<Record<TimeStep, number>> = { hour: 3_600_000, day: 86_400_000 };

/** When the hour or day began that a moment lies in. */
export function startOf(step: TimeStep, moment: EpochMs): EpochMs {
  return (Math.floor(moment / STEP_MS[step]) * STEP_MS[step]) as EpochMs;
}

/** Every hour or day that has begun by `to` and not ended by `from`, by its beginning. */
export function stepsBetween(step: TimeStep, from: EpochMs, to: EpochMs): EpochMs[] {
  const steps: EpochMs[] = [];
  for (let at: number = startOf(step, from); at < to; at += STEP_MS[step]) {
    steps.push(at as EpochMs);
  }
  return steps;
}

/** The hour or day a moment lies in, as text that sorts by time: `2026-11-23T12`, `2026-11-23`. */
export function nameOfStep(step: TimeStep, moment: EpochMs): string {
  return new Date(moment).toISOString().slice(0, step === "hour" ? 13 : 10);
}

/** When a step began, told from its name. */
export function startOfNamed(name: string): EpochMs {
  return Date.parse(name.length === 10 ? name : `${name}:00Z`) as EpochMs;
}

/** The day a moment lies in: `2026-11-23`. Daily limits begin anew with it. */
export function dayOf(moment: EpochMs): string {
  return nameOfStep("day", moment);
}
