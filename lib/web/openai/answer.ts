/**
 * Answers in one piece.
 *
 * @module
 */

import { RotatorError, UPSTREAM_UNREACHABLE } from "../../domain/errors.ts";
import type { GeminiAnswer, Relayed } from "../../protocol/gemini/exchange.ts";
import type { HeaderPairs } from "../../protocol/gemini/headers.ts";

/** JSON for the client. */
export function jsonAnswer(value: unknown, headers: HeaderPairs = []): Relayed {
  return {
    kind: "answered",
    answer: {
      status: 200,
      headers: [
        ["content-type", "application/json; charset=UTF-8"],
        ["cache-control", "private, no-store"],
        ["x-content-type-options", "nosniff"],
        ...headers,
      ],
      body: new TextEncoder().encode(JSON.stringify(value)),
    },
  };
}

/**
 * The body of an answer that was read whole.
 *
 * @throws {RotatorError} `upstream_unreachable` when it was too large for that.
 */
export async function wholeBody({ body }: GeminiAnswer): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body;
  await body?.cancel();
  throw new RotatorError(UPSTREAM_UNREACHABLE, "Cannot answer: Gemini's answer is too large");
}
