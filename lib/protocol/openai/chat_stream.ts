/**
 * A stream of Gemini's as a stream of OpenAI's.
 *
 * The promises: nothing is sent before there is something to say, so that an answer which says nothing
 * can still be asked for again; no more is read than the client takes; a stream that breaks off ends with
 * an error and without `[DONE]`, and only one that Gemini ended looks as though it had.
 *
 * @module
 */

import { RotatorError, UPSTREAM_UNREACHABLE } from "../../domain/errors.ts";
import type { SignedCall } from "../../domain/ports.ts";
import type { GeminiRefusal, Relayed } from "../gemini/exchange.ts";
import { parseAnswer } from "../gemini/generate/parse_answer.ts";
import { parseGoogleError } from "../gemini/google_error.ts";
import { isRecord } from "../json.ts";
import { SseReader } from "../sse.ts";
import type { ChatAnswer, Verdict } from "./chat_answer.ts";
import { type ChunkWriter, DONE, KEEP_ALIVE } from "./chunks.ts";
import { errorEvent, openAiErrorReply, openAiRefusalReply } from "./error_reply.ts";

/** What a stream is made of. */
export interface ChatStreamParts {
  /** Gemini's stream. */
  readonly source: ReadableStream<Uint8Array>;
  /** Takes what it says. */
  readonly answer: ChatAnswer;
  /** Makes a writer, once the answer has an id. */
  readonly writer: () => ChunkWriter;
  /** Keeps signatures before the client can ask with them. */
  readonly keep: (calls: readonly SignedCall[]) => Promise<void>;
  /** Makes the call by which a long answer goes on; null when none does. */
  readonly next: ((continuationToken: string) => Promise<Relayed>) | null;
}

/** How a stream began. */
export type Beginning =
  /** There is something to send. */
  | { readonly kind: "begun" }
  /** It is over, and there was nothing to send. */
  | { readonly kind: "over"; readonly verdict: Verdict }
  /** It failed before there was something to send. */
  | { readonly kind: "failed"; readonly refusal: GeminiRefusal };

const encoder = new TextEncoder();

/** One stream. */
export class ChatStream {
  readonly #parts: ChatStreamParts;
  #reader: ReadableStreamDefaultReader<Uint8Array>;
  #events = new SseReader();
  #writer: ChunkWriter | null = null;
  #held = "";
  #refusal: GeminiRefusal | null = null;
  #isOver = false;

  /** Reads nothing yet. */
  constructor(parts: ChatStreamParts) {
    this.#parts = parts;
    this.#reader = parts.source.getReader();
  }

  /** Reads until there is something to send, or nothing more to come. */
  async begin(): Promise<Beginning> {
    const text = await this.#next();
    if (this.#refusal !== null) return { kind: "failed", refusal: this.#refusal };
    this.#held = text ?? "";
    const { verdict } = this.#parts.answer;
    return this.#isOver && verdict !== "good" ? { kind: "over", verdict } : { kind: "begun" };
  }

  /** The stream for the client; for one that has begun, or is over. */
  body(): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        const text = this.#held === "" ? await this.#next() : this.#held;
        this.#held = "";
        if (text === null) controller.close();
        else controller.enqueue(encoder.encode(text));
      },
      cancel: () => this.cancel(),
    }, { highWaterMark: 0 });
  }

  /** Nobody wants the rest. */
  async cancel(): Promise<void> {
    // A source that broke off has nothing to cancel, and says so.
    await this.#reader.cancel().catch(() => {});
  }

  /** The next events for the client; null behind the last. */
  async #next(): Promise<string | null> {
    try {
      while (!this.#isOver) {
        const text = await this.#step();
        if (text !== "") return text;
      }
      return null;
    } finally {
      // However it ended, nothing more is wanted; what has come to its end does not mind.
      if (this.#isOver) await this.cancel();
    }
  }

  /** What the next bytes add, which may be nothing. */
  async #step(): Promise<string> {
    const read = await this.#read();
    if (read === null) return this.#fail(BROKEN_OFF);
    const { chunk, events } = read;
    const text = this.#take(events);
    if (chunk === undefined) return text + (await this.#goOn() ?? await this.#end());
    return text === "" && this.#writer !== null && isBlank(chunk) ? KEEP_ALIVE : text;
  }

  /** The next bytes, none behind the last, and the events in them; null when it broke off. */
  async #read(): Promise<{ chunk: Uint8Array | undefined; events: readonly string[] } | null> {
    try {
      const { value: chunk } = await this.#reader.read();
      return { chunk, events: chunk === undefined ? this.#events.end() : this.#events.push(chunk) };
    } catch {
      // Why it broke off was told where it happened, and a line beyond all measure tells for itself.
      return null;
    }
  }

  #take(events: readonly string[]): string {
    let text = "";
    for (const event of events) {
      if (this.#isOver) break;
      const response = parseAnswer(event);
      if (response === null || isRecord(response.error)) return text + this.#refuse(event);
      for (const delta of this.#parts.answer.read(response)) {
        text += this.#writing().delta(delta);
      }
    }
    return text;
  }

  /** Goes on with an answer that is longer than one call may be; null when it has ended. */
  async #goOn(): Promise<string | null> {
    const { answer, next } = this.#parts;
    const token = this.#isOver ? null : answer.continuationToken;
    if (token === null || next === null) return null;
    const relayed = await this.#orError(next(token));
    if (relayed instanceof RotatorError) return this.#fail(relayed);
    if (relayed.kind === "refused") return this.#refuseWith(relayed.refusal);
    if (relayed.kind === "left" || !(relayed.answer.body instanceof ReadableStream)) {
      return this.#fail(BROKEN_OFF);
    }
    answer.goOn();
    this.#reader = relayed.answer.body.getReader();
    this.#events = new SseReader();
    return "";
  }

  /** An error of ours is the client's to hear, inside the stream that has begun. */
  async #orError(relaying: Promise<Relayed>): Promise<Relayed | RotatorError> {
    try {
      return await relaying;
    } catch (error) {
      if (error instanceof RotatorError) return error;
      throw error;
    }
  }

  /** The upstream has ended well, as far as it goes. */
  async #end(): Promise<string> {
    if (this.#isOver) return "";
    const { answer, keep } = this.#parts;
    let text = answer.end().map((delta) => this.#writing().delta(delta)).join("");
    const { verdict } = answer;
    if (verdict === "nothing" || verdict === "unsigned") {
      this.#isOver = true;
      return this.#writer === null ? "" : text + errorEvent(errorReply(BROKEN_OFF));
    }
    if (!answer.hasEnded) return text + this.#fail(BROKEN_OFF);
    this.#isOver = true;
    if (answer.signedCalls.length > 0) await keep(answer.signedCalls);
    for (const end of answer.ends) text += this.#writing().finish(end);
    return text + this.#writing().usage(answer.usage) + DONE;
  }

  /** Something stands in the stream that is no answer: an error, or nothing of Google's. */
  #refuse(event: string): string {
    const error = parseGoogleError(event);
    return this.#refuseWith({ status: error?.code ?? 502, error });
  }

  #refuseWith(refusal: GeminiRefusal): string {
    this.#isOver = true;
    if (this.#writer === null) {
      this.#refusal = refusal;
      return "";
    }
    return errorEvent(openAiRefusalReply(refusal, { attempts: 1 }));
  }

  #fail(error: RotatorError): string {
    this.#isOver = true;
    if (this.#writer === null) this.#refusal = { status: 502, error: null };
    return errorEvent(errorReply(error));
  }

  #writing(): ChunkWriter {
    return this.#writer ??= this.#parts.writer();
  }
}

const BROKEN_OFF = new RotatorError(
  UPSTREAM_UNREACHABLE,
  "Cannot go on: Gemini broke off in the middle of its answer",
);

function errorReply(error: RotatorError) {
  return openAiErrorReply(error, { attempts: 1 });
}

/** An empty line keeps the connection to us alive, and ours to the client with it. */
function isBlank(chunk: Uint8Array): boolean {
  return chunk.every((byte) => byte === 0x0d || byte === 0x0a);
}
