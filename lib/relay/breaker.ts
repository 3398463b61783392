/**
 * Stops calling a Gemini that cannot be reached.
 *
 * After several attempts in a row that found nobody, requests fail at once instead of waiting for the
 * next failure; one a second goes through, to see whether someone is there again. Only
 * attempts without any answer count: an answer, good or bad, shows that Gemini is there.
 *
 * @module
 */

const OPENS_AFTER = 5;
const OPEN_MS = 1_000;

/** One base URL's breaker. */
export class Breaker {
  #failures = 0;
  #openUntilMs = 0;

  /** Whether an attempt may be made now. */
  allows(nowMs: number): boolean {
    if (this.#failures < OPENS_AFTER) return true;
    if (nowMs < this.#openUntilMs) return false;
    this.#openUntilMs = nowMs + OPEN_MS;
    return true;
  }

  /** Someone answered. */
  reached(): void {
    this.#failures = 0;
  }

  /** Nobody did. */
  missed(nowMs: number): void {
    this.#failures += 1;
    this.#openUntilMs = nowMs + OPEN_MS;
  }
}
