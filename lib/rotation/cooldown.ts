/**
 * Turns a pause into the moment it ends.
 *
 * Arithmetic on values: the caller brings the time and the randomness. Jitter only ever adds, so no
 * key is asked earlier than Google said, and keys that cool together do not wake together (REL-06).
 * No result is more than 25 hours ahead (REL-29), whatever a clock or an answer claimed.
 *
 * @module
 */

import type { Random } from "../domain/clock.ts";
import type { EpochMs } from "../domain/ids.ts";
import { later } from "../domain/ids.ts";
import type { Cooldown } from "../domain/key.ts";
import type { Pause } from "../domain/outcome.ts";
import { nextPacificMidnight } from "./pacific_midnight.ts";

const SHORTEST_MS = 100;
const FIRST_BACKOFF_MS = 10_000;
const LONGEST_BACKOFF_MS = 10 * 60_000;
const MIDNIGHT_JITTER_MS = 120_000;
const LONGEST_MS = 25 * 60 * 60_000;
/** How long after its end, at least, a cooldown is still remembered by the next refusal. */
const MEMORY_MS = 60_000;

/** The circumstances of a refusal. */
export interface Refusal {
  /** When Google refused. */
  readonly now: EpochMs;
  /** The cooldown of the same subject and model, running or over; null if there is none. */
  readonly previous: Cooldown | null;
  /** Where the jitter comes from. */
  readonly random: Random;
}

/**
 * Says until when a key cools, and which refusal in a row this is.
 *
 * Refusals while the previous cooldown runs belong to one burst and count once. One that follows its
 * end within the cooldown's own length, or a minute, escalates; a later one starts again at 1.
 */
export function coolUntil(
  pause: Pause,
  { now, previous, random }: Refusal,
): { until: EpochMs; streak: number } {
  const streak = streakOf(previous, now);
  const until = Math.min(endOf(pause, { now, streak, random }), later(now, LONGEST_MS));
  return { until: until as EpochMs, streak };
}

function streakOf(previous: Cooldown | null, now: EpochMs): number {
  if (previous === null) return 1;
  const { since, until, streak } = previous;
  if (now < until) return streak;
  return now <= until + Math.max(until - since, MEMORY_MS) ? streak + 1 : 1;
}

function endOf(
  pause: Pause,
  { now, streak, random }: { now: EpochMs; streak: number; random: Random },
): EpochMs {
  switch (pause.kind) {
    case "pacific_day":
      return later(nextPacificMidnight(now), Math.floor(MIDNIGHT_JITTER_MS * random()));
    case "delay":
      return later(now, withJitter(Math.min(Math.max(pause.ms, SHORTEST_MS), LONGEST_MS), random));
    case "backoff":
      return later(now, withJitter(backoffMs(streak), random));
  }
}

function backoffMs(streak: number): number {
  return Math.min(FIRST_BACKOFF_MS * 2 ** (streak - 1), LONGEST_BACKOFF_MS);
}

/** Up to a tenth more, in whole milliseconds; never less. */
function withJitter(ms: number, random: Random): number {
  return Math.ceil(ms) + Math.floor((ms / 10) * random());
}
