/**
 * A pool: keys that serve together, and how.
 *
 * @module
 */

import type { EpochMs, PoolId } from "./ids.ts";

/** A pool. Its keys are records of their own. */
export interface Pool {
  /** Sorts by the time the pool was made. */
  readonly id: PoolId;
  /** How people call it; two pools may have the same name. */
  readonly name: string;
  /** When it was made; no change moves it. */
  readonly createdAt: EpochMs;
  /**
   * Whether answers are read on their way through: the first event is judged before we commit to it,
   * errors inside a stream are rebuilt, usage is counted. Off, bodies pass untouched and unseen.
   */
  readonly metering: boolean;
}
