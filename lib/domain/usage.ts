/**
 * Adds up what Gemini counted.
 *
 * @module
 */

import type { Usage } from "./ports.ts";

/** Both together; null when nothing was counted for either. */
export function addUsage(one: Usage | null, other: Usage | null): Usage | null {
  if (one === null || other === null) return one ?? other;
  return {
    prompt: one.prompt + other.prompt,
    cached: one.cached + other.cached,
    output: one.output + other.output,
    thoughts: one.thoughts + other.thoughts,
    toolUse: one.toolUse + other.toolUse,
    total: one.total + other.total,
  };
}
