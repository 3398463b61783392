/**
 * What the admin plane is made of, whoever asks and however they showed who they are.
 *
 * @module
 */

import type { Clock } from "../../domain/clock.ts";
import type { ProbeKey } from "../../domain/ports.ts";
import type { Keys } from "../../storage/keys.ts";
import type { Pools } from "../../storage/pools.ts";
import type { Tokens } from "../../storage/tokens.ts";

/** The services behind the routes. */
export interface AdminServices {
  readonly pools: Pools;
  readonly keys: Keys;
  readonly tokens: Tokens;
  /** Asks Gemini about a key without spending its quota. */
  readonly probe: ProbeKey;
  readonly clock: Pick<Clock, "now">;
}
