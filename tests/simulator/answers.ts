/**
 * Composes good answers: what a model says, in responses with token counts.
 *
 * @module
 */

import type { Part } from "./generate_request.ts";
import type { Speech } from "./speech.ts";

/** A composed answer, whole or in pieces; pieces are made when asked for. */
export interface Answer {
  /** How many pieces there are. */
  readonly length: number;
  /** The n-th piece, a delta with the usage so far. */
  piece(at: number): unknown;
  /** All pieces in one. */
  whole(): unknown;
}

/** What an answer is made of. */
export interface AnswerParts {
  speech: Speech;
  /** What the request said, for the counts. */
  prompt: string;
  modelVersion: string;
  responseId: string;
  /** How many candidates say the same, 1 unless given. */
  candidates?: number;
  /** Whether the last piece has a `finishReason`. */
  finish: boolean;
}

const TOKENS_PER_PIECE = 4;

/** Composes an answer. */
export function composeAnswer(
  { speech, prompt, modelVersion, responseId, candidates = 1, finish }: AnswerParts,
): Answer {
  const thoughts: Part[] = speech.thought === undefined
    ? []
    : [{ text: speech.thought, thought: true }];
  const length = thoughts.length + speech.length;

  const response = (parts: readonly Part[], last: boolean, piecesSoFar: number) => ({
    candidates: Array.from({ length: candidates }, (_, index) => ({
      content: { parts, role: "model" },
      ...(last && finish ? { finishReason: "STOP" } : {}),
      index,
    })),
    usageMetadata: usageOf(prompt, {
      thought: speech.thought,
      candidatesTokenCount: TOKENS_PER_PIECE * piecesSoFar * candidates,
    }),
    modelVersion,
    responseId,
  });

  return {
    length,
    piece(at) {
      const spoken = at - thoughts.length;
      return spoken < 0
        ? response(thoughts, false, 0)
        : response(speech.piece(spoken), at === length - 1, spoken + 1);
    },
    whole: () => response([...thoughts, ...speech.whole()], true, speech.length),
  };
}

/** The text that an answer echoes: what the last content says. */
export function promptOf(body: Record<string, unknown>): string {
  const contents = [body.contents ?? body.content].flat();
  return textOf(contents.at(-1));
}

/** Counts tokens roughly: four letters make one. */
export function tokensOf(text: string): number {
  return Math.ceil(text.length / 4);
}

/** The answer to countTokens. */
export function countTokens(body: Record<string, unknown>): unknown {
  const inner = body.generateContentRequest as Record<string, unknown> | undefined;
  const { promptTokenCount, promptTokensDetails } = promptUsage(promptOf(inner ?? body));
  return { totalTokens: promptTokenCount, promptTokensDetails };
}

function usageOf(
  prompt: string,
  { thought, candidatesTokenCount }: { thought: string | undefined; candidatesTokenCount: number },
) {
  const thoughtsTokenCount = tokensOf(thought ?? "");
  return {
    ...promptUsage(prompt),
    // A count of nothing is left out.
    ...(candidatesTokenCount === 0 ? {} : { candidatesTokenCount }),
    ...(thoughtsTokenCount === 0 ? {} : { thoughtsTokenCount }),
    totalTokenCount: tokensOf(prompt) + candidatesTokenCount + thoughtsTokenCount,
  };
}

function promptUsage(prompt: string) {
  const tokenCount = tokensOf(prompt);
  return {
    promptTokenCount: tokenCount,
    promptTokensDetails: [{ modality: "TEXT", tokenCount }],
  };
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  const parts = (content as { parts?: unknown } | undefined)?.parts;
  return [parts].flat().map((part) => (part as { text?: unknown } | undefined)?.text)
    .filter((text) => typeof text === "string").join("");
}
