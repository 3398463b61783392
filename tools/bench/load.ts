/**
 * Loads one server with one kind of request over keep-alive connections, and measures.
 *
 * What is counted lies between the ramp and the end, so that neither the first requests nor the last
 * ones, which meet a server that is half idle, have a part in it.
 *
 * @module
 */

import { ResponseReader } from "./response_reader.ts";
import { percentile } from "./stats.ts";

/** What to send, to whom, and for how long. */
export interface LoadOrder {
  readonly origin: string;
  readonly path: string;
  /** Goes into `x-goog-api-key`. */
  readonly secret: string;
  readonly connections: number;
  readonly rampMs: number;
  readonly forMs: number;
  /** Ends before its time when so many have been answered. */
  readonly atMost?: number;
  /** What is sent; a native request unless given. */
  readonly body?: string;
  /** How long a good answer is; null where good answers differ. */
  readonly bodyBytes: number | null;
}

/** How it went. */
export interface LoadReport {
  /** Requests that were answered, those of the ramp and of the end included. */
  readonly requests: number;
  /** Good answers a second. */
  readonly perSecond: number;
  /** Bytes of bodies a second. */
  readonly bytesPerSecond: number;
  /** How long an answer took to its last byte, and to the first of its body. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly firstByteP50Ms: number;
  /** Answers that were not what was ordered, and what the first of them was. */
  readonly wrong: number;
  readonly firstWrong: string | null;
}

/** Once its time is over, a run waits so long for the answers under way. */
const PATIENCE_MS = 10_000;
const READ_BYTES = 65_536;

/** Runs one load. Never rejects: what goes wrong is in the report. */
export async function runLoad(order: LoadOrder): Promise<LoadReport> {
  const run = new Run(order);
  const request = requestBytes(order);
  const { hostname, port } = new URL(order.origin);
  const open = new Set<Deno.TcpConn>();
  const late = setTimeout(
    () => open.forEach((connection) => connection.close()),
    order.rampMs + order.forMs + PATIENCE_MS,
  );
  await Promise.all(Array.from({ length: order.connections }, async () => {
    try {
      using connection = await Deno.connect({ hostname, port: Number(port) });
      open.add(connection);
      connection.setNoDelay();
      await converse(connection, request, run);
      open.delete(connection);
    } catch (error) {
      run.wentWrong(String(error));
    }
  }));
  clearTimeout(late);
  return run.report();
}

async function converse(connection: Deno.TcpConn, request: Uint8Array, run: Run): Promise<void> {
  const buffer = new Uint8Array(READ_BYTES);
  const reader = new ResponseReader();
  while (run.goesOn()) {
    reader.next();
    const sentMs = performance.now();
    let firstByteMs = 0;
    await writeAll(connection, request);
    while (!reader.complete) {
      const length = await connection.read(buffer);
      if (length === null) throw new Error("the connection was closed inside an answer");
      const before = reader.bodyBytes;
      reader.push(buffer.subarray(0, length));
      const nowMs = performance.now();
      if (before === 0 && reader.bodyBytes > 0) firstByteMs = nowMs;
      run.received(reader.bodyBytes - before, nowMs);
    }
    run.answered(reader, { sentMs, firstByteMs });
    if (reader.closes) throw new Error(`the server closed the connection after ${reader.status}`);
  }
}

async function writeAll(connection: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  let written = await connection.write(bytes);
  while (written < bytes.length) written += await connection.write(bytes.subarray(written));
}

class Run {
  readonly #order: LoadOrder;
  readonly #countFromMs: number;
  readonly #endMs: number;
  #requests = 0;
  #bytes = 0;
  #tookMs: number[] = [];
  #firstByteMs: number[] = [];
  #wrong = 0;
  #firstWrong: string | null = null;

  constructor(order: LoadOrder) {
    this.#order = order;
    this.#countFromMs = performance.now() + order.rampMs;
    this.#endMs = this.#countFromMs + order.forMs;
  }

  goesOn(): boolean {
    return performance.now() < this.#endMs && this.#requests < (this.#order.atMost ?? Infinity);
  }

  received(bytes: number, atMs: number): void {
    if (this.#counts(atMs)) this.#bytes += bytes;
  }

  answered(
    { status, bodyBytes }: ResponseReader,
    { sentMs, firstByteMs }: { sentMs: number; firstByteMs: number },
  ): void {
    this.#requests += 1;
    const wanted = this.#order.bodyBytes ?? bodyBytes;
    if (status !== 200 || bodyBytes !== wanted) {
      const found = `${status} with ${bodyBytes} bytes`;
      return this.wentWrong(`expected 200 with ${wanted} bytes, found ${found}`);
    }
    const nowMs = performance.now();
    if (!this.#counts(nowMs)) return;
    this.#tookMs.push(nowMs - sentMs);
    this.#firstByteMs.push(firstByteMs - sentMs);
  }

  wentWrong(what: string): void {
    this.#wrong += 1;
    this.#firstWrong ??= what;
  }

  report(): LoadReport {
    const seconds = this.#order.forMs / 1_000;
    return {
      requests: this.#requests,
      perSecond: this.#tookMs.length / seconds,
      bytesPerSecond: this.#bytes / seconds,
      p50Ms: percentile(this.#tookMs, 0.5),
      p99Ms: percentile(this.#tookMs, 0.99),
      firstByteP50Ms: percentile(this.#firstByteMs, 0.5),
      wrong: this.#wrong,
      firstWrong: this.#firstWrong,
    };
  }

  #counts(atMs: number): boolean {
    return atMs >= this.#countFromMs && atMs < this.#endMs;
  }
}

/**
 * About 2 KB. Deno takes a request that fits into 1 KB on a shorter way, and the lengths of our tokens
 * and of Google's keys must not decide who goes there.
 */
export const BODY = JSON.stringify({
  systemInstruction: { parts: [{ text: "You are a helpful assistant. Answer briefly." }] },
  contents: [{
    role: "user",
    parts: [{ text: "Which of two things would you rather measure twice? ".repeat(24) }],
  }],
  generationConfig: { temperature: 0.7, maxOutputTokens: 1024 },
});

/** The request with the headers that `@google/genai` sends from Node. */
function requestBytes({ origin, path, secret, body = BODY }: LoadOrder): Uint8Array {
  return new TextEncoder().encode([
    `POST ${path} HTTP/1.1`,
    `host: ${new URL(origin).host}`,
    "connection: keep-alive",
    "content-type: application/json",
    "user-agent: google-genai-sdk/2.0.0 gl-node/v24.0.0",
    "x-goog-api-client: google-genai-sdk/2.0.0 gl-node/v24.0.0",
    `x-goog-api-key: ${secret}`,
    "accept: */*",
    "accept-language: *",
    "sec-fetch-mode: cors",
    "accept-encoding: gzip, deflate",
    `content-length: ${body.length}`,
    "",
    body,
  ].join("\r\n"));
}
