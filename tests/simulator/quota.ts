/**
 * Counts requests against quotas, by project, model and window.
 *
 * Windows lie on the calendar: a minute begins with the minute, a day at midnight
 * Pacific. Both need only the time, which the caller brings.
 *
 * @module
 */

/** What is asked of a quota. */
export interface QuotaAsk {
  project: string;
  model: string;
  window: "minute" | "day";
  /** How many requests the window allows. */
  limit: number;
  /** Epoch milliseconds. */
  now: number;
}

const MINUTE_MS = 60_000;
const PACIFIC_DATE = new Intl.DateTimeFormat("en-CA", { timeZone: "America/Los_Angeles" });

/** The quotas of all projects. */
export class Quotas {
  #used = new Map<string, { window: string; count: number }>();

  /** Takes one request; says whether it was still allowed. */
  take({ project, model, window, limit, now }: QuotaAsk): boolean {
    const name = `${project} ${model} ${window}`;
    const current = windowOf(window, now);
    const used = this.#used.get(name);
    const count = used?.window === current ? used.count : 0;
    if (count >= limit) return false;
    this.#used.set(name, { window: current, count: count + 1 });
    return true;
  }

  /** Forgets what was used. */
  reset(): void {
    this.#used.clear();
  }
}

/**
 * The delay that Google advises, in milliseconds.
 *
 * For a day it misleads, as it does in reality: 38 seconds, although midnight is far.
 */
export function advisedDelayMs(window: "minute" | "day", now: number): number {
  return window === "day" ? 38_909 : MINUTE_MS - (now % MINUTE_MS);
}

function windowOf(window: "minute" | "day", now: number): string {
  return window === "day" ? PACIFIC_DATE.format(now) : String(Math.floor(now / MINUTE_MS));
}
