/**
 * How many in the last minute.
 *
 * They are kept by the second, each second until the last of it is a minute old: never more than 61
 * numbers, and never fewer in a window than there were.
 *
 * @module
 */

const MINUTE_MS = 60_000;

interface Second {
  readonly second: number;
  count: number;
  lastMs: number;
}

/** A minute that slides. Its clock never steps back. */
export class MinuteWindow {
  readonly #seconds: Second[] = [];
  #total = 0;

  /** Some happened now. */
  add(count: number, nowMs: number): void {
    this.#forget(nowMs);
    const second = Math.floor(nowMs / 1_000);
    const last = this.#seconds.at(-1);
    if (last?.second === second) {
      last.count += count;
      last.lastMs = nowMs;
    } else {
      this.#seconds.push({ second, count, lastMs: nowMs });
    }
    this.#total += count;
  }

  /** How long until there is room for one more under the limit; 0 when there is. */
  waitMs(limit: number, nowMs: number): number {
    this.#forget(nowMs);
    let left = this.#total;
    for (const { count, lastMs } of this.#seconds) {
      if (left < limit) break;
      left -= count;
      if (left < limit) return lastMs + MINUTE_MS - nowMs;
    }
    return 0;
  }

  #forget(nowMs: number): void {
    for (let oldest = this.#seconds[0]; oldest !== undefined; oldest = this.#seconds[0]) {
      if (oldest.lastMs + MINUTE_MS > nowMs) break;
      this.#total -= oldest.count;
      this.#seconds.shift();
    }
  }
}
