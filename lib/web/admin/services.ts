/**
 * What the admin plane is made of, whoever asks and however they showed who they are.
 *
 * @module
 */

import type { Clock } from "../../domain/clock.ts";
import type { Keys, Pools, Tokens } from "../../domain/management.ts";
import type { ProbeKey } from "../../domain/ports.ts";
import type { UsageReports } from "../../domain/usage_store.ts";

/** The services behind the routes. */
export interface AdminServices {
  /** Behind `/api/pools`. */
  readonly pools: Pools;
  /** Behind `/api/pools/:pool/keys`. */
  readonly keys: Keys;
  /** Behind `/api/tokens`. */
  readonly tokens: Tokens;
  /** Behind `/api/usage` and `/api/overview`. */
  readonly usage: Pick<UsageReports, "read" | "lastUsed">;
  /** Asks Gemini about a key without spending its quota. */
  readonly probe: ProbeKey;
  /** Says whether a moment is in the future. */
  readonly clock: Pick<Clock, "now">;
}
