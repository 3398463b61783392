/**
 * A pool: keys that serve together, and how.
 *
 * @module
 */

import type { EpochMs, ModelName, PoolId } from "./ids.ts";

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
  /** Names that clients of other dialects may use for models: `gpt-4o` for `gemini-3.6-flash`. */
  readonly aliases: ModelAliases;
}

/** A model for each name that clients may use instead. */
export type ModelAliases = Readonly<Record<string, ModelName>>;
