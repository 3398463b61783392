/**
 * Reads HTTP/1.1 responses off a connection, no more of them than a load client has to know.
 *
 * `fetch` costs more than the services we measure, so the client speaks HTTP itself. Bodies are
 * counted, not kept; their framing is checked to the last byte, because the next response begins there.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112
 * @module
 */

const LINE_FEED = 0x0a, CARRIAGE_RETURN = 0x0d;
const MAX_HEAD_BYTES = 65_536;
const latin1 = new TextDecoder("latin1");

type Part = "head" | "body" | "chunk size" | "chunk data" | "chunk end" | "trailer" | "done";

/** Reads one response after the other. */
export class ResponseReader {
  /** The status; 0 until the head is read. */
  status = 0;
  /** Bytes of the body so far, without the framing. */
  bodyBytes = 0;
  /** Whether the server closes the connection behind this response. */
  closes = false;

  #part: Part = "head";
  #head = "";
  /** Bytes left of the body, or of its chunk. */
  #left = 0;
  #line = "";

  /** Whether the response has been read to its end. */
  get complete(): boolean {
    return this.#part === "done";
  }

  /** Gets ready for the next response. */
  next(): void {
    this.status = this.bodyBytes = this.#left = 0;
    this.closes = false;
    this.#part = "head";
    this.#head = this.#line = "";
  }

  /**
   * Takes the next bytes.
   *
   * @throws {SyntaxError} when they are no response, or more than one.
   */
  push(bytes: Uint8Array): void {
    let at = this.#part === "head" ? this.#readHead(bytes) : 0;
    while (at < bytes.length) {
      switch (this.#part) {
        case "body":
        case "chunk data":
          at = this.#skip(bytes, at);
          break;
        case "done":
          throw new SyntaxError(`Cannot read response: ${bytes.length - at} bytes follow its end`);
        default:
          this.#readLineByte(bytes[at++]!);
      }
    }
  }

  /** Gathers the head, which nearly always comes in one piece; returns where the body begins. */
  #readHead(bytes: Uint8Array): number {
    const before = this.#head.length;
    this.#head += latin1.decode(bytes);
    const end = this.#head.indexOf("\r\n\r\n");
    if (end >= 0) {
      this.#takeHead(this.#head.slice(0, end).toLowerCase());
      return end + 4 - before;
    }
    if (this.#head.length > MAX_HEAD_BYTES) {
      throw new SyntaxError("Cannot read response: long head");
    }
    return bytes.length;
  }

  #takeHead(head: string): void {
    const status = /^http\/1\.1 (\d{3})(?: |$|\r)/.exec(head)?.[1];
    if (status === undefined) {
      throw new SyntaxError(
        `Cannot read response: expected HTTP/1.1, found "${head.slice(0, 40)}"`,
      );
    }
    this.status = Number(status);
    this.closes = valueOf(head, "connection") === "close";
    const length = valueOf(head, "content-length");
    if (valueOf(head, "transfer-encoding") === "chunked") {
      this.#part = "chunk size";
    } else if (length !== null && /^\d+$/.test(length)) {
      this.#left = Number(length);
      this.#part = this.#left === 0 ? "done" : "body";
    } else {
      throw new SyntaxError("Cannot read response: it does not say how long it is");
    }
  }

  #skip(bytes: Uint8Array, at: number): number {
    const step = Math.min(this.#left, bytes.length - at);
    this.bodyBytes += step;
    this.#left -= step;
    if (this.#left === 0) this.#part = this.#part === "body" ? "done" : "chunk end";
    return at + step;
  }

  #readLineByte(byte: number): void {
    if (byte === LINE_FEED) {
      this.#takeLine(this.#line);
      this.#line = "";
    } else if (byte !== CARRIAGE_RETURN) {
      this.#line += String.fromCharCode(byte);
    }
  }

  #takeLine(line: string): void {
    if (this.#part === "trailer") {
      if (line === "") this.#part = "done";
    } else if (this.#part === "chunk end") {
      if (line !== "") {
        throw new SyntaxError("Cannot read response: a chunk is longer than it says");
      }
      this.#part = "chunk size";
    } else {
      const size = /^[0-9a-f]+(?=$|;| )/i.exec(line)?.[0];
      if (size === undefined) {
        throw new SyntaxError(`Cannot read response: "${line}" is no size of a chunk`);
      }
      this.#left = parseInt(size, 16);
      this.#part = this.#left === 0 ? "trailer" : "chunk data";
    }
  }
}

/** A header's value in a head that is in lower case; null when it is not there. */
function valueOf(head: string, name: string): string | null {
  const at = head.indexOf(`\r\n${name}:`);
  if (at < 0) return null;
  const from = at + name.length + 3;
  const end = head.indexOf("\r\n", from);
  return head.slice(from, end < 0 ? undefined : end).trim();
}
