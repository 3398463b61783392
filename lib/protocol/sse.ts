/**
 * Reads server-sent events: bytes in, what the events carry out.
 *
 * Lines may end in CR, LF or CRLF; comments and other fields are passed over; a last event without its
 * empty line counts. Where the bytes are cut makes no difference, even inside a character.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 * @module
 */

/** The longest line we take: an image of some 20 MB in base64 is one line. */
const MAX_LINE_CHARACTERS = 32 * 1024 * 1024;

const DATA = "data";
const BYTE_ORDER_MARK = "\uFEFF";

/** One stream of events. */
export class SseReader {
  // Marks are left to us: Deno's decoder takes them away in the middle of a stream too, if it is cut there.
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #maxLineCharacters: number;
  #isAtBeginning = true;
  /** The beginning of a line whose end has not come yet, in the pieces it came in. */
  #begun: string[] = [];
  #begunCharacters = 0;
  /** A CR ended the last line; an LF right behind it belongs to it. */
  #afterReturn = false;
  /** The data of the event that is being read; null when it has none. */
  #data: string | null = null;

  /** At the beginning of a stream. */
  constructor({ maxLineCharacters = MAX_LINE_CHARACTERS } = {}) {
    this.#maxLineCharacters = maxLineCharacters;
  }

  /**
   * The data of every event that these bytes complete.
   *
   * @throws {RangeError} when a line, or what an event carries in many, is longer than we take.
   */
  push(bytes: Uint8Array): string[] {
    const events: string[] = [];
    const text = this.#decoder.decode(bytes, { stream: true });
    const isMarked = this.#isAtBeginning && text.startsWith(BYTE_ORDER_MARK);
    if (text !== "") this.#isAtBeginning = false;
    this.#read(isMarked ? text.slice(1) : text, events);
    return events;
  }

  /** The stream has ended: the data of the event it ended in, if it was in one. */
  end(): string[] {
    const events: string[] = [];
    this.#read(`${this.#decoder.decode()}\n\n`, events);
    return events;
  }

  #read(text: string, events: string[]): void {
    let at = this.#afterReturn && text.startsWith("\n") ? 1 : 0;
    if (text !== "") this.#afterReturn = false;
    let feed = text.indexOf("\n", at);
    let carriage = text.indexOf("\r", at);
    while (feed >= 0 || carriage >= 0) {
      const endsInReturn = carriage >= 0 && (feed < 0 || carriage < feed);
      const end = endsInReturn ? carriage : feed;
      this.#line(this.#lineUpTo(text.slice(at, end)), events);
      at = end + 1;
      if (endsInReturn) {
        if (feed === at) at += 1;
        else if (at === text.length) this.#afterReturn = true;
        carriage = text.indexOf("\r", at);
      }
      if (feed >= 0 && feed < at) feed = text.indexOf("\n", at);
    }
    if (at < text.length) this.#begin(text.slice(at));
  }

  #begin(piece: string): void {
    this.#begunCharacters += piece.length;
    this.#refuseMoreThan(this.#begunCharacters);
    this.#begun.push(piece);
  }

  #refuseMoreThan(characters: number): void {
    if (characters <= this.#maxLineCharacters) return;
    throw new RangeError(
      `a line or an event of the stream has more than ${this.#maxLineCharacters} characters`,
    );
  }

  #lineUpTo(rest: string): string {
    if (this.#begun.length === 0 && rest.length <= this.#maxLineCharacters) return rest;
    this.#begin(rest);
    const line = this.#begun.join("");
    this.#begun = [];
    this.#begunCharacters = 0;
    return line;
  }

  #line(line: string, events: string[]): void {
    if (line === "") {
      if (this.#data !== null) events.push(this.#data);
      this.#data = null;
      return;
    }
    const colon = line.indexOf(":");
    if ((colon < 0 ? line : line.slice(0, colon)) !== DATA) return;
    const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    this.#data = this.#data === null ? value : `${this.#data}\n${value}`;
    this.#refuseMoreThan(this.#data.length);
  }
}
