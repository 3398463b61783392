/**
 * What the log tells of one request, and what is counted of it.
 *
 * The line is written once, when both are known: what was answered, and how the body of it ended. Then
 * the request is counted, if it came with a token: a stream when it has ended.
 *
 * @module
 */

import { type CountRequest, requestOutcome } from "../domain/finished_request.ts";
import type { Usage } from "../domain/ports.ts";
import { redact } from "../domain/redact.ts";
import type { Token } from "../domain/token.ts";
import type { AttemptTrace } from "../domain/trace.ts";
import type { AnswerEnd } from "../protocol/gemini/exchange.ts";
import { describe, type Log } from "./log.ts";

/** HTTP's word for a client that closed the request; nobody receives it. nginx, 499. */
export const CLIENT_CLOSED_REQUEST = 499;

/** What a record is made of. */
export interface RecordParts {
  /** Gets the line. */
  readonly log: Log;
  /** A clock that never steps back. */
  readonly nowMs: () => number;
  /** Hears of a request with a token once it is over; nobody unless given. */
  readonly count?: CountRequest | undefined;
}

/** One request's record. */
export class RequestRecord {
  /** The id that the client sees as `x-request-id`. */
  readonly id: string;
  /** Every attempt made for it. */
  readonly attempts: AttemptTrace[] = [];
  /** How many of them the call took that was made last. */
  lastTries = 0;
  /** What was asked, as our own word for it; the path when it is none of our routes. */
  operation: string | null = null;
  /** The model it named. */
  model: string | null = null;
  /** Who asked. */
  token: Token | null = null;
  /** Whether a limit of its token kept it from being served. */
  isLimited = false;
  /** Why it failed, for the operator. */
  cause: unknown = null;

  readonly #log: Log;
  readonly #nowMs: () => number;
  readonly #count: CountRequest;
  readonly #startedMs: number;
  #method = "";
  #path = "";
  #status: number | null = null;
  #latencyMs = 0;
  #end: AnswerEnd["kind"] | null = null;
  #usage: Usage | null = null;

  /** Begins with the request. */
  constructor(id: string, { log, nowMs, count = nobodyCounts }: RecordParts) {
    this.id = id;
    this.#log = log;
    this.#count = count;
    this.#nowMs = nowMs;
    this.#startedMs = nowMs();
  }

  /** The request line, without its query. */
  began(method: string, path: string): void {
    this.#method = method;
    this.#path = path;
  }

  /** A call was made, and took these attempts. */
  tried(attempts: readonly AttemptTrace[]): void {
    this.attempts.push(...attempts);
    this.lastTries = attempts.length;
  }

  /** An answer was given. `bodyFollows` when {@linkcode ended} is still to come. */
  answered(status: number, { bodyFollows = false } = {}): void {
    if (this.#status !== null) return;
    this.#status = status;
    this.#latencyMs = this.#nowMs() - this.#startedMs;
    if (!bodyFollows) this.#end ??= "complete";
    this.#writeWhenKnown();
  }

  /** The body of the answer has ended. */
  ended({ kind, usage }: AnswerEnd): void {
    if (this.#end !== null) return;
    this.#end = kind;
    this.#usage = usage;
    this.#writeWhenKnown();
  }

  /** Written by hand: `JSON.stringify` would be the dearest thing we do for a request. */
  #writeWhenKnown(): void {
    if (this.#status === null || this.#end === null) return;
    const { token, attempts, cause, operation, model } = this;
    const asked = operation === null
      ? `"path":${JSON.stringify(redact(this.#path))}`
      : `"operation":"${operation}"`;
    this.#log.line(
      `"id":"${this.id}","method":${JSON.stringify(this.#method)},${asked}` +
        (model === null ? "" : `,"model":${JSON.stringify(model)}`) +
        `,"status":${this.#status},"ms":${tenths(this.#nowMs() - this.#startedMs)}` +
        (token === null ? "" : `,"token":"${token.id}","pool":"${token.poolId}"`) +
        (attempts.length === 0 ? "" : `,"attempts":[${attempts.map(brief).join()}]`) +
        (this.#end === "complete" ? "" : `,"end":"${this.#end}"`) +
        (this.#usage === null ? "" : `,"usage":${JSON.stringify(this.#usage)}`) +
        (cause === null ? "" : `,"cause":${JSON.stringify(describe(cause))}`),
    );
    if (token === null) return;
    const outcome = requestOutcome(this.#status, { end: this.#end, isLimited: this.isLimited });
    const latencyMs = this.#latencyMs;
    this.#count({ token, model, outcome, usage: this.#usage, latencyMs, attempts });
  }
}

function nobodyCounts(): void {}

function brief({ keyId, fingerprint, rule, status, ms }: AttemptTrace): string {
  return `{"key":"${keyId}","fingerprint":"${fingerprint}","rule":"${rule}","status":${status},"ms":${
    tenths(ms)
  }}`;
}

/** Milliseconds, to a tenth. */
function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
