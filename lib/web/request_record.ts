/**
 * What the log tells of one request, and what is counted of it.
 *
 * The line is written once, when both are known: what was answered, and how the body of it ended. Then
 * the request is counted, if it came with a token: a stream when it has ended.
 *
 * @module
 */

import { RATE_LIMITED, type RotatorError } from "../domain/errors.ts";
import { type CountRequest, requestOutcome } from "../domain/finished_request.ts";
import type { Usage } from "../domain/ports.ts";
import { redact } from "../domain/redact.ts";
import type { Token } from "../domain/token.ts";
import type { AttemptTrace } from "../domain/trace.ts";
import type { AnswerEnd } from "../protocol/gemini/exchange.ts";
import { describe, type Log } from "./log.ts";

/** HTTP's word for a client that closed the request; nobody receives it. nginx, 499. */
export const CLIENT_CLOSED_REQUEST = 499;

/** What a server knows of a connection. Asking for it has a price, so only who needs it asks. */
export interface Connection {
  /** With a `hostname`, if it is one of a network. */
  readonly remoteAddr: object;
}

/** What is known of a request once it is over. */
export interface RequestOver {
  /** What was answered. */
  readonly status: number;
  /** How the body of the answer ended. */
  readonly end: AnswerEnd["kind"];
  /** How long it took, in milliseconds. */
  readonly ms: number;
}

/** What a record is made of. */
export interface RecordParts {
  /** Gets the line. */
  readonly log: Log;
  /** A clock that never steps back. */
  readonly nowMs: () => number;
  /** Hears of a request with a token once it is over; nobody unless given. */
  readonly count?: CountRequest | undefined;
  /** Hears of every request once it is over; nobody unless given. */
  readonly onOver?: ((record: RequestRecord, over: RequestOver) => void) | undefined;
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
  /** The error that was answered, if it was one of ours. */
  failure: RotatorError | null = null;
  /** Why it failed, for the operator. */
  cause: unknown = null;
  /** The connection that it came by; null where there is none. */
  connection: Connection | null = null;

  readonly #log: Log;
  readonly #nowMs: () => number;
  readonly #count: CountRequest;
  readonly #startedMs: number;
  readonly #onOver: NonNullable<RecordParts["onOver"]>;
  #method = "";
  #path = "";
  #status: number | null = null;
  #latencyMs = 0;
  #end: AnswerEnd["kind"] | null = null;
  #usage: Usage | null = null;

  /** Begins with the request. */
  constructor(id: string, { log, nowMs, count = () => {}, onOver = () => {} }: RecordParts) {
    this.id = id;
    this.#log = log;
    this.#count = count;
    this.#nowMs = nowMs;
    this.#startedMs = nowMs();
    this.#onOver = onOver;
  }

  /** The address at the other end of the connection; empty where there is none. */
  get peer(): string {
    const { remoteAddr = {} } = this.connection ?? {};
    return "hostname" in remoteAddr ? String(remoteAddr.hostname) : "";
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
    const ms = this.#nowMs() - this.#startedMs;
    const asked = operation === null
      ? `"path":${JSON.stringify(redact(this.#path))}`
      : `"operation":"${operation}"`;
    this.#log.line(
      `"id":"${this.id}","method":${JSON.stringify(this.#method)},${asked}` +
        (model === null ? "" : `,"model":${JSON.stringify(model)}`) +
        `,"status":${this.#status},"ms":${tenths(ms)}` +
        (token === null ? "" : `,"token":"${token.id}","pool":"${token.poolId}"`) +
        (attempts.length === 0 ? "" : `,"attempts":[${attempts.map(brief).join()}]`) +
        (this.#end === "complete" ? "" : `,"end":"${this.#end}"`) +
        (this.#usage === null ? "" : `,"usage":${JSON.stringify(this.#usage)}`) +
        (cause === null ? "" : `,"cause":${JSON.stringify(describe(cause))}`),
    );
    const latencyMs = this.#latencyMs;
    this.#onOver(this, { status: this.#status, end: this.#end, ms });
    if (token === null) return;
    const isLimited = this.failure?.code === RATE_LIMITED;
    const outcome = requestOutcome(this.#status, { end: this.#end, isLimited });
    this.#count({ token, model, outcome, usage: this.#usage, latencyMs, attempts });
  }
}

function brief({ keyId, fingerprint, rule, status, ms }: AttemptTrace): string {
  return `{"key":"${keyId}","fingerprint":"${fingerprint}","rule":"${rule}","status":${status},"ms":${
    tenths(ms)
  }}`;
}

/** Milliseconds, to a tenth. */
function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
