/**
 * What the OpenAI dialect is made of.
 *
 * @module
 */

import type { Clock } from "../../domain/clock.ts";
import type { Deadlines } from "../../domain/deadlines.ts";
import type { ModelName, PoolId } from "../../domain/ids.ts";
import type { ModelAliases } from "../../domain/pool.ts";
import type { FetchMedia, InBackground, SignatureStore } from "../../domain/ports.ts";
import type { ModelTraits } from "../../protocol/gemini/generate/model_table.ts";

/** The dialect's surroundings. */
export interface OpenAiParts {
  /** Watches that bodies arrive in time. */
  readonly deadlines: Deadlines;
  /** Stamps answers, and bounds how long they wait for storage. */
  readonly clock: Clock;
  /** Names of calls and of answers that Gemini gave none: 24 characters, different each time. */
  readonly newId: () => string;
  /** What a pool's clients may call its models. At once while the pool is in use. */
  readonly aliasesOf: (pool: PoolId) => ModelAliases | Promise<ModelAliases>;
  /** What each model can do. */
  readonly traitsOf: (model: ModelName) => ModelTraits;
  /** Remembers thought signatures for clients that drop them. */
  readonly signatures: SignatureStore;
  /** Fetches what clients name on the web; null when the operator allows no host. */
  readonly fetchMedia: FetchMedia | null;
  /** Whether clients may have Google keep their requests. */
  readonly mayStore: boolean;
  /** Takes what answers wait for only a little while. */
  readonly inBackground: InBackground;
}
