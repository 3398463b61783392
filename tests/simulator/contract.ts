/**
 * What the simulator promises to those who use it.
 *
 * @module
 */

import type { KeyWays, Pace } from "./ways.ts";

/** How a simulator differs from the usual one. */
export interface SimulatorOptions {
  /** The time in epoch milliseconds, for quotas; the system's unless given. */
  clock?: () => number;
  /** Numbers from 0 up to 1, for `flaky-percent`; `Math.random` unless given. */
  random?: () => number;
  /** Waits, for `slow` and for paced streams; real time unless given. Ends early with its signal. */
  wait?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Ways of keys by secret; a secret made by `simKey` needs none. */
  keys?: Record<string, KeyWays>;
  /** Projects by secret; keys of a project share its quotas. Otherwise each key is its own. */
  projects?: Record<string, string>;
  /** Size and speed of good answers; 4 events without a pause unless given. */
  pace?: Pace;
  /**
   * Answers `ok` calls from prebuilt bytes: the prompt is not read, not echoed and not
   * remembered, nor are odd credentials noticed. Calls are still counted. For load.
   */
  fast?: boolean;
  /** How many requests to remember, 200 unless given; the oldest are forgotten first. */
  remember?: number;
  /** Ends every call that still waits or streams. */
  signal?: AbortSignal;
}

/** A request as it arrived. */
export interface ReceivedRequest {
  method: string;
  url: string;
  /** Headers by name in lower case. */
  headers: Record<string, string>;
  /** The credential, wherever it stood; `null` when there was none or more than one. */
  key: string | null;
  body: Uint8Array<ArrayBuffer>;
}

/** What became of calls. `attempts` is always `open` plus the sum of `outcomes`. */
export interface CallCounts {
  /** Calls that arrived. */
  attempts: number;
  /** Calls that are being answered now: silent ones, and streams. */
  open: number;
  /** Calls answered well, to the last byte. */
  served: number;
  /** Calls that the client gave up. */
  cancelled: number;
  /** Bytes of bodies handed to the network, errors included. */
  sentBytes: number;
  /**
   * Calls by how they ended: `served`, `cancelled`, `stopped` (by the simulator), a way's
   * name, or for faults of the request `noCredential`, `manyCredentials`, `notAKey`,
   * `notFound` and `badRequest`.
   */
  outcomes: Record<string, number>;
}

/** A stand-in for Gemini. */
export interface Simulator {
  /** Answers a request; takes the place of the global `fetch`, for any host. */
  fetch(input: Request | URL | string, init?: RequestInit): Promise<Response>;
  /** How a key behaves: what was set, else what its name says, else `invalid`. */
  ways(secret: string): KeyWays;
  /** Changes how a key behaves from its next call on. A list starts at its beginning. */
  setWays(secret: string, ways: KeyWays): void;
  /** Puts a key into a project, whose quotas it then shares. */
  setProject(secret: string, project: string): void;
  /** Counts the calls of one key, or of all of them. */
  calls(secret?: string): CallCounts;
  /** Counts the calls of every key that was seen or set. */
  callsByKey(): Record<string, CallCounts>;
  /** The last requests, oldest first. */
  readonly requests: readonly ReceivedRequest[];
  /** Forgets calls, requests and used quotas, and every way set since the start. */
  reset(): void;
}

/** A simulator that listens. */
export interface RunningSimulator extends Simulator {
  /** Its origin, without a slash at the end. */
  url: string;
  /** Breaks every open connection and frees the port. */
  stop(): Promise<void>;
}
