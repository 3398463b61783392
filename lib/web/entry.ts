/**
 * What the front door hands over with each request.
 *
 * @module
 */

import type { RequestRecord } from "./request_record.ts";
import type { Target } from "./target.ts";

/** A request that was parsed, and its record. Hono apps find it as their `env`. */
export interface Entry {
  /** The one reading of the address that all parts share. */
  readonly target: Target;
  /** Filled on the way; it becomes the request's line in the log. */
  readonly record: RequestRecord;
}
