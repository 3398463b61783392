/**
 * Answers that come in one piece.
 *
 * They are read before anything is sent on: one that breaks off can then still be asked of another key.
 * Only what is too large to keep passes while it arrives.
 *
 * @module
 */

import type { Deadlines, Watch } from "../domain/deadlines.ts";
import type { AnswerEnd } from "../protocol/gemini/exchange.ts";
import { join } from "../protocol/gemini/answer_scanner.ts";
import { findUsage } from "../protocol/gemini/usage.ts";
import type { ChunkReader, Line, Piece } from "./wire.ts";

/** The most of an error that is read; Google's have some hundred bytes. */
const MAX_ERROR_BYTES = 262_144;

/** What reading an answer needs to know. */
export interface ReadingOptions {
  /** Called once, when the last byte is there or never will be. */
  readonly onEnd: (end: AnswerEnd) => void;
  /** Whether usage is counted. */
  readonly metering: boolean;
  /** Ends the call. */
  readonly line: Pick<Line, "hangUp">;
  /** Watches that a large answer keeps coming. */
  readonly deadlines: Deadlines;
  /** How long a large answer may be silent, in milliseconds. */
  readonly idleMs: number;
  /** The most of it that is kept; what is larger passes while it arrives. */
  readonly maxKeptBytes: number;
}

/** Reads an answer whole, or, when it is large, hands on a stream of it. */
export async function readWhole(
  body: ChunkReader,
  options: ReadingOptions,
): Promise<Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>> {
  const { parts, complete } = await readUpTo(options.maxKeptBytes, body);
  if (!complete) return passOn(parts, body, options);

  const bytes = joined(parts);
  options.onEnd({ kind: "complete", usage: options.metering ? findUsage(bytes) : null });
  return bytes;
}

/** The text of an error, as much of it as an error may have. */
export async function readErrorText(body: ChunkReader): Promise<string> {
  const { parts, complete } = await readUpTo(MAX_ERROR_BYTES, body);
  if (!complete) await body.cancel();
  return new TextDecoder().decode(joined(parts));
}

/** A stream that nobody looks at, piece by piece as its reader asks. */
export function untouched(body: ChunkReader): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      const hand = (piece: Piece) =>
        piece === null ? controller.close() : controller.enqueue(piece);
      const reading = body.read();
      return reading instanceof Promise ? reading.then(hand) : hand(reading);
    },
    cancel: () => body.cancel(),
  }, { highWaterMark: 0 });
}

/** Most answers come in one piece, which then is the whole. */
function joined(parts: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? only : join(parts);
}

async function readUpTo(limit: number, reader: ChunkReader) {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  while (bytes <= limit) {
    const chunk = await reader.read();
    if (chunk === null) return { parts, complete: true };
    parts.push(chunk);
    bytes += chunk.length;
  }
  return { parts, complete: false };
}

/** Too large to keep: what is there goes first, the rest as it comes. */
function passOn(
  parts: readonly Uint8Array[],
  reader: ChunkReader,
  { onEnd, line, deadlines, idleMs }: ReadingOptions,
): ReadableStream<Uint8Array> {
  let isSilent = false;
  let isOver = false;
  const silence: Watch = {
    dueMs: deadlines.nowMs() + idleMs,
    onPast: () => {
      isSilent = true;
      line.hangUp();
      // Between two reads an abort may come to nothing, see `MeteredStream`; after one it rejects.
      reader.cancel().catch(() => {});
    },
  };
  deadlines.watch(silence);
  const end = (kind: AnswerEnd["kind"]) => {
    if (isOver) return;
    isOver = true;
    deadlines.forget(silence);
    onEnd({ kind, usage: null });
  };
  return new ReadableStream({
    start: (controller) => parts.forEach((part) => controller.enqueue(part)),
    async pull(controller) {
      silence.dueMs = deadlines.nowMs() + idleMs;
      try {
        const chunk = await reader.read();
        silence.dueMs = deadlines.nowMs() + idleMs;
        if (chunk !== null) return controller.enqueue(chunk);
        if (isSilent) throw new Error("the answer went silent");
        controller.close();
        end("complete");
      } catch (error) {
        end("cut");
        throw error;
      }
    },
    cancel() {
      end("left");
      return reader.cancel();
    },
  }, { highWaterMark: 0 });
}
