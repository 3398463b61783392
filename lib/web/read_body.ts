/**
 * Reads a request's body into memory, never more of it than allowed and never for longer.
 *
 * `Deno.serve` itself waits for a body for ever. A short body of announced length is read at once,
 * because the server ends it at that length and Deno is fastest so. Any other is read by chunks, and
 * each chunk is copied out: Deno pins 64 KiB for a chunk of one byte, so that 300 KB on the wire
 * could hold gigabytes.
 *
 * @module
 */

import { INVALID_REQUEST, REQUEST_TIMEOUT, RotatorError, TOO_LARGE } from "../domain/errors.ts";
import { Deadlines } from "../domain/deadlines.ts";

/** How much body we take, and how long we wait for it. */
export interface ReadBodyOptions {
  /** The largest body, in bytes as they arrive. */
  readonly maxBytes: number;
  /** When the whole body has to be there. */
  readonly timeoutMs?: number;
  /** How fast it has to come once `graceMs` are over. */
  readonly minBytesPerSecond?: number;
  /** How long a body may come at any pace, or not at all. */
  readonly graceMs?: number;
  /** Who watches the time; all bodies share one. */
  readonly deadlines?: Deadlines;
}

/** The most a client's request may carry; Google takes 100 MB of inline data. */
export const MAX_BODY_BYTES: number = 100 * 1024 * 1024;

const MAX_BYTES_AT_ONCE = 1024 * 1024;
const FIRST_BUFFER_BYTES = 64 * 1024;
const bodyDeadlines = new Deadlines();

/**
 * The bytes of a request's body; none when it has none.
 *
 * @throws {RotatorError} `too_large`; `request_timeout` when it comes too slowly; `invalid_request`
 * when it breaks off or is compressed.
 */
export async function readBody(request: Request, {
  maxBytes,
  timeoutMs = 60_000,
  minBytesPerSecond = 1_024,
  graceMs = 5_000,
  deadlines = bodyDeadlines,
}: ReadBodyOptions): Promise<Uint8Array<ArrayBuffer>> {
  refuseCompression(request.headers.get("content-encoding"));
  const announced = Number(request.headers.get("content-length"));
  if (announced > maxBytes) throw tooLarge(maxBytes);

  const startMs = deadlines.nowMs();
  const dueMs = (bytes: number) =>
    startMs + Math.min(timeoutMs, graceMs + bytes / minBytesPerSecond * 1_000);
  const limits = { maxBytes, dueMs, deadlines };
  // Even a glance at `request.body` makes it a stream, and doubles the time of a 60 KB body.
  if (announced > 0 && announced <= MAX_BYTES_AT_ONCE) {
    return await readAtOnce(request, announced, limits);
  }
  return request.body === null ? new Uint8Array() : await readByChunks(request.body, limits);
}

interface Limits {
  readonly maxBytes: number;
  /** Until when we wait for more, once this many bytes are there. */
  readonly dueMs: (bytes: number) => number;
  readonly deadlines: Deadlines;
}

function readAtOnce(
  request: Request,
  announced: number,
  { maxBytes, dueMs, deadlines }: Limits,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    // The read cannot be stopped; it ends with the connection, which the server closes after a 408.
    const watch = { dueMs: dueMs(announced), onPast: () => reject(tooSlow()) };
    deadlines.watch(watch);
    request.arrayBuffer().then((buffer) => {
      deadlines.forget(watch);
      if (buffer.byteLength > maxBytes) reject(tooLarge(maxBytes));
      else resolve(new Uint8Array(buffer));
    }, (cause) => {
      deadlines.forget(watch);
      reject(brokenOff(cause));
    });
  });
}

async function readByChunks(
  body: ReadableStream<Uint8Array>,
  { maxBytes, dueMs, deadlines }: Limits,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  const bytes = new GrowingBytes();
  let isLate = false;
  const onPast = () => {
    isLate = true;
    abandon(reader);
  };
  const watch = { dueMs: dueMs(0), onPast };
  deadlines.watch(watch);
  try {
    for (let chunk = await next(reader); chunk !== null; chunk = await next(reader)) {
      if (bytes.length + chunk.byteLength > maxBytes) {
        abandon(reader);
        throw tooLarge(maxBytes);
      }
      bytes.add(chunk);
      watch.dueMs = dueMs(bytes.length);
    }
  } finally {
    deadlines.forget(watch);
  }
  if (isLate) throw tooSlow();
  return bytes.taken();
}

/** One buffer that doubles when it is full. */
class GrowingBytes {
  length = 0;
  #buffer = new Uint8Array(FIRST_BUFFER_BYTES);

  add(chunk: Uint8Array): void {
    const length = this.length + chunk.byteLength;
    if (length > this.#buffer.byteLength) this.#resize(Math.max(length, 2 * this.length));
    this.#buffer.set(chunk, this.length);
    this.length = length;
  }

  taken(): Uint8Array<ArrayBuffer> {
    this.#resize(this.length);
    return this.#buffer;
  }

  #resize(bytes: number): void {
    this.#buffer = new Uint8Array(this.#buffer.buffer.transfer(bytes));
  }
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;

async function next(reader: Reader): Promise<Uint8Array | null> {
  try {
    const { done, value } = await reader.read();
    return done ? null : value;
  } catch (cause) {
    throw brokenOff(cause);
  }
}

/** Wakes a read that waits, and leaves the rest to the server; how that went concerns nobody. */
function abandon(reader: Reader): void {
  reader.cancel().catch(() => {});
}

function refuseCompression(encoding: string | null): void {
  if (encoding === null || encoding.toLowerCase() === "identity") return;
  throw new RotatorError(INVALID_REQUEST, "Cannot read the body: send it without content-encoding");
}

function tooLarge(maxBytes: number): RotatorError {
  return new RotatorError(TOO_LARGE, `Cannot take the body: it has more than ${maxBytes} bytes`);
}

function tooSlow(): RotatorError {
  return new RotatorError(REQUEST_TIMEOUT, "Cannot wait for the body: it arrives too slowly");
}

function brokenOff(cause: unknown): RotatorError {
  return new RotatorError(INVALID_REQUEST, "Cannot read the body: it broke off", { cause });
}
