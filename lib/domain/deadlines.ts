/**
 * Many deadlines, one timer.
 *
 * A timer for each request would cost more than reading its body. Here one coarse timer looks at
 * all open deadlines, so each is noticed at most one sweep late. The promise: an idle process has no
 * timer. It goes with the last deadline or, where it lingers, with the first sweep that finds none.
 *
 * @module
 */

/** Calls `tick` every `ms` milliseconds until the returned function is called. */
export type Every = (ms: number, tick: () => void) => () => void;

/** Something that has to be over by a moment. */
export interface Watch {
  /** On the clock of {@linkcode Deadlines.nowMs}; may be moved while it is watched. */
  dueMs: number;
  /** Called once, when the moment has passed. */
  readonly onPast: () => void;
}

/** Where time comes from. */
export interface DeadlinesOptions {
  /** A clock that never steps back. */
  readonly nowMs?: () => number;
  /** The timer. */
  readonly every?: Every;
  /** How often deadlines are looked at. */
  readonly sweepMs?: number;
  /**
   * Keeps the timer until a sweep finds nothing to watch. Where requests come one after another, it
   * would otherwise be made and thrown away for each; {@linkcode Deadlines.close} ends it at once.
   */
  readonly lingers?: boolean;
}

/** Open deadlines and the timer that sweeps over them. */
export class Deadlines {
  /** The clock that deadlines are on. */
  readonly nowMs: () => number;
  readonly #every: Every;
  readonly #sweepMs: number;
  readonly #lingers: boolean;
  readonly #open = new Set<Watch>();
  #stop: (() => void) | null = null;

  /** Starts no timer; the first watch does. */
  constructor(
    { nowMs = () => performance.now(), every = interval, sweepMs = 1_000, lingers = false }:
      DeadlinesOptions = {},
  ) {
    this.nowMs = nowMs;
    this.#every = every;
    this.#sweepMs = sweepMs;
    this.#lingers = lingers;
  }

  /** Watches a deadline until it has passed or {@linkcode Deadlines.forget} is called. */
  watch(watch: Watch): void {
    this.#open.add(watch);
    this.#stop ??= this.#every(this.#sweepMs, () => this.#sweep());
  }

  /** Stops watching. */
  forget(watch: Watch): void {
    this.#open.delete(watch);
    if (this.#open.size === 0 && !this.#lingers) this.close();
  }

  /** Ends the timer, whatever is watched; the next watch starts another. */
  close(): void {
    this.#stop?.();
    this.#stop = null;
  }

  #sweep(): void {
    if (this.#open.size === 0) return this.close();
    const now = this.nowMs();
    for (const watch of this.#open) {
      if (watch.dueMs > now) continue;
      this.forget(watch);
      watch.onPast();
    }
  }
}

function interval(ms: number, tick: () => void): () => void {
  const id = setInterval(tick, ms);
  return () => clearInterval(id);
}
