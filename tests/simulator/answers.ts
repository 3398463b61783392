/**
 * Composes good answers: texts that echo the prompt, token counts, embeddings.
 *
 * @module
 */

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
  /** The text to echo. */
  prompt: string;
  modelVersion: string;
  responseId: string;
  /** How many pieces to make. */
  events: number;
  /** The least size of a piece in bytes. */
  eventBytes: number;
  /** Whether the last piece has a `finishReason`. */
  finish: boolean;
}

/** Composes an answer. */
export function composeAnswer(
  { prompt, modelVersion, responseId, events, eventBytes, finish }: AnswerParts,
): Answer {
  const response = (text: string, last: boolean, piecesSoFar: number) => ({
    candidates: [{
      content: { parts: [{ text }], role: "model" },
      ...(last && finish ? { finishReason: "STOP" } : {}),
      index: 0,
    }],
    usageMetadata: {
      ...promptUsage(prompt),
      candidatesTokenCount: 4 * piecesSoFar,
      totalTokenCount: tokensOf(prompt) + 4 * piecesSoFar,
    },
    modelVersion,
    responseId,
  });
  const delta = (at: number) =>
    (at === 0 ? `You said: “${echoOf(prompt)}”.` : ` This is part ${at + 1}.`)
      .padEnd(eventBytes, " word");

  return {
    length: events,
    piece: (at) => response(delta(at), at === events - 1, at + 1),
    whole: () => {
      const text = Array.from({ length: events }, (_, at) => delta(at)).join("");
      return response(text, true, events);
    },
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

/** The answer to embedContent. */
export function embed(body: Record<string, unknown>): unknown {
  return { embedding: { values: valuesFor(body) }, usageMetadata: embedUsage([body]) };
}

/** The answer to batchEmbedContents. */
export function embedAll(requests: readonly Record<string, unknown>[]): unknown {
  return {
    embeddings: requests.map((request) => ({ values: valuesFor(request) })),
    usageMetadata: embedUsage(requests),
  };
}

function promptUsage(prompt: string) {
  const tokenCount = tokensOf(prompt);
  return {
    promptTokenCount: tokenCount,
    promptTokensDetails: [{ modality: "TEXT", tokenCount }],
  };
}

function embedUsage(requests: readonly Record<string, unknown>[]) {
  const tokenCount = tokensOf(requests.map(promptOf).join(""));
  // Google really says promptTokenDetails here, and promptTokensDetails elsewhere.
  return {
    promptTokenCount: tokenCount,
    promptTokenDetails: [{ modality: "TEXT", tokenCount }],
  };
}

function valuesFor(request: Record<string, unknown>): number[] {
  const size = Number(request.outputDimensionality ?? request.output_dimensionality) || 3072;
  let seed = 1;
  for (const letter of promptOf(request)) {
    seed = (seed * 31 + letter.codePointAt(0)!) % 2_147_483_647;
  }
  return Array.from({ length: size }, () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return Number((seed / 2_147_483_647 - 0.5).toFixed(8));
  });
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  const parts = (content as { parts?: unknown } | undefined)?.parts;
  return [parts].flat().map((part) => (part as { text?: unknown } | undefined)?.text)
    .filter((text) => typeof text === "string").join("");
}

function echoOf(prompt: string): string {
  // Whole characters, never half of a surrogate pair.
  const letters = [...prompt.slice(0, 400)];
  return letters.slice(0, 200).join("").replace(/\p{Cs}$/u, "");
}
