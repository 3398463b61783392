/**
 * A body that a test feeds by hand.
 *
 * @module
 */

/** A body, and the hand that feeds it. */
export interface HandFed {
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Gives a piece. */
  give(piece: string | Uint8Array): void;
  /** Ends the body properly. */
  end(): void;
  /** Breaks it off. */
  breakOff(cause?: unknown): void;
  /** Whether the reader has left. */
  readonly isCancelled: boolean;
  /** How often the reader asked for more. */
  readonly pulls: number;
}

/** A body that is empty so far; of the kind `fetch` makes unless `bytes` is false. */
export function handFed({ bytes = true } = {}): HandFed {
  let controller: ReadableStreamDefaultController | ReadableByteStreamController;
  let isCancelled = false;
  let pulls = 0;
  const source = {
    start(its: typeof controller) {
      controller = its;
    },
    pull() {
      pulls += 1;
    },
    cancel() {
      isCancelled = true;
    },
  };
  const body = bytes
    ? new ReadableStream({ ...source, type: "bytes" } as UnderlyingByteSource)
    : new ReadableStream(source as UnderlyingDefaultSource, { highWaterMark: 0 });
  return {
    body: body as ReadableStream<Uint8Array<ArrayBuffer>>,
    give(piece) {
      const fresh = typeof piece === "string" ? new TextEncoder().encode(piece) : piece.slice();
      if (fresh.length > 0) controller.enqueue(fresh);
    },
    end() {
      controller.close();
      // A byte stream answers a read that waits only when it is told so.
      if ("byobRequest" in controller) controller.byobRequest?.respond(0);
    },
    breakOff(cause = new TypeError("connection reset")) {
      controller.error(cause);
    },
    get isCancelled() {
      return isCancelled;
    },
    get pulls() {
      return pulls;
    },
  };
}
