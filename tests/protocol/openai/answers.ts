/**
 * Reads answers of Gemini's the way an exchange does, for tests that look at what a client gets.
 *
 * @module
 */

import { parseAnswer } from "../../../lib/protocol/gemini/generate/parse_answer.ts";
import { FunctionNames } from "../../../lib/protocol/gemini/generate/function_names.ts";
import type { JsonRecord } from "../../../lib/protocol/json.ts";
import { type AnswerOptions, ChatAnswer } from "../../../lib/protocol/openai/chat_answer.ts";
import type { ChoiceDelta } from "../../../lib/protocol/openai/chat_delta.ts";
import { type Beginning, ChatStream } from "../../../lib/protocol/openai/chat_stream.ts";
import { ChunkWriter } from "../../../lib/protocol/openai/chunks.ts";
import { type AnswerHead, completion } from "../../../lib/protocol/openai/completion.ts";
import type { Chunk, MergedCompletion } from "../../support/chat_completion.ts";
import { sseData } from "../../support/sse_events.ts";

/** The moment of every answer here. */
export const CREATED = 1_795_435_200;
/** The model as the client named it. */
export const MODEL = "gemini-3-flash";

/** An answer that nothing has been read of; its ids are `new0`, `new1`, … */
export function newAnswer(options: Partial<AnswerOptions> = {}): ChatAnswer {
  let made = 0;
  return new ChatAnswer({
    names: new FunctionNames(),
    custom: new Set(),
    isLegacy: false,
    newId: () => `new${made++}`,
    created: CREATED,
    longAnswers: false,
    ...options,
  });
}

/** Everything that an answer adds, which is that of these texts. */
export function deltasOf(answer: ChatAnswer, texts: readonly string[]): ChoiceDelta[] {
  return [...texts.flatMap((text) => answer.read(parseAnswer(text) ?? {})), ...answer.end()];
}

/** How {@linkcode completionOf} and {@linkcode streamOf} answer. */
export interface Wish extends Partial<AnswerOptions> {
  readonly soundAs?: "pcm16" | "wav";
  readonly withUsage?: boolean;
}

/** The completion that an answer makes, as a client parses it. */
export function completionOf(response: unknown, wish: Wish = {}): MergedCompletion {
  return completionOfText(JSON.stringify(response), wish);
}

/** The same for an answer as it was written. */
export function completionOfText(
  text: string,
  { soundAs = "pcm16", ...options }: Wish = {},
): MergedCompletion {
  const answer = newAnswer(options);
  const deltas = deltasOf(answer, [text]);
  return JSON.parse(JSON.stringify(completion(headOf(answer), { answer, deltas, soundAs })));
}

/** The only message of the completion that these parts make. */
export function messageOf(parts: readonly unknown[], wish: Wish = {}) {
  return completionOf(said(parts), wish).choices[0]?.message;
}

/** What a client gets for a stream whose bytes come in these pieces. */
export async function streamOf(
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  { withUsage = true, ...options }: Wish = {},
): Promise<{ readonly beginning: Beginning; readonly text: string }> {
  const answer = newAnswer(options);
  const stream = new ChatStream({
    source: ReadableStream.from(pieces),
    answer,
    writer: () => new ChunkWriter(headOf(answer), { withUsage }),
    keep: () => Promise.resolve(),
    next: null,
  });
  const beginning = await stream.begin();
  const text = beginning.kind === "failed" ? "" : await new Response(stream.body()).text();
  return { beginning, text };
}

/** The chunks that a client gets for a stream of these responses. */
export async function chunksOf(responses: readonly unknown[], wish: Wish = {}): Promise<Chunk[]> {
  return chunksIn((await streamOf(responses.map(bytesOfEvent), wish)).text);
}

/** The chunks in the text of a stream, without its last word. */
export function chunksIn(text: string): Chunk[] {
  return sseData(text).filter((data) => data !== "[DONE]").map((data) => JSON.parse(data));
}

/** A response as the bytes of one event. */
export function bytesOfEvent(response: unknown): Uint8Array {
  return new TextEncoder().encode(`data: ${JSON.stringify(response)}\r\n\r\n`);
}

/** A response whose only candidate says these parts. */
export function said(parts: readonly unknown[], candidate: JsonRecord = {}): JsonRecord {
  return {
    candidates: [{
      index: 0,
      content: { role: "model", parts },
      finishReason: "STOP",
      ...candidate,
    }],
  };
}

/** One that goes on: its candidate has not ended. */
export function more(...parts: readonly unknown[]): JsonRecord {
  return { candidates: [{ index: 0, content: { role: "model", parts } }] };
}

function headOf({ responseId }: ChatAnswer): AnswerHead {
  return { id: `chatcmpl-${responseId ?? "1"}`, created: CREATED, model: MODEL };
}
