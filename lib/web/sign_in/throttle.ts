/**
 * How often somebody may try to sign in.
 *
 * The promises: in any minute one client is heard {@linkcode TRIES_PER_CLIENT} times and all together
 * {@linkcode TRIES_OF_ALL} times; who tries more often waits, longer each time; a wait is one write, and
 * holds in every process, while tries are counted by each for itself. Whoever has a session never
 * comes here. A client is known by the address of its connection, and by nothing that it says.
 *
 * @module
 */

import type { Clock } from "../../domain/clock.ts";
import { RATE_LIMITED, RotatorError } from "../../domain/errors.ts";
import { type EpochMs, later } from "../../domain/ids.ts";
import type { SignInLocks } from "../../domain/sign_in.ts";

/** Tries of one client in a minute. */
export const TRIES_PER_CLIENT = 5;
/** Tries of all clients in a minute. */
export const TRIES_OF_ALL = 30;
const MINUTE_MS = 60_000;
/** A wait doubles with each that comes within an hour of the last. */
const LONGEST_WAIT_MS = 15 * MINUTE_MS;
const STRIKES_LAST_MS = 60 * MINUTE_MS;
/** Clients that are remembered; the one that came first is forgotten first. */
const MAX_CLIENTS = 1_000;

/** What a throttle is made of. */
export interface ThrottleParts {
  /** What is tried; each has its own waits. */
  readonly what: string;
  /** Shared with other processes. */
  readonly locks: SignInLocks;
  /** Stored waits end by the wall clock. */
  readonly clock: Pick<Clock, "now">;
}

interface Tries {
  /** When the last ones were made, oldest first. */
  at: EpochMs[];
  /** How many waits there have been. */
  strikes: number;
  lockedUntil: number;
}

/** Counts tries, and says when there were too many. */
export class Throttle {
  readonly #parts: ThrottleParts;
  readonly #all = noTries();
  readonly #clients = new Map<string, Tries>();

  /** Has seen nobody yet. */
  constructor(parts: ThrottleParts) {
    this.#parts = parts;
  }

  /**
   * Counts one try of a client.
   *
   * @throws {RotatorError} `rate_limited`
   */
  async admit(client: string): Promise<void> {
    const { what, locks, clock } = this.#parts;
    const own = this.#triesOf(client);
    const doors = [
      { tries: own, scope: `${what}:client:${client}`, limit: TRIES_PER_CLIENT },
      { tries: this.#all, scope: `${what}:all`, limit: TRIES_OF_ALL },
    ];
    for (const { tries, scope, limit } of doors) {
      refuseUntil(tries.lockedUntil, clock.now());
      if (count(tries, clock.now()) <= limit) continue;
      lock(tries, clock.now());
      await locks.shut(scope, tries.lockedUntil as EpochMs);
      refuseUntil(tries.lockedUntil, clock.now());
    }
    // Another process may have shut the door.
    const until = await locks.until(doors.map(({ scope }) => scope));
    if (until !== null) refuseUntil(until, clock.now());
  }

  /** A client showed that it may come in: what it tried before is forgiven. */
  forgive(client: string): void {
    this.#clients.delete(client);
  }

  #triesOf(client: string): Tries {
    const known = this.#clients.get(client);
    if (known !== undefined) return known;
    for (const first of this.#clients.keys()) {
      if (this.#clients.size >= MAX_CLIENTS) this.#clients.delete(first);
      break;
    }
    const tries = noTries();
    this.#clients.set(client, tries);
    return tries;
  }
}

function noTries(): Tries {
  return { at: [], strikes: 0, lockedUntil: 0 };
}

/** How many tries there were in the last minute, with this one. */
function count(tries: Tries, now: EpochMs): number {
  tries.at = tries.at.filter((at) => at > now - MINUTE_MS && at <= now);
  tries.at.push(now);
  return tries.at.length;
}

function lock(tries: Tries, now: EpochMs): void {
  const isRecent = now - tries.lockedUntil < STRIKES_LAST_MS;
  tries.strikes = isRecent ? tries.strikes + 1 : 1;
  const waitMs = Math.min(MINUTE_MS * 2 ** (tries.strikes - 1), LONGEST_WAIT_MS);
  tries.lockedUntil = later(now, waitMs);
}

function refuseUntil(until: number, now: EpochMs): void {
  const retryAfterMs = until - now;
  // None is so long: the clock was set back since, and nobody is shut out for that.
  if (retryAfterMs <= 0 || retryAfterMs > LONGEST_WAIT_MS) return;
  const seconds = Math.ceil(retryAfterMs / 1_000);
  throw new RotatorError(
    RATE_LIMITED,
    `Cannot sign in now: there were too many tries; the next may be made in ${seconds} s`,
    { retryAfterMs },
  );
}
