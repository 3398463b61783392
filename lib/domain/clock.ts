/**
 * Time as an argument, so that a test can stand at any moment it likes.
 *
 * @module
 */

import type { EpochMs } from "./ids.ts";

/** Where the time comes from. */
export interface Clock {
  /** The wall clock: for moments that are stored or shown. */
  now(): EpochMs;
  /** Milliseconds on a clock that never steps back: for durations within this process. */
  monotonicMs(): number;
  /** Resolves after `ms` milliseconds. */
  sleep(ms: number): Promise<void>;
  /** Calls back after `ms` milliseconds, unless what it returns is called first. */
  after(ms: number, callback: () => void): () => void;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now() as EpochMs,
  monotonicMs: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** Numbers in [0, 1), handed in wherever chance plays a part. */
export type Random = () => number;
