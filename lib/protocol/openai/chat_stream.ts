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
import type { GeminiRefusal } from "../gemini/exchange.ts";
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
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #events = new SseReader();
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
    const beginning = await this.#untilSomething();
    // Who is not served from this stream leaves nothing of it open.
    if (beginning.kind !== "begun") await this.cancel();
    return beginning;
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

  async #untilSomething(): Promise<Beginning> {
    const text = await this.#next();
    if (this.#refusal !== null) return { kind: "failed", refusal: this.#refusal };
    this.#held = text ?? "";
    const { verdict } = this.#parts.answer;
    return this.#isOver && verdict !== "good" ? { kind: "over", verdict } : { kind: "begun" };
  }

  /** The next events for the client; null behind the last. */
  async #next(): Promise<string | null> {
    while (!this.#isOver) {
      const chunk = await this.#read();
      if (chunk === null) return this.#fail(BROKEN_OFF);
      const text = chunk === undefined
        ? this.#take(this.#events.end()) + await this.#end()
        : this.#take(this.#events.push(chunk));
      if (text !== "") return text;
      if (chunk !== undefined && this.#writer !== null && isBlank(chunk)) return KEEP_ALIVE;
    }
    return null;
  }

  /** Undefined behind the last; null when it broke off. */
  async #read(): Promise<Uint8Array | undefined | null> {
    try {
      return (await this.#reader.read()).value;
    } catch {
      // Why it broke off was told to the log where it happened; the client hears that it did.
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

  /** The upstream has ended well, as far as it goes. */
  async #end(): Promise<string> {
    if (this.#isOver) return "";
    const { answer, keep } = this.#parts;
    let text = answer.end().map((delta) => this.#writing().delta(delta)).join("");
    this.#isOver = true;
    const { verdict } = answer;
    if (verdict === "nothing" || verdict === "unsigned") {
      return this.#writer === null ? "" : text + errorEvent(errorReply(BROKEN_OFF));
    }
    if (answer.signedCalls.length > 0) await keep(answer.signedCalls);
    for (const end of answer.ends) text += this.#writing().finish(end);
    return text + this.#writing().usage(answer.usage) + DONE;
  }

  /** Something stands in the stream that is no answer: an error, or nothing of Google's. */
  #refuse(event: string): string {
    const error = parseGoogleError(event);
    const refusal = { status: error?.code ?? 502, error };
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
