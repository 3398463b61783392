/**
 * What last happened to each key, written down later and together.
 *
 * Every request would be a write otherwise. Failures are written first, because they are what an
 * operator looks for; a success that does not fit waits for the next time.
 *
 * @module
 */

import type { KeyId, PoolId } from "../domain/ids.ts";
import type { LastOutcome } from "../domain/outcome.ts";
import type { HealthStore, KeyOutcome } from "../domain/ports.ts";

/** Writes per request noted since the last time; SEC-F2 allows 0.05. */
const WRITES_PER_REQUEST = 0.04;
const WRITES_AT_LEAST = 4;
/** Keys whose outcome waits to be written; the oldest go first when there are more. */
const MAX_WAITING = 20_000;

/** Outcomes that wait to be written. */
export class LastOutcomes {
  readonly #waiting = new Map<KeyId, KeyOutcome>();
  #noted = 0;

  /** Remembers what just happened to a key, instead of what happened to it before. */
  note(poolId: PoolId, keyId: KeyId, last: LastOutcome): void {
    this.#noted += 1;
    // Set anew, it is the youngest again.
    this.#waiting.delete(keyId);
    this.#waiting.set(keyId, { poolId, keyId, last });
    if (this.#waiting.size <= MAX_WAITING) return;
    for (const oldest of this.#waiting.keys()) {
      this.#waiting.delete(oldest);
      break;
    }
  }

  /**
   * Writes as many as the requests since the last time pay for; all of them when asked to. What could
   * not be written waits on.
   */
  async write(store: Pick<HealthStore, "recordOutcomes">, { all = false } = {}): Promise<void> {
    if (this.#waiting.size === 0) return;
    const paidFor = Math.max(WRITES_AT_LEAST, Math.floor(this.#noted * WRITES_PER_REQUEST));
    this.#noted = 0;
    const waiting = [...this.#waiting.values()];
    const failuresFirst = waiting.toSorted((a, b) => served(a) - served(b));
    const chosen = all ? waiting : failuresFirst.slice(0, paidFor);
    await store.recordOutcomes(chosen);
    for (const outcome of chosen) this.#forget(outcome);
  }

  /** Forgets what is written, unless something newer happened while it was. */
  #forget(outcome: KeyOutcome): void {
    if (this.#waiting.get(outcome.keyId) === outcome) this.#waiting.delete(outcome.keyId);
  }
}

function served({ last }: KeyOutcome): number {
  return last.outcome === "served" ? 1 : 0;
}
