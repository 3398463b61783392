/**
 * Which key a turn entitles to.
 *
 * Everything here is arithmetic on values: no clock, no storage, no network.
 *
 * @module
 */

import type { KeyId } from "../domain/ids.ts";
import type { Key } from "../domain/key.ts";

/** A turn, and the keys that this request has tried already. */
export interface Entitlement {
  /** A whole number from 0; it need not follow the one before. */
  readonly turn: number;
  /** Passed over; none when absent. */
  readonly tried?: ReadonlySet<KeyId> | undefined;
}

/**
 * Picks the key that a claimed turn entitles to.
 *
 * Turns go round the keys in laps, each key once a lap. Every lap starts at another key, because
 * isolates that come and go leave turns unused: did every lap start at the same key, a habit of
 * leaving, say, every second turn would starve every second key for ever.
 *
 * @param ready the keys that may serve, in the same order in every isolate.
 * @returns null when all of them have been tried.
 */
export function pickKey(ready: readonly Key[], { turn, tried }: Entitlement): Key | null {
  const count = ready.length;
  if (count === 0) return null;
  const start = (turn + lapOffset(Math.floor(turn / count))) % count;
  for (let step = 0; step < count; step++) {
    const key = ready[(start + step) % count];
    if (key !== undefined && !tried?.has(key.id)) return key;
  }
  return null;
}

/** A number below 2^32 that looks random but is the same everywhere: murmur3's final mix. */
function lapOffset(lap: number): number {
  let hash = lap | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
