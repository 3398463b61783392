/**
 * Makes embeddings: numbers that depend on the text and on nothing else.
 *
 * @module
 */

import { promptOf, tokensOf } from "./answers.ts";

/** The answer to embedContent. */
export function embed(body: Record<string, unknown>): unknown {
  return { embedding: { values: valuesFor(body) }, usageMetadata: usageOf([body]) };
}

/** The answer to batchEmbedContents. */
export function embedAll(requests: readonly Record<string, unknown>[]): unknown {
  return {
    embeddings: requests.map((request) => ({ values: valuesFor(request) })),
    usageMetadata: usageOf(requests),
  };
}

function usageOf(requests: readonly Record<string, unknown>[]) {
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
