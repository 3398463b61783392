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
import { type ChunkReader, readChunks } from "./chunks.ts";

/** The most of an answer that is kept before it is sent on. */
const MAX_KEPT_BYTES = 1_048_576;
/** The most of an error that is read; Google's have some hundred bytes. */
const MAX_ERROR_BYTES = 262_144;

/** What reading an answer needs to know. */
export interface ReadingOptions {
  /** Called once, when the last byte is there or never will be. */
  readonly onEnd: (end: AnswerEnd) => void;
  /** Ends the call. */
  readonly aborter: AbortController;
  /** Watches that a large answer keeps coming. */
  readonly deadlines: Deadlines;
  /** How long a large answer may be silent, in milliseconds. */
  readonly idleMs: number;
}

/** Reads an answer whole, or, when it is large, hands on a stream of it. */
export async function readWhole(
  response: Response,
  options: ReadingOptions,
): Promise<Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>> {
  const { onEnd } = options;
  if (isKnownToBeSmall(response.headers)) {
    const bytes = await response.bytes();
    onEnd({ kind: "complete", usage: findUsage(bytes) });
    return bytes;
  }
  if (response.body === null) return new Uint8Array();
  const reader = readChunks(response.body);
  const { parts, complete } = await readUpTo(MAX_KEPT_BYTES, reader);
  if (!complete) return passOn(parts, reader, options);

  const bytes = join(parts);
  onEnd({ kind: "complete", usage: findUsage(bytes) });
  return bytes;
}

/** The text of an error, as much of it as an error may have. */
export async function readErrorText(response: Response): Promise<string> {
  if (response.body === null) return "";
  const reader = readChunks(response.body);
  const { parts, complete } = await readUpTo(MAX_ERROR_BYTES, reader);
  if (!complete) await reader.cancel();
  return new TextDecoder().decode(join(parts));
}

/** A compressed body's length says nothing about what comes out of it. */
function isKnownToBeSmall(headers: Headers): boolean {
  if (headers.has("content-encoding")) return false;
  const length = headers.get("content-length");
  return length !== null && Number(length) <= MAX_KEPT_BYTES;
}

async function readUpTo(limit: number, reader: ChunkReader) {
  const parts: Uint8Array[] = [];
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
  { onEnd, aborter, deadlines, idleMs }: ReadingOptions,
): ReadableStream<Uint8Array> {
  const silence: Watch = { dueMs: deadlines.nowMs() + idleMs, onPast: () => aborter.abort() };
  deadlines.watch(silence);
  const end = (kind: AnswerEnd["kind"]) => {
    deadlines.forget(silence);
    onEnd({ kind, usage: null });
  };
  return new ReadableStream({
    start: (controller) => parts.forEach((part) => controller.enqueue(part)),
    async pull(controller) {
      try {
        const chunk = await reader.read();
        silence.dueMs = deadlines.nowMs() + idleMs;
        if (chunk !== null) return controller.enqueue(chunk);
        controller.close();
        end("complete");
      } catch (error) {
        end("cut");
        throw error;
      }
    },
    cancel(reason) {
      end("left");
      return reader.cancel(reason);
    },
  }, { highWaterMark: 0 });
}
