/**
 * What the front door hands over with each request.
 *
 * @module
 */

import type { RequestRecord } from "./request_record.ts";
import type { Target } from "./target.ts";

/** A request that was parsed, and its record. Hono apps find it as their `env`. */
export interface Entry {
  readonly target: Target;
  readonly record: RequestRecord;
}
