/**
 * What is counted, and how counts add up.
 *
 * Each is a sum that only grows, so that several processes can count at once without reading.
 *
 * @module
 */

import { LATENCY_BOUNDS_MS } from "./latency.ts";

/** Requests, or attempts of a key, by what they came to. */
export const OUTCOMES = ["served", "exhausted", "refused", "broken", "limited", "left"] as const;

/** Tokens as Gemini counted them. `cached` is a part of `prompt`. */
export const TOKEN_COUNTS = ["prompt", "cached", "output", "thoughts", "toolUse"] as const;

/** How many answers began within a bound of `LATENCY_BOUNDS_MS`, and not within the one before. */
export type LatencyMetric = `latency${number}`;

/** One thing that is counted. `retriesSaved`: served, though an attempt had failed. */
export type Metric =
  | typeof OUTCOMES[number]
  | typeof TOKEN_COUNTS[number]
  | LatencyMetric
  | "retriesSaved";

/** Sums by what they count; absent ones are zero. */
export type UsageSums = { [Name in Metric]?: number };

/** The metrics of latency, from the quickest on. */
export const LATENCY_METRICS: readonly LatencyMetric[] = Array.from(
  { length: LATENCY_BOUNDS_MS.length + 1 },
  (_, n): LatencyMetric => `latency${n}`,
);

/** Adds `more` to `sums`. */
export function addSums(sums: UsageSums, more: UsageSums): void {
  for (const name of Object.keys(more) as Metric[]) addTo(sums, name, more[name] ?? 0);
}

/** Adds `count` to one of the sums. Nothing is opened for a zero. */
export function addTo(sums: UsageSums, metric: Metric, count: number): void {
  if (count > 0) sums[metric] = (sums[metric] ?? 0) + count;
}

/** How many there were, whatever became of them. */
export function requestsIn(sums: UsageSums): number {
  return OUTCOMES.reduce((sum, outcome) => sum + (sums[outcome] ?? 0), 0);
}
