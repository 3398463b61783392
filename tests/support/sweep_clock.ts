/**
 * Deadlines on a clock that only a test moves.
 *
 * @module
 */

import { Deadlines } from "../../lib/domain/deadlines.ts";

/** A clock, and the one timer of the deadlines that are on it. */
export class SweepClock {
  #nowMs = 0;
  #tick: (() => void) | null = null;

  /** Deadlines on this clock. */
  readonly deadlines: Deadlines = new Deadlines({
    nowMs: () => this.#nowMs,
    every: (_ms, tick) => {
      this.#tick = tick;
      return () => this.#tick = null;
    },
  });

  /** Whether a timer runs. */
  get isTicking(): boolean {
    return this.#tick !== null;
  }

  /** Lets time pass, then sweeps once. */
  pass(ms: number): void {
    this.#nowMs += ms;
    this.#tick?.();
  }
}
