/**
 * What a dialect is to the client plane.
 *
 * A dialect knows its addresses, turns a request into calls of Gemini's, and says answers and errors in
 * its clients' words. Authentication, records, headers for every answer: none of that is its concern. A
 * new one is a folder beside `openai/`, its wire in `lib/protocol`, and one more entry in `client_api.ts`.
 *
 * @module
 */

import type { RotatorError } from "../domain/errors.ts";
import type { Token } from "../domain/token.ts";
import type {
  AnswerEnd,
  GeminiCall,
  GeminiRefusal,
  Relayed,
  RelayRequest,
} from "../protocol/gemini/exchange.ts";
import type { ErrorFacts, ErrorReply } from "../protocol/error_reply.ts";
import type { RequestRecord } from "./request_record.ts";
import type { Target } from "./target.ts";

/** A request whose token is known. */
export interface ClientCall {
  /** As it came; nobody has read its body. */
  readonly request: Request;
  /** Its address. */
  readonly target: Target;
  /** Whose it is. */
  readonly token: Token;
  /** Gets what the log is to tell. */
  readonly record: RequestRecord;
  /** Makes a call with the keys of the token's pool. */
  relay(call: GeminiCall, options?: RelayOptions): Promise<Relayed>;
}

/** What a call may need besides. */
export interface RelayOptions {
  /** See {@linkcode RelayRequest.reconsider}. */
  readonly reconsider?: RelayRequest["reconsider"];
  /** See {@linkcode RelayRequest.preferred}. */
  readonly preferred?: RelayRequest["preferred"];
  /** Hears how the answer ended; the record does unless this is given. */
  readonly onEnd?: (end: AnswerEnd) => void;
}

/** One dialect. */
export interface Dialect {
  /** Whether a request speaks it: by its address and, where dialects share one, by its credential. */
  speaks(target: Target, headers: Headers): boolean;
  /** Answers a request. Throws `RotatorError` for what a person should hear about. */
  serve(call: ClientCall): Promise<Relayed>;
  /** An error of ours in its words. */
  errorReply(error: RotatorError, facts: ErrorFacts): ErrorReply;
  /** A refusal of Google's in its words, with nothing secret in it. */
  refusalReply(refusal: GeminiRefusal, facts: ErrorFacts): ErrorReply;
}
