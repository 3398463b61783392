/**
 * Turns of one pool, claimed together and ahead of need.
 *
 * Naive check-and-set collapses on a hot pool, because losers try again. Two ideas keep it exact and
 * make it fast. *Group commit*: while one claim is under way callers queue, and the next claim takes
 * as many turns as there are waiters. *Claiming ahead*: a reserve, sized by demand and refilled in the
 * background, so that in the steady state nobody waits for storage at all. Turns left in the reserve
 * are kept for later, never thrown away.
 *
 * A claimed turn is given once. When storage does not answer in time the reserve improvises: it hands
 * out numbers of its own, which spread the load evenly here but know nothing of other isolates. Being
 * served matters more than being served in order.
 *
 * @module
 */

import type { Clock } from "../domain/clock.ts";
import type { Claim } from "../domain/ports.ts";

/** How much demand the reserve covers, in milliseconds. */
const HORIZON_MS = 10_000;
/** The most turns claimed ahead. Unused ones are lost with the process. */
const MAX_RESERVE = 100_000;
/** A reserve grows at most so many times in one claim: one busy millisecond is not yet a trend. */
const MAX_GROWTH = 4;
/** How long a caller waits for a claim before we improvise. */
const PATIENCE_MS = 250;
/** How long a failed claim keeps us from trying the next. */
const REST_AFTER_FAILURE_MS = 1_000;

/** Where a reserve gets its turns, and who hears of them. */
export interface TurnSource {
  /** Claims so many turns. */
  claim(count: number): Promise<Claim>;
  /** Hears of every claim that held. */
  claimed(claim: Claim): void;
  /** Hears of every claim that failed. */
  failed(cause: unknown): void;
}

/** Consecutive turns that are left of a claim. */
interface Range {
  next: number;
  readonly end: number;
}

/** The turns of one pool in this process. */
export class TurnReserve {
  readonly #source: TurnSource;
  readonly #clock: Clock;
  readonly #ranges: Range[] = [];
  #left = 0;
  #reserve = 1;

  #waiters: ((turn: number) => void)[] = [];
  #claiming: Promise<void> | null = null;
  #takenSinceClaim = 0;
  #claimedAtMs = -Infinity;

  #improvising = false;
  #improvised = 0;
  #failedAtMs = -Infinity;
  #stopPatience: (() => void) | null = null;

  /** An empty reserve. */
  constructor(source: TurnSource, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
  }

  /** The next turn: at once from the reserve, or as soon as a claim brings one. Never rejects. */
  take(): number | Promise<number> {
    this.#takenSinceClaim += 1;
    if (this.#left > 0) {
      const turn = this.#takeLeft();
      if (this.#left * 2 < this.#reserve) this.#refill();
      return turn;
    }
    this.#refill();
    if (this.#improvising) return this.#improvise();
    return new Promise((resolve) => {
      this.#waiters.push(resolve);
      this.#limitPatience();
    });
  }

  /** Resolves when no claim is under way. */
  async settled(): Promise<void> {
    while (this.#claiming !== null) await this.#claiming;
  }

  #takeLeft(): number {
    let range = this.#ranges[0];
    while (range !== undefined && range.next === range.end) {
      this.#ranges.shift();
      range = this.#ranges[0];
    }
    if (range === undefined) throw new RangeError("the reserve is empty");
    this.#left -= 1;
    return range.next++;
  }

  #refill(): void {
    if (this.#claiming !== null) return;
    if (this.#clock.monotonicMs() - this.#failedAtMs < REST_AFTER_FAILURE_MS) return;
    this.#claiming = this.#claim();
  }

  async #claim(): Promise<void> {
    // Callers of this very moment join the claim that the first of them caused.
    await Promise.resolve();
    this.#reserve = this.#reserveFor(this.#clock.monotonicMs());
    try {
      const claim = await this.#source.claim(this.#waiters.length + this.#reserve);
      this.#keep(claim);
      this.#source.claimed(claim);
    } catch (cause) {
      this.#failedAtMs = this.#clock.monotonicMs();
      this.#serveImprovised();
      this.#source.failed(cause);
    } finally {
      this.#claiming = null;
    }
    if (this.#waiters.length > 0) this.#refill();
  }

  /** As many turns as the demand since the last claim will use up within the horizon. */
  #reserveFor(nowMs: number): number {
    const elapsedMs = Math.max(1, nowMs - this.#claimedAtMs);
    const demanded = Math.ceil(this.#takenSinceClaim / elapsedMs * HORIZON_MS);
    this.#claimedAtMs = nowMs;
    this.#takenSinceClaim = 0;
    return Math.max(1, Math.min(demanded, this.#reserve * MAX_GROWTH, MAX_RESERVE));
  }

  #keep({ first, count }: Claim): void {
    this.#ranges.push({ next: first, end: first + count });
    this.#left += count;
    this.#improvising = false;
    this.#answerWaiters(() => this.#takeLeft());
  }

  #limitPatience(): void {
    this.#stopPatience ??= this.#clock.after(PATIENCE_MS, () => this.#serveImprovised());
  }

  #serveImprovised(): void {
    this.#improvising = true;
    this.#answerWaiters(() => this.#improvise());
  }

  #improvise(): number {
    return this.#improvised++;
  }

  #answerWaiters(turn: () => number): void {
    this.#stopPatience?.();
    this.#stopPatience = null;
    const waiters = this.#waiters;
    this.#waiters = [];
    // A claim is never smaller than the queue it was made for, but the queue may have grown since.
    for (const [index, resolve] of waiters.entries()) {
      if (!this.#improvising && this.#left === 0) {
        this.#waiters = waiters.slice(index);
        this.#limitPatience();
        break;
      }
      resolve(turn());
    }
  }
}
