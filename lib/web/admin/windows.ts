/**
 * What came of all requests over the last hour, day and week.
 *
 * @module
 */

import { type EpochMs, later } from "../../domain/ids.ts";
import { startOf, STEP_MS } from "../../domain/time_step.ts";
import type { UsageGroup, UsageReports } from "../../domain/usage_store.ts";
import { addSums, type UsageSums } from "../../domain/usage_sums.ts";

/** What came of all requests since a moment. */
export interface Window {
  /** Where an hour or a day of UTC began. */
  readonly since: EpochMs;
  /** All of it. */
  readonly sums: UsageSums;
}

/** The three of them. */
export type Windows = Readonly<Record<"hour" | "day" | "week", Window>>;

/** Reads the windows that end now. */
export async function readWindows(
  usage: Pick<UsageReports, "read">,
  now: EpochMs,
): Promise<Windows> {
  // The hour that runs and the one before, because at five past there would be little to see.
  const anHourAgo = startOf("hour", later(now, -STEP_MS.hour));
  const aDayAgo = startOf("hour", later(now, -23 * STEP_MS.hour));
  const aWeekAgo = startOf("day", later(now, -6 * STEP_MS.day));
  const to = later(now, 1);
  const [hours, days] = await Promise.all([
    usage.read({ by: "pool", step: "hour", from: aDayAgo, to }),
    usage.read({ by: "pool", step: "day", from: aWeekAgo, to }),
  ]);
  return {
    hour: windowOf(hours, anHourAgo),
    day: windowOf(hours, aDayAgo),
    week: windowOf(days, aWeekAgo),
  };
}

function windowOf(groups: readonly UsageGroup[], since: EpochMs): Window {
  const sums: UsageSums = {};
  for (const group of groups) {
    if (group.at >= since) addSums(sums, group.sums);
  }
  return { since, sums };
}
