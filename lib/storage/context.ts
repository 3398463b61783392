/**
 * What every part of storage is given.
 *
 * @module
 */

import type { Clock, Random } from "../domain/clock.ts";
import type { PoolId, TokenId } from "../domain/ids.ts";
import type { Kv } from "./kv.ts";
import type { Vault } from "./vault.ts";

/** Storage's surroundings: all that it needs and does not make itself. */
export interface StorageContext {
  /** With a time limit on every call. */
  readonly kv: Kv;
  /** Seals secrets on their way in, and makes the digests they are found by. */
  readonly vault: Vault;
  /** Stamps records, and tells which cooldowns have ended. */
  readonly clock: Clock;
  /** Spreads the tries after a lost race. */
  readonly random: Random;
  /** Makes an id that sorts by the time it was made. */
  readonly newId: () => string;
  /** Hears of each change once it is written, so that this process acts on it at once. */
  readonly changed: Changes;
}

/** Who hears of changes. */
export interface Changes {
  /** A pool, its keys or their cooldowns changed. */
  pool(id: PoolId): void;
  /** A token was changed or deleted. */
  token(id: TokenId): void;
}
