/**
 * A call of Gemini's API and its answer, as they travel between the rooms: the wire's own words, with
 * nothing in them that belongs to a key or to a client.
 *
 * @module
 */

import type { KeyId, ModelName, PoolId } from "../../domain/ids.ts";
import type { Judgement } from "../../domain/outcome.ts";
import type { ProbeKey, Usage } from "../../domain/ports.ts";
import type { AttemptTrace } from "../../domain/trace.ts";
import type { Visitor } from "../../domain/visitor.ts";
import type { GoogleError } from "./google_error.ts";
import type { HeaderPairs } from "./headers.ts";
import type { Framing } from "./stream_gate.ts";

/** One call, good for any key. */
export interface GeminiCall {
  /** `GET` asks about models, `POST` calls one. */
  readonly method: "GET" | "POST";
  /** Path and query, from our own templates. */
  readonly target: string;
  /** What may pass of the client's; the key's secret is added for each attempt. */
  readonly headers: HeaderPairs;
  /** Kept whole, because a second attempt needs it again. */
  readonly body: Uint8Array<ArrayBuffer> | null;
  /** The model it is about; null for calls that name none. */
  readonly model: ModelName | null;
  /** How the answer is streamed; null when it comes in one piece. */
  readonly framing: Framing | null;
  /**
   * Whether a dialect reads the answer before the client does. It is then read and judged whatever the
   * pool says, and kept whole however large it is, within reason.
   */
  readonly readHere?: boolean;
  /**
   * Whether the call and its answer are in a form of their own: Google's OpenAI layer. The key then travels
   * as a bearer token, and a good answer passes unread.
   */
  readonly isForeign?: boolean;
}

/** Gemini's answer, on its way to the client. */
export interface GeminiAnswer {
  /** As Gemini sent it: always one of success. */
  readonly status: number;
  /** Only what `clientHeaders` lets pass. */
  readonly headers: HeaderPairs;
  /** Bytes when it was read whole, a stream while it still arrives; null when there is none. */
  readonly body: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | null;
}

/** A refusal, as far as a client may hear of it. */
export interface GeminiRefusal {
  /** HTTP status; for an error inside a stream, the code it carries, or 502. */
  readonly status: number;
  /** Null when the answer was not one of Google's errors. */
  readonly error: GoogleError | null;
}

/** How the body of an answer ended. */
export interface AnswerEnd {
  /**
   * - `complete`: the last byte reached us and was handed on.
   * - `unseen`: the body passes without our looking at it.
   * - `left`: the client went away.
   * - `cut`: it broke off, or went silent, after the client had part of it.
   */
  readonly kind: "complete" | "unseen" | "left" | "cut";
  /** What Gemini counted; null when it said nothing, or nobody looked. */
  readonly usage: Usage | null;
}

/** What one attempt came to. */
export type Attempt =
  /** Gemini answered; the client's part begins. */
  | { readonly kind: "answered"; readonly judgement: Judgement; readonly answer: GeminiAnswer }
  /** It did not, or refused; nothing has reached the client. */
  | {
    readonly kind: "failed";
    readonly judgement: Judgement;
    readonly refusal: GeminiRefusal | null;
    /** What was thrown when there was no answer; for the operator only. */
    readonly cause: unknown;
  }
  /** The client went away meanwhile. */
  | { readonly kind: "left" };

/** What an attempt needs besides the call. */
export interface AttemptOptions {
  /** Sent in `x-goog-api-key`, and taken out of whatever error comes back. */
  readonly secret: string;
  /** Whose leaving ends the call. */
  readonly visitor: Visitor;
  /** Whether the answer is read on its way through. */
  readonly metering: boolean;
  /** Called once for every answer, when its body has ended one way or another. */
  readonly onEnd: (end: AnswerEnd) => void;
}

/** What `relay` needs of `upstream`. */
export interface Upstream {
  /** Makes one call with one key. Never rejects for what Gemini or the network do. */
  attempt(call: GeminiCall, options: AttemptOptions): Promise<Attempt>;
  /** Asks Gemini about a key without spending its quota. */
  readonly probe: ProbeKey;
}

/** One client's request. */
export interface RelayRequest {
  /** From the client's token; a pool that is gone is `pool_empty`. */
  readonly poolId: PoolId;
  /** Sent again as it is when another key is tried. */
  readonly call: GeminiCall;
  /** The key that is tried first, if it is ready; whose turn it is otherwise. */
  readonly preferred?: KeyId | undefined;
  /** Whose leaving ends the attempt, or the stream it became. */
  readonly visitor: Visitor;
  /** Filled as attempts are made. */
  readonly attempts: AttemptTrace[];
  /** Called once for an answer, when its body has ended. */
  readonly onEnd: (end: AnswerEnd) => void;
  /**
   * Looks at what came before anything of it reaches the client, and may ask for another call in its
   * place: once, and with whatever key is next. Null when what came will do.
   */
  readonly reconsider?: (came: Relayed) => GeminiCall | null | Promise<GeminiCall | null>;
}

/** What the client gets. */
export type Relayed =
  | { readonly kind: "answered"; readonly answer: GeminiAnswer }
  /** Gemini refused the request itself. */
  | { readonly kind: "refused"; readonly refusal: GeminiRefusal }
  /** Nobody waits any more. */
  | { readonly kind: "left" };

/** Answers one request. */
export type Relay = (request: RelayRequest) => Promise<Relayed>;
