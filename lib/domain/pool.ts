/**
 * A pool: keys that serve together, and how.
 *
 * @module
 */

import type { EpochMs, PoolId } from "./ids.ts";

/** A pool. Its keys are records of their own. */
export interface Pool {
  readonly id: PoolId;
  readonly name: string;
  readonly createdAt: EpochMs;
  /**
   * Whether answers are read on their way through: the first event is judged before we commit to it,
   * errors inside a stream are rebuilt, usage is counted. Off, bodies pass untouched and unseen.
   */
  readonly metering: boolean;
}
