/**
 * Streams that give a piece only when it is wanted, at a set pace.
 *
 * @module
 */

import type { OpenCall } from "./tally.ts";

/** What a stream sends, and how it ends. */
export interface StreamPlan {
  /** How many pieces there are. */
  length: number;
  /** The n-th piece; asked for once, in order. */
  at(place: number): Uint8Array<ArrayBuffer>;
  /** Milliseconds between two pieces. */
  everyMs: number;
  /** Properly, with a broken connection, or never. */
  ending: "close" | "break" | "silence";
  /** What the call came to when the stream ended by itself. */
  outcome: string;
}

/** What a stream needs of its surroundings. */
export interface StreamSetting {
  call: OpenCall;
  wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Ends the stream from our side. */
  closing: AbortSignal;
}

/** The error a reader gets when a connection breaks, worded as Deno's `fetch` does. */
export function brokenConnection(): TypeError {
  const error = new TypeError("error reading a body from connection: broken by the simulator");
  // Deno.serve prints it; one line is enough, because the break was wanted.
  error.stack = "";
  return error;
}

/**
 * Makes the stream of a plan.
 *
 * Nothing is made ahead: back-pressure of the reader reaches the plan. When the reader
 * leaves, the call ends as `cancelled`.
 */
export function pacedStream(
  plan: StreamPlan,
  { call, wait, closing }: StreamSetting,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const waits = plan.everyMs > 0 || plan.ending === "silence";
  // Made only when needed, because the benchmark opens many streams that never wait.
  const left = waits ? new AbortController() : undefined;
  const over = left === undefined ? closing : AbortSignal.any([left.signal, closing]);
  let next = 0;

  const give = (controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>) => {
    if (closing.aborted) return end(controller, "break", "stopped");
    if (left?.signal.aborted) return;
    if (next === plan.length) return end(controller, plan.ending, plan.outcome);
    const piece = plan.at(next++);
    call.sent(piece.byteLength);
    controller.enqueue(piece);
    if (next === plan.length && plan.ending === "close") end(controller, "close", plan.outcome);
  };
  const end = (
    controller: ReadableStreamDefaultController,
    ending: "close" | "break" | "silence",
    outcome: string,
  ) => {
    call.end(outcome);
    if (ending === "close") controller.close();
    else controller.error(brokenConnection());
  };

  return new ReadableStream({
    pull(controller) {
      if (next === plan.length && plan.ending === "silence") {
        return aborted(over).then(() => give(controller));
      }
      if (plan.everyMs > 0 && next > 0 && next < plan.length) {
        return wait(plan.everyMs, over).then(() => give(controller));
      }
      give(controller);
    },
    cancel() {
      call.end("cancelled");
      left?.abort();
    },
  }, { highWaterMark: 0 });
}

/** Resolves when the signal aborts, at once if it has. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Waits in real time, or until the signal aborts; leaves no timer behind. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}
