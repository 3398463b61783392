/**
 * Everything a person may hear from us when something fails.
 *
 * What is expected is a value (an `Outcome`, a `Choice`); what is exceptional is thrown. Thrown
 * errors are the built-in ones, for our own mistakes, and {@linkcode RotatorError}, for what a
 * person should hear about. Anything else reaches people as `internal`, with a request id.
 *
 * @module
 */

/** No credential, an unknown one, or one of the wrong kind. Present the right one. */
export const UNAUTHENTICATED = "unauthenticated";
/** The credential is known but does not allow this: a disabled token, a model it may not use. */
export const FORBIDDEN = "forbidden";
/** The request itself is wrong; the message names the field. Correct it and send it again. */
export const INVALID_REQUEST = "invalid_request";
/** There is no such thing here. Check the address, or list what there is. */
export const NOT_FOUND = "not_found";
/** It exists already, or changed while we were changing it. Read it again, then decide. */
export const CONFLICT = "conflict";
/** The body is larger than we take. Send less at once. */
export const TOO_LARGE = "too_large";
/** The address is right, the method is not. */
export const METHOD_NOT_ALLOWED = "method_not_allowed";
/** Too much in too short a time, or a token's own limit is reached; `retryAfterMs` says when again. */
export const RATE_LIMITED = "rate_limited";
/** The body did not arrive in time. Send it again. */
export const REQUEST_TIMEOUT = "request_timeout";
/** The pool has no key that could serve: none were added, or all are disabled. */
export const POOL_EMPTY = "pool_empty";
/** Every key of the pool cools for this model; `retryAfterMs` says until when. */
export const POOL_COOLING = "pool_cooling";
/** Gemini refused, and no other key could help. */
export const UPSTREAM_REFUSED = "upstream_refused";
/** Gemini could not be reached, or gave an answer that is not Google's. Try again later. */
export const UPSTREAM_UNREACHABLE = "upstream_unreachable";
/** Gemini did not answer within the time-out. */
export const UPSTREAM_TIMEOUT = "upstream_timeout";
/** We cannot serve now: starting, stopping, or out of reach of our own storage. */
export const UNAVAILABLE = "unavailable";
/** Our own mistake. The request id finds the cause in the log. */
export const INTERNAL = "internal";

/** The codes above, as a type. */
export type ErrorCode =
  | typeof UNAUTHENTICATED
  | typeof FORBIDDEN
  | typeof INVALID_REQUEST
  | typeof NOT_FOUND
  | typeof CONFLICT
  | typeof TOO_LARGE
  | typeof METHOD_NOT_ALLOWED
  | typeof RATE_LIMITED
  | typeof REQUEST_TIMEOUT
  | typeof POOL_EMPTY
  | typeof POOL_COOLING
  | typeof UPSTREAM_REFUSED
  | typeof UPSTREAM_UNREACHABLE
  | typeof UPSTREAM_TIMEOUT
  | typeof UNAVAILABLE
  | typeof INTERNAL;

/** What a {@linkcode RotatorError} carries besides its message. */
export interface RotatorErrorOptions {
  /** What the operator should see; never shown to the person. */
  readonly cause?: unknown;
  /** When trying again makes sense, in milliseconds from now. */
  readonly retryAfterMs?: number;
  /** The field of the request that is wrong, as the client spelled it: `messages[0].role`. */
  readonly param?: string;
  /** A finer word than the code, for dialects that have one: `day_quota`, `egress_location`. */
  readonly reason?: string;
}

/** An error whose `message` is written for the person who caused it or has to wait for it. */
export class RotatorError extends Error {
  /** Stands before the message in logs; people never see it. */
  override readonly name = "RotatorError";
  /** Which of the documented situations this is. */
  readonly code: ErrorCode;
  /** When trying again makes sense, in milliseconds from now. */
  readonly retryAfterMs: number | undefined;
  /** The field that is wrong; undefined when it is none. */
  readonly param: string | undefined;
  /** A finer word than the code; undefined when the code says it all. */
  readonly reason: string | undefined;

  /** Makes the error; `message` is sentence case, without a full stop: the action, a colon, the state. */
  constructor(code: ErrorCode, message: string, options: RotatorErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
    this.param = options.param;
    this.reason = options.reason;
  }
}
