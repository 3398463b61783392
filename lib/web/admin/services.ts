/**
 * What the admin plane is made of, whoever asks and however they showed who they are.
 *
 * @module
 */

import type { Clock } from "../../domain/clock.ts";
import type { Activity } from "../../domain/audit.ts";
import type { FailedRequestStore } from "../../domain/failed_request.ts";
import type { KeyReader, Manage, PoolReader, TokenReader } from "../../domain/management.ts";
import type { ProbeKey } from "../../domain/ports.ts";
import type { UsageReports } from "../../domain/usage_store.ts";

/** The services behind the routes. */
export interface AdminServices {
  /** Behind `/api/pools`, to read. */
  readonly pools: PoolReader;
  /** Behind `/api/pools/:pool/keys`, to read. */
  readonly keys: KeyReader;
  /** Behind `/api/tokens`, to read. */
  readonly tokens: TokenReader;
  /** Behind `/api/usage` and `/api/overview`. */
  readonly usage: Pick<UsageReports, "read" | "lastUsed">;
  /** Changes any of them, in the name of whoever asks. */
  readonly manage: Manage;
  /** Behind `/api/activity`. */
  readonly activity: Activity;
  /** Behind `/api/requests`. */
  readonly failedRequests: Pick<FailedRequestStore, "read">;
  /** Asks Gemini about a key without spending its quota. */
  readonly probe: ProbeKey;
  /** Says whether a moment is in the future. */
  readonly clock: Pick<Clock, "now">;
}
