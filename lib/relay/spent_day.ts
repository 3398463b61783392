/**
 * What a token has used of one day, as far as this process knows.
 *
 * @module
 */

import type { Spent } from "../domain/usage_store.ts";

/** One day of one token: our own to the moment, that of others as it was stored at the last look. */
export class SpentDay {
  /** The day, `2026-11-23`, in UTC. */
  readonly day: string;
  #own: Spent = { requests: 0, tokens: 0 };
  #stored = 0;
  #storedOwn = 0;
  #hasLooked = false;
  #others: number | null = null;

  /** A day that nothing is known of. */
  constructor(day: string) {
    this.day = day;
  }

  /** What this process has served. */
  get own(): Spent {
    return this.#own;
  }

  /** Tokens of all processes. */
  get tokens(): number {
    return this.#stored + this.#own.tokens - this.#storedOwn;
  }

  /** This process served more. */
  add({ requests, tokens }: Spent): void {
    this.#own = { requests: this.#own.requests + requests, tokens: this.#own.tokens + tokens };
  }

  /** The first look, which nothing was stored for: it counts until there is a better one. */
  glimpse({ tokens }: Spent): void {
    if (!this.#hasLooked) this.#stored = tokens;
  }

  /**
   * A look at what all processes have stored, of which `own` is ours.
   *
   * @returns how many requests others have made since the look before; 0 at the first.
   */
  learn({ requests, tokens }: Spent, own: Spent): number {
    this.#hasLooked = true;
    this.#stored = tokens;
    this.#storedOwn = own.tokens;
    const others = requests - own.requests;
    const since = others - (this.#others ?? others);
    this.#others = others;
    return Math.max(0, since);
  }
}
