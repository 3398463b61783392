/**
 * A call on its way through the simulator, and the surroundings it meets.
 *
 * @module
 */

import type { KeyRecord } from "./key_book.ts";
import type { Quotas } from "./quota.ts";
import type { Route } from "./routes.ts";
import type { OpenCall } from "./tally.ts";
import type { Pace } from "./ways.ts";

/** One call with a known key, to a known route. */
export interface Call {
  request: Request;
  /** The body as JSON; `undefined` when it is none, an empty object when it is empty. */
  json: Record<string, unknown> | undefined;
  /** The body as text, for an error that quotes it. */
  text: string;
  route: Route;
  key: KeyRecord;
  open: OpenCall;
}

/** What all calls share. */
export interface Surroundings {
  clock: () => number;
  random: () => number;
  wait: (ms: number, signal: AbortSignal) => Promise<void>;
  pace: Required<Pace>;
  quotas: Quotas;
  /** Ends every call that waits or streams. */
  closing: AbortSignal;
  /** A new `responseId`. */
  nextId: () => string;
}
