/**
 * A stream of answers, read on its way through.
 *
 * The first answer is awaited before anything is handed on, so that an error in its place can still be
 * tried with another key. From then on the client sees every byte as it comes, and never more than one
 * piece is on its way: a client that does not read stops the upstream too. What breaks off, goes silent
 * or ends without saying why is given an error of ours for a last word; an end that looks like success
 * is only ever Gemini's.
 *
 * @module
 */

import type { Deadlines, Watch } from "../domain/deadlines.ts";
import {
  RotatorError,
  UNAVAILABLE,
  UPSTREAM_TIMEOUT,
  UPSTREAM_UNREACHABLE,
} from "../domain/errors.ts";
import type { Visitor } from "../domain/visitor.ts";
import { join } from "../protocol/gemini/answer_scanner.ts";
import { googleErrorBody, rebuildGoogleError } from "../protocol/gemini/error_reply.ts";
import type { AnswerEnd } from "../protocol/gemini/exchange.ts";
import { parseGoogleError } from "../protocol/gemini/google_error.ts";
import { type Framing, StreamGate } from "../protocol/gemini/stream_gate.ts";
import type { ChunkReader, Line } from "./wire.ts";

/** The most that is kept while waiting for the first answer to be complete. */
const MAX_FIRST_BYTES = 1_048_576;
/** After so much silence between two answers an empty line keeps the connection alive. */
const KEEP_ALIVE_MS = 15_000;
const EMPTY_LINE = new TextEncoder().encode("\r\n");

/** The streams under way. A shutdown ends them; each then says so to its client. */
export type OpenStreams = Set<{ end(): void }>;

/** What a stream needs to know. */
export interface StreamOptions {
  /** Decides how an error of ours is written into the stream. */
  readonly framing: Framing;
  /** Ends the upstream call. */
  readonly line: Pick<Line, "hangUp">;
  /** The attempt's deadline for its first byte. */
  readonly watch: Watch;
  /** Whose leaving ends the stream, and the call with it. */
  readonly visitor: Visitor;
  /** Called once for a stream that opened; never for one that did not. */
  readonly onEnd: (end: AnswerEnd) => void;
  /** Takes the key's secret out of what Google says. */
  readonly scrub: (text: string) => string;
  /** Tells when to keep the connection alive, and when Gemini went silent. */
  readonly deadlines: Deadlines;
  /** How long Gemini may be silent before we end the stream. */
  readonly idleMs: number;
  /** Holds this stream while it is open. */
  readonly streams: OpenStreams;
}

/** A stream that has begun, or the error that stood in its place; empty when there was nothing. */
export type Opened =
  | { readonly kind: "open"; readonly body: ReadableStream<Uint8Array> }
  | { readonly kind: "refused"; readonly error: string };

/** Waits for the first answer of a stream. Rejects when the stream breaks off before. */
export async function openStream(
  reader: ChunkReader,
  options: StreamOptions,
): Promise<Opened> {
  const gate = new StreamGate(options.framing);
  const first: Uint8Array[] = [];
  let bytes = 0;
  while (gate.answers === 0 && bytes < MAX_FIRST_BYTES && !gate.errorComplete) {
    const chunk = await reader.read();
    if (chunk === null) break;
    const passed = gate.push(chunk);
    first.push(passed);
    bytes += passed.length;
  }
  if (gate.answers === 0 && bytes < MAX_FIRST_BYTES) {
    first.push(gate.end());
    await reader.cancel();
    return { kind: "refused", error: gate.error ?? new TextDecoder().decode(join(first)) };
  }
  return { kind: "open", body: new MeteredStream(reader, gate, options).begin(join(first)) };
}

/** Why we end a stream before Gemini does. */
type Stop = "silent" | "unread" | "shutdown" | "left";

class MeteredStream {
  readonly #reader: ChunkReader;
  readonly #gate: StreamGate;
  readonly #options: StreamOptions;
  readonly #silence: Watch = {
    dueMs: Infinity,
    onPast: () => this.#stopFor(this.#reading ? "silent" : "unread"),
  };
  readonly #keepAlive: Watch = { dueMs: Infinity, onPast: () => this.#stayAlive() };
  readonly #handle = { end: () => this.#stopFor("shutdown") };
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  #reading = false;
  #stop: Stop | null = null;
  #ended = false;

  constructor(reader: ChunkReader, gate: StreamGate, options: StreamOptions) {
    this.#reader = reader;
    this.#gate = gate;
    this.#options = options;
  }

  /** Hands on what was kept back for the first answer, and then whatever comes. */
  begin(first: Uint8Array): ReadableStream<Uint8Array> {
    const { deadlines, streams, visitor } = this.#options;
    streams.add(this.#handle);
    this.#heard();
    deadlines.watch(this.#silence);
    deadlines.watch(this.#keepAlive);
    // Last, because who is gone already is heard of at once, and then all of this is undone.
    visitor.whenGone(() => this.#stopFor("left"));
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
        controller.enqueue(first);
      },
      pull: () => this.#pull(),
      cancel: () => this.#stopFor("left"),
    }, { highWaterMark: 0 });
  }

  async #pull(): Promise<void> {
    this.#heard();
    try {
      // A piece may be held back whole; then the client still waits for the next.
      while (!this.#ended) {
        if (this.#gate.errorComplete) return this.#sayWhatGeminiSaid();
        this.#reading = true;
        const reading = this.#reader.read();
        const chunk = reading instanceof Promise ? await reading : reading;
        this.#reading = false;
        if (chunk === null) return this.#stop === null ? this.#finish() : this.#breakOff(null);

        this.#heard();
        const passed = this.#gate.push(chunk);
        if (passed.length > 0) return this.#hand(passed);
      }
    } catch (error) {
      this.#reading = false;
      this.#breakOff(error);
    }
  }

  #hand(bytes: Uint8Array): void {
    this.#controller?.enqueue(bytes);
  }

  /** The upstream has nothing more to say. */
  #finish(): void {
    if (this.#gate.error !== null) return this.#sayWhatGeminiSaid();
    if (!this.#gate.finished) return this.#lastWord(errorFor(null));
    const rest = this.#gate.end();
    if (rest.length > 0) this.#hand(rest);
    this.#controller?.close();
    this.#end("complete");
  }

  /** An error stands in the stream: a clean copy of it goes to the client. */
  #sayWhatGeminiSaid(): void {
    const error = parseGoogleError(this.#options.scrub(this.#gate.error ?? ""));
    this.#lastWord(rebuildGoogleError(error?.code ?? 502, error).body);
    this.#endCall();
  }

  #stopFor(stop: Stop): void {
    if (this.#ended || this.#stop !== null) return;
    this.#stop = stop;
    this.#endCall();
    // A read under way fails with this and says the last word; without one nobody else would.
    if (stop === "left") this.#end("left");
    else if (!this.#reading) this.#breakOff(null);
  }

  /**
   * Ends the call to Gemini. Aborting is what makes a read under way fail; but once Deno has collected
   * what belongs to a `fetch`, an abort between two reads comes to nothing, and only cancelling is heard.
   */
  #endCall(): void {
    this.#options.line.hangUp();
    // After an abort that was heard there is nothing to cancel, and this rejects.
    this.#reader.cancel().catch(() => {});
  }

  #breakOff(cause: unknown): void {
    if (this.#ended) return;
    this.#lastWord(errorFor(this.#stop), cause);
  }

  /** Ends the stream with an error the client can read, or breaks it where none can be written. */
  #lastWord(body: string, cause?: unknown): void {
    const bytes = this.#gate.lastWord(JSON.stringify(JSON.parse(body)));
    if (bytes === null) {
      this.#controller?.error(new Error("the stream broke off inside an answer", { cause }));
    } else {
      this.#hand(bytes);
      this.#controller?.close();
    }
    this.#end("cut");
  }

  /** Something came, or someone asks for it: neither side is silent, nor has to be covered for. */
  #heard(): void {
    const now = this.#options.deadlines.nowMs();
    this.#silence.dueMs = now + this.#options.idleMs;
    this.#keepAlive.dueMs = now + KEEP_ALIVE_MS;
  }

  /**
   * Proxies drop connections that are silent for a minute. An empty line between two answers means
   * nothing in either framing; a comment would be proper SSE, but some Google clients choke on it.
   */
  #stayAlive(): void {
    const { deadlines } = this.#options;
    if (this.#reading && this.#gate.between) this.#hand(EMPTY_LINE);
    this.#keepAlive.dueMs = deadlines.nowMs() + KEEP_ALIVE_MS;
    deadlines.watch(this.#keepAlive);
  }

  #end(kind: AnswerEnd["kind"]): void {
    if (this.#ended) return;
    this.#ended = true;
    const { deadlines, streams, visitor, onEnd } = this.#options;
    deadlines.forget(this.#silence);
    deadlines.forget(this.#keepAlive);
    streams.delete(this.#handle);
    visitor.whenGone(null);
    onEnd({ kind, usage: this.#gate.usage });
  }
}

/** What a client hears when a stream ends without Gemini's saying why. */
function errorFor(stop: Stop | null): string {
  return googleErrorBody(whyEnded(stop)).body;
}

function whyEnded(stop: Stop | null): RotatorError {
  switch (stop) {
    case "silent":
      return new RotatorError(
        UPSTREAM_TIMEOUT,
        "Cannot go on: Gemini went silent in the middle of its answer",
      );
    case "unread":
      return new RotatorError(
        UPSTREAM_TIMEOUT,
        "Cannot go on: nobody read the answer for too long",
      );
    case "shutdown":
      return new RotatorError(UNAVAILABLE, "Cannot go on: this service is shutting down", {
        retryAfterMs: 1_000,
      });
    default:
      return new RotatorError(
        UPSTREAM_UNREACHABLE,
        "Cannot go on: Gemini broke off in the middle of its answer",
      );
  }
}
