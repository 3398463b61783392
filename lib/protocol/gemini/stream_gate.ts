/**
 * The gate that a stream of answers passes on its way to the client.
 *
 * The promise: what passes is what came in, byte for byte and in order; an error inside the stream does
 * not pass, because Google writes keys and project numbers into its errors. It is held back whole, for
 * the caller to judge, and a clean one can be written in its place.
 *
 * @module
 */

import type { Usage } from "../../domain/ports.ts";
import { AnswerScanner, join } from "./answer_scanner.ts";
import { readUsage } from "./usage.ts";

/** How a stream of answers is written. */
export type Framing =
  /** `alt=sse`: server-sent events. */
  | "sse"
  /** One JSON array, sent element by element. */
  | "array";

/** An error larger than this is cut; nothing of Google's comes near. */
const MAX_ERROR_BYTES = 262_144;
/** A line between answers that is longer than this is no prefix of an answer, and passes. */
const MAX_HELD_BYTES = 1_024;

const NOTHING = new Uint8Array();
const LINE_FEED = 0x0a, CARRIAGE_RETURN = 0x0d;
const OPEN_ARRAY = 0x5b, COMMA = 0x2c, CLOSE_ARRAY = 0x5d;

/** One stream's way to the client. */
export class StreamGate {
  readonly #framing: Framing;
  readonly #scanner = new AnswerScanner();
  #held: Uint8Array = NOTHING;
  #error: Uint8Array[] | null = null;
  #errorBytes = 0;
  #passed = false;
  #lastPassed = 0;
  #beforeLastPassed = 0;
  #thirdLastPassed = 0;

  /** An open gate. */
  constructor(framing: Framing) {
    this.#framing = framing;
  }

  /** Complete answers so far. */
  get answers(): number {
    return this.#scanner.answers;
  }

  /** Whether an answer said why it ended, and nothing is left open. A stream that ends otherwise was cut off. */
  get finished(): boolean {
    return this.#scanner.finished && this.#scanner.isWhole;
  }

  /** The error that stands in the stream, as it was written; null while there is none. */
  get error(): string | null {
    return this.#error === null ? null : new TextDecoder().decode(join(this.#error));
  }

  /** Whether that error has been read to its end. */
  get errorComplete(): boolean {
    return this.#error !== null && this.#scanner.standing !== "error";
  }

  /** Whether the stream stands between two answers, where something can be written. */
  get between(): boolean {
    return this.#scanner.standing === "between" && this.#held.length === 0;
  }

  /** What Gemini counted, by the last answer that said so. */
  get usage(): Usage | null {
    const { usage } = this.#scanner;
    return usage === null ? null : readUsage(usage);
  }

  /** Takes the next bytes; returns those that may pass, which may be none. */
  push(chunk: Uint8Array): Uint8Array {
    if (this.#error !== null) {
      this.#collectError(chunk, 0);
      return NOTHING;
    }
    const heldBytes = this.#held.length;
    const bytes = heldBytes === 0 ? chunk : join([this.#held, chunk]);
    const stopped = this.#scanner.scan(bytes, heldBytes);

    if (this.#scanner.standing === "error") {
      const clean = this.#holdFrom(bytes);
      this.#held = NOTHING;
      this.#error = [];
      this.#collect(bytes.subarray(this.#scanner.answerAt, stopped));
      this.#collectError(bytes, stopped);
      return this.#pass(bytes.subarray(0, clean));
    }
    const holdFrom = this.#holdFrom(bytes);
    this.#held = holdFrom === bytes.length ? NOTHING : bytes.slice(holdFrom);
    this.#scanner.rebase(holdFrom);
    return this.#pass(holdFrom === bytes.length ? bytes : bytes.subarray(0, holdFrom));
  }

  /** The stream has ended: returns what was still held back. */
  end(): Uint8Array {
    const held = this.#held;
    this.#held = NOTHING;
    return this.#pass(held);
  }

  /**
   * An error as the stream's own last answer.
   *
   * @param error the error as JSON on one line.
   * @returns null when the stream stands inside an answer, where nothing can be written.
   */
  lastWord(error: string): Uint8Array | null {
    if (this.#scanner.standing === "good") return null;
    const text = this.#framing === "sse" ? this.#lastEvent(error) : this.#lastElement(error);
    return text === null ? null : new TextEncoder().encode(text);
  }

  #lastEvent(error: string): string {
    return `${this.#passed && !this.#atBlankLine() ? "\r\n\r\n" : ""}data: ${error}\r\n\r\n`;
  }

  #lastElement(error: string): string | null {
    const last = this.#scanner.lastBetween;
    if (!this.#passed) return `[${error}]`;
    if (last === CLOSE_ARRAY) return null;
    return `${last === OPEN_ARRAY || last === COMMA ? "" : ",\r\n"}${error}\r\n]`;
  }

  /** From where on the bytes have to wait: they may turn out to belong to an error. */
  #holdFrom(bytes: Uint8Array): number {
    const { standing, lineAt, answerAt } = this.#scanner;
    if (standing === "good") return bytes.length;
    const from = Math.max(
      0,
      this.#framing === "array" && standing !== "between" ? answerAt : lineAt,
    );
    if (standing !== "between") return from;
    const waits = this.#framing === "sse" && bytes.length - from <= MAX_HELD_BYTES;
    return waits ? from : bytes.length;
  }

  #collectError(bytes: Uint8Array, from: number): void {
    if (this.#scanner.standing !== "error") return;
    const stopped = this.#scanner.scan(bytes, from);
    this.#collect(bytes.subarray(from, stopped));
  }

  #collect(part: Uint8Array): void {
    this.#errorBytes += part.length;
    if (this.#errorBytes <= MAX_ERROR_BYTES) this.#error?.push(part.slice());
  }

  #pass(bytes: Uint8Array): Uint8Array {
    if (bytes.length > 0) {
      this.#passed = true;
      for (let at = Math.max(0, bytes.length - 3); at < bytes.length; at++) {
        this.#thirdLastPassed = this.#beforeLastPassed;
        this.#beforeLastPassed = this.#lastPassed;
        this.#lastPassed = bytes[at] ?? 0;
      }
    }
    return bytes;
  }

  /** Whether what has passed ends with an empty line, in any of the three ways to end a line. */
  #atBlankLine(): boolean {
    const [third, second, last] = [this.#thirdLastPassed, this.#beforeLastPassed, this.#lastPassed];
    if (last === CARRIAGE_RETURN) return second === CARRIAGE_RETURN || second === LINE_FEED;
    return last === LINE_FEED &&
      (second === LINE_FEED || (second === CARRIAGE_RETURN && third === LINE_FEED));
  }
}
