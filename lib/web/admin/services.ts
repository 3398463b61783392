/**
 * What the admin plane is made of, whoever asks and however they showed who they are.
 *
 * @module
 */

import type { Keys, Pools, Tokens } from "../../domain/management.ts";
import type { Clock } from "../../domain/clock.ts";
import type { ProbeKey } from "../../domain/ports.ts";

/** The services behind the routes. */
export interface AdminServices {
  readonly pools: Pools;
  readonly keys: Keys;
  readonly tokens: Tokens;
  /** Asks Gemini about a key without spending its quota. */
  readonly probe: ProbeKey;
  readonly clock: Pick<Clock, "now">;
}
