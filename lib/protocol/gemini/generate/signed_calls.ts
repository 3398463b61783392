/**
 * Thought signatures of function calls, in the places where Gemini 3 wants to see them.
 *
 * In the current turn, which begins with the last thing the user said, the first call of every step
 * has to carry its signature. A signature belongs to its part and is never moved, joined or rewritten.
 *
 * @see https://ai.google.dev/gemini-api/docs/thought-signatures
 * @module
 */

import type { Content, Part } from "./request.ts";
import { isResult } from "./conversation.ts";

/** Google's own word for a call whose signature is lost. */
export const PLACEHOLDER = "skip_thought_signature_validator";

/** The calls that lack a signature which Gemini will ask for. */
export function unsignedCalls(contents: readonly Content[]): Part[] {
  return firstCalls(contents).filter(({ thoughtSignature }) => thoughtSignature === undefined);
}

/** The same conversation with these signatures; where a call has none, the placeholder. */
export function signCalls(
  contents: readonly Content[],
  signatures: ReadonlyMap<Part, string | null>,
): Content[] {
  return contents.map((content) => ({
    ...content,
    parts: content.parts.map((part) =>
      signatures.has(part)
        ? { ...part, thoughtSignature: signatures.get(part) ?? PLACEHOLDER }
        : part
    ),
  }));
}

/** The same conversation without any signature that Gemini could refuse: placeholders, where it needs them. */
export function replaceSignatures(contents: readonly Content[]): Content[] {
  const needed = new Set(firstCalls(contents));
  return contents.map((content) => ({
    ...content,
    parts: content.parts.map((part) => {
      const { thoughtSignature: _refused, ...bare } = part;
      if (needed.has(part)) return { ...bare, thoughtSignature: PLACEHOLDER };
      // A text that stood there for its signature alone would be empty now, and that Gemini refuses.
      return bare.text === "" ? { ...bare, text: " " } : bare;
    }),
  }));
}

/** The first call of each step of the current turn. */
function firstCalls(contents: readonly Content[]): Part[] {
  const lastWord = contents.findLastIndex(({ role, parts }) =>
    role === "user" && !parts.every(isResult)
  );
  return contents.slice(lastWord + 1)
    .map(({ parts }) => parts.find(({ functionCall }) => functionCall !== undefined))
    .filter((part) => part !== undefined);
}
