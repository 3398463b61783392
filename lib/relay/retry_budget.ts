/**
 * How many attempts may be made for nobody's fault.
 *
 * Trying again helps while failures are rare, and does harm when everything fails. So the right to do
 * it is earned: about eleven requests earn one, and a few are saved for a start. While Gemini is down,
 * what reaches it is about 1.1 times what clients sent.
 *
 * @module
 */

const EARNED_PER_REQUEST = 0.09;
const EARNED_PER_SECOND = 0.2;
const AT_FIRST = 10;
const AT_MOST = 50;

/** A budget that one isolate shares among its requests. */
export class RetryBudget {
  #balance = AT_FIRST;
  #atMs: number;

  /** Begins with a few retries in hand. */
  constructor(nowMs: number) {
    this.#atMs = nowMs;
  }

  /** A request came. */
  earn(nowMs: number): void {
    const seconds = Math.max(0, nowMs - this.#atMs) / 1_000;
    this.#atMs = nowMs;
    const earned = EARNED_PER_REQUEST + seconds * EARNED_PER_SECOND;
    this.#balance = Math.min(AT_MOST, this.#balance + earned);
  }

  /** Takes one retry out of the budget; false when none is left. */
  spend(): boolean {
    if (this.#balance < 1) return false;
    this.#balance -= 1;
    return true;
  }
}
