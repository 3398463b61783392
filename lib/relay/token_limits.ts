/**
 * The limits of tokens: requests a minute, tokens a day.
 *
 * No request waits for storage: each process knows what it served itself, and learns every few seconds
 * what the others have stored. The bound that follows: for each process that serves it, a token may
 * exceed a limit by what that process serves between two refreshes, and tokens of a day also by what is
 * under way, because what an answer costs is known when it ends. A process that has just started knows
 * of no day before its first look, which it takes with the token's first request.
 *
 * @module
 */

import type { Clock } from "../domain/clock.ts";
import { RATE_LIMITED, RotatorError } from "../domain/errors.ts";
import { type FinishedRequest, tokensOf } from "../domain/finished_request.ts";
import type { EpochMs, TokenId } from "../domain/ids.ts";
import type { InBackground } from "../domain/ports.ts";
import { dayOf, startOf, STEP_MS } from "../domain/time_step.ts";
import type { Token } from "../domain/token.ts";
import type { UsageStore } from "../domain/usage_store.ts";
import { MinuteWindow } from "./minute_window.ts";
import { SpentDay } from "./spent_day.ts";

/** A token that was not used for so long is not watched any more. */
const WATCHED_FOR_MS = 10 * 60_000;
/** Tokens that are watched; the one watched longest makes room. */
const MAX_WATCHED = 10_000;
/** Tokens that are asked about at the same time. */
const LOOKS_AT_ONCE = 10;

/** What limits need. */
export interface TokenLimitsParts {
  /** Asked behind the answers only. */
  readonly store: Pick<UsageStore, "spent">;
  /** Monotonic clock for minutes, wall clock for days. */
  readonly clock: Pick<Clock, "now" | "monotonicMs">;
  /** Takes the look at a token that is seen for the first time. */
  readonly inBackground: InBackground;
}

/** What is known of a token with limits. */
interface Watched {
  readonly id: TokenId;
  readonly minute: MinuteWindow;
  usedAtMs: number;
  today: SpentDay;
}

/** The limits of the tokens in use. */
export class TokenLimits {
  readonly #parts: TokenLimitsParts;
  readonly #watched = new Map<TokenId, Watched>();
  #isRefreshing = false;

  /** Watches no token yet. */
  constructor(parts: TokenLimitsParts) {
    this.#parts = parts;
  }

  /**
   * Lets a request in, and counts it.
   *
   * @throws {RotatorError} `rate_limited`, with the moment from which there is room again.
   */
  admit({ id, requestsPerMinute, tokensPerDay }: Token): void {
    if (requestsPerMinute === null && tokensPerDay === null) return;
    const watched = this.#watch(id);
    const nowMs = watched.usedAtMs = this.#parts.clock.monotonicMs();
    if (tokensPerDay !== null && this.#today(watched).tokens >= tokensPerDay) {
      throw overBudget(tokensPerDay, this.#parts.clock.now());
    }
    if (requestsPerMinute !== null) {
      const waitMs = watched.minute.waitMs(requestsPerMinute, nowMs);
      if (waitMs > 0) throw tooMany(requestsPerMinute, waitMs);
    }
    watched.minute.add(1, nowMs);
  }

  /** Counts a request that is over. */
  note({ token, outcome, usage }: FinishedRequest): void {
    const watched = this.#watched.get(token.id);
    if (watched === undefined) return;
    this.#today(watched).add({
      requests: outcome === "limited" ? 0 : 1,
      tokens: usage === null ? 0 : tokensOf(usage),
    });
  }

  /**
   * Learns what other processes have served meanwhile. One refresh at a time: one that finds another
   * under way does nothing.
   *
   * @param flush stores all that was noted by the moment it is called.
   */
  async refresh(flush: () => Promise<void>): Promise<void> {
    if (this.#isRefreshing) return;
    this.#isRefreshing = true;
    try {
      this.#forgetUnused();
      await this.#learn(flush);
    } finally {
      this.#isRefreshing = false;
    }
  }

  async #learn(flush: () => Promise<void>): Promise<void> {
    const noted = [...this.#watched.values()].map((watched) => {
      const today = this.#today(watched);
      return { watched, today, own: today.own };
    });
    await flush();
    for (let from = 0; from < noted.length; from += LOOKS_AT_ONCE) {
      await Promise.all(
        noted.slice(from, from + LOOKS_AT_ONCE).map(
          async ({ watched: { id, minute }, today, own }) => {
            const others = today.learn(await this.#parts.store.spent(id, today.day), own);
            // They were served a little earlier than they are held against the minute.
            if (others > 0) minute.add(others, this.#parts.clock.monotonicMs());
          },
        ),
      );
    }
  }

  #watch(id: TokenId): Watched {
    const known = this.#watched.get(id);
    if (known !== undefined) return known;
    const { clock, inBackground } = this.#parts;
    const watched: Watched = {
      id,
      minute: new MinuteWindow(),
      usedAtMs: clock.monotonicMs(),
      today: new SpentDay(dayOf(clock.now())),
    };
    for (const oldest of this.#watched.keys()) {
      if (this.#watched.size >= MAX_WATCHED) this.#watched.delete(oldest);
      break;
    }
    this.#watched.set(id, watched);
    inBackground("look up what a token has used", this.#firstLook(watched));
    return watched;
  }

  async #firstLook({ id, today }: Watched): Promise<void> {
    today.glimpse(await this.#parts.store.spent(id, today.day));
  }

  #today(watched: Watched): SpentDay {
    const day = dayOf(this.#parts.clock.now());
    if (watched.today.day !== day) watched.today = new SpentDay(day);
    return watched.today;
  }

  #forgetUnused(): void {
    const nowMs = this.#parts.clock.monotonicMs();
    for (const [id, { usedAtMs }] of this.#watched) {
      if (nowMs - usedAtMs > WATCHED_FOR_MS) this.#watched.delete(id);
    }
  }
}

function tooMany(requestsPerMinute: number, waitMs: number): RotatorError {
  return new RotatorError(
    RATE_LIMITED,
    `Cannot serve now: this access token is limited to ${requestsPerMinute} requests a minute`,
    { retryAfterMs: waitMs },
  );
}

function overBudget(tokensPerDay: number, now: EpochMs): RotatorError {
  const tomorrow = startOf("day", now) + STEP_MS.day;
  return new RotatorError(
    RATE_LIMITED,
    `Cannot serve today: this access token is limited to ${tokensPerDay} tokens a day, and has used them; it may go on at ${
      new Date(tomorrow).toISOString()
    }`,
    { retryAfterMs: tomorrow - now, reason: "token_budget" },
  );
}
