/**
 * Counts calls by how they ended.
 *
 * @module
 */

import type { CallCounts } from "./contract.ts";

/** A call on its way; the first ending counts, later ones are ignored. */
export interface OpenCall {
  /** Notes that bytes of the answer went out. */
  sent(bytes: number): void;
  /** Notes how the call ended. */
  end(outcome: string): void;
}

/** The calls of one key. */
export class Tally {
  #attempts = 0;
  #ended = 0;
  #sentBytes = 0;
  #outcomes = new Map<string, number>();

  /** Begins a call. */
  open(): OpenCall {
    this.#attempts++;
    let open = true;
    return {
      sent: (bytes) => void (this.#sentBytes += bytes),
      end: (outcome) => {
        if (open) this.#end(outcome);
        open = false;
      },
    };
  }

  /** What has been counted so far. */
  counts(): CallCounts {
    return {
      attempts: this.#attempts,
      open: this.#attempts - this.#ended,
      served: this.#outcomes.get("served") ?? 0,
      cancelled: this.#outcomes.get("cancelled") ?? 0,
      sentBytes: this.#sentBytes,
      outcomes: Object.fromEntries(this.#outcomes),
    };
  }

  #end(outcome: string): void {
    this.#ended++;
    this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + 1);
  }
}

/** Adds counts up. */
export function sumOf(all: Iterable<CallCounts>): CallCounts {
  const sum = new Tally().counts();
  for (const counts of all) {
    sum.attempts += counts.attempts;
    sum.open += counts.open;
    sum.served += counts.served;
    sum.cancelled += counts.cancelled;
    sum.sentBytes += counts.sentBytes;
    for (const [outcome, count] of Object.entries(counts.outcomes)) {
      sum.outcomes[outcome] = (sum.outcomes[outcome] ?? 0) + count;
    }
  }
  return sum;
}
