/**
 * Writes that depend on what was read.
 *
 * The promise: such a write carries a check on everything it read; a lost race reads again, a bounded
 * number of times, and then says `conflict`. SQLite adds a second reason to try again: with several
 * processes on one file a commit often fails at once with `database is locked`, and nothing written.
 *
 * @module
 */

import { type Clock, type Random, systemClock } from "../domain/clock.ts";
import { CONFLICT, RotatorError } from "../domain/errors.ts";

/** How often a lost race is run again before anyone hears of it. */
export const MAX_RACES = 10;
/** How often a locked database is asked again. Eight busy processes were seen to need 35. */
export const MAX_LOCKED = 60;
const LONGEST_PAUSE_MS = 64;

/** What one try wants to write, and what it answers when the write held. */
export interface Plan<T> {
  /** Null when there is nothing to write. */
  readonly operation: Deno.AtomicOperation | null;
  /** Answered once the write held, or at once when there is none. */
  readonly value: T;
}

/** Where time and chance come from. */
export interface AtomicallyOptions {
  /** Sleeps between two tries. */
  readonly clock?: Pick<Clock, "sleep">;
  /** Spreads the tries, so that those who lost do not meet again. */
  readonly random?: Random;
}

/**
 * Reads, plans and commits, until a commit holds.
 *
 * `plan` reads what it needs and returns an atomic operation that checks it. It runs again after a
 * lost race, so it must not do anything else. What it throws is thrown.
 *
 * @throws {RotatorError} `conflict` when the race was lost {@linkcode MAX_RACES} times.
 */
export async function atomically<T>(
  plan: () => Promise<Plan<T>> | Plan<T>,
  { clock = systemClock, random = Math.random }: AtomicallyOptions = {},
): Promise<T> {
  let races = 0;
  let locked = 0;
  while (races < MAX_RACES && locked < MAX_LOCKED) {
    const { operation, value } = await plan();
    if (operation === null) return value;
    const result = await commit(operation);
    if (result === "held") return value;

    if (result === "lost") races += 1;
    else locked += 1;
    await clock.sleep(random() * Math.min(2 ** (races + locked), LONGEST_PAUSE_MS));
  }
  throw new RotatorError(CONFLICT, "Cannot save the change: others keep changing the same thing", {
    cause: new Error(`gave up after ${races} lost races and ${locked} locked commits`),
    retryAfterMs: 1_000,
  });
}

async function commit(operation: Deno.AtomicOperation): Promise<"held" | "lost" | "locked"> {
  try {
    return (await operation.commit()).ok ? "held" : "lost";
  } catch (error) {
    if (isLocked(error)) return "locked";
    throw error;
  }
}

/** KV classes all its errors as TypeError, so only the message tells. */
function isLocked(error: unknown): boolean {
  return error instanceof Error && error.message.includes("database is locked");
}
