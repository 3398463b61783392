/**
 * Answers with responses that a test wrote down.
 *
 * @module
 */

import type { Answer } from "./answers.ts";

type Response = Readonly<Record<string, unknown>>;
type Candidate = Readonly<Record<string, unknown>> & {
  index?: number;
  content?: { parts?: readonly unknown[]; role?: string };
};

/** What every response says of itself. */
export interface Imprint {
  modelVersion: string;
  responseId: string;
}

/** An answer of these pieces; the imprint fills in what they leave out. */
export function scriptedAnswer(pieces: readonly object[], imprint: Imprint): Answer {
  return {
    length: pieces.length,
    piece: (at) => ({ ...imprint, ...pieces[at] }),
    whole: () => ({ ...imprint, ...merged(pieces as readonly Response[]) }),
  };
}

/** One response of many: parts are joined by candidate, and of the rest the last word counts. */
function merged(pieces: readonly Response[]): Response {
  const candidates = new Map<number, Candidate>();
  for (const piece of pieces) {
    for (const candidate of (piece.candidates ?? []) as readonly Candidate[]) {
      const { index = 0 } = candidate;
      candidates.set(index, joined(candidates.get(index), candidate));
    }
  }
  const inOrder = [...candidates.keys()].sort((a, b) => a - b);
  return {
    ...Object.assign({}, ...pieces),
    ...(candidates.size > 0 ? { candidates: inOrder.map((index) => candidates.get(index)) } : {}),
  };
}

function joined(before: Candidate | undefined, next: Candidate): Candidate {
  if (before?.content === undefined || next.content === undefined) return { ...before, ...next };
  const parts = [...before.content.parts ?? [], ...next.content.parts ?? []];
  return { ...before, ...next, content: { ...before.content, ...next.content, parts } };
}
