/**
 * What Gemini counted for an answer.
 *
 * @module
 */

import type { Usage } from "../../domain/ports.ts";

const decoder = new TextDecoder();

/**
 * Reads `usageMetadata`; absent counts are zero, because Google leaves out what is none.
 *
 * `total` is Google's own sum: prompt, output, thoughts and tool use.
 * https://ai.google.dev/api/generate-content#UsageMetadata
 *
 * @returns null when it is not JSON of that shape.
 */
export function readUsage(json: Uint8Array): Usage | null {
  const found = parse(decoder.decode(json));
  if (typeof found !== "object" || found === null) return null;
  const counts = found as Record<string, unknown>;
  const count = (name: string) => tokens(counts[name]);
  return {
    prompt: count("promptTokenCount"),
    cached: count("cachedContentTokenCount"),
    output: count("candidatesTokenCount"),
    thoughts: count("thoughtsTokenCount"),
    toolUse: count("toolUsePromptTokenCount"),
    total: count("totalTokenCount"),
  };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // The stream was cut or is not what we took it for: then nothing was counted.
    return null;
  }
}

/** A count that is a whole number of tokens; Google may write 64-bit numbers as strings. */
function tokens(count: unknown): number {
  const value = typeof count === "string" ? Number(count) : count;
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : 0;
}
