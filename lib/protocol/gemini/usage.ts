/**
 * What Gemini counted for an answer.
 *
 * @module
 */

import type { Usage } from "../../domain/ports.ts";
import { isRecord, type JsonRecord } from "../json.ts";
import { AnswerScanner } from "./answer_scanner.ts";

const decoder = new TextDecoder();
const NAME = '"usageMetadata"';
/** Google writes usage near the end of an answer, with little behind it. */
const TAIL_BYTES = 1_024;

/**
 * Reads `usageMetadata`; absent counts are zero, because Google leaves out what is none.
 *
 * `total` is Google's own sum: prompt, output, thoughts and tool use.
 * https://ai.google.dev/api/generate-content#UsageMetadata
 *
 * @returns null when it is not JSON of that shape.
 */
export function readUsage(json: Uint8Array): Usage | null {
  return countsOf(parse(decoder.decode(json)));
}

function countsOf(found: unknown): Usage | null {
  return isRecord(found) ? usageOf(found) : null;
}

/** What `usageMetadata` tells; zeros when there is none. */
export function usageOf(metadata: JsonRecord | null): Usage {
  const count = (name: string) => tokenCount(metadata?.[name]);
  return {
    prompt: count("promptTokenCount"),
    cached: count("cachedContentTokenCount"),
    output: count("candidatesTokenCount"),
    thoughts: count("thoughtsTokenCount"),
    toolUse: count("toolUsePromptTokenCount"),
    total: count("totalTokenCount"),
  };
}

/** The usage in an answer that came in one piece; null when it has none. */
export function findUsage(answer: Uint8Array): Usage | null {
  const tail = decoder.decode(answer.subarray(Math.max(0, answer.length - TAIL_BYTES)));
  // A string of the model's cannot look like this name: its quotes would be escaped.
  const named = tail.lastIndexOf(NAME);
  if (named < 0) return answer.length > TAIL_BYTES ? scanForUsage(answer) : null;
  const opens = tail.indexOf("{", named);
  return opens < 0 ? null : countsOf(parse(tail.slice(opens, closeOf(tail, opens))));
}

function scanForUsage(answer: Uint8Array): Usage | null {
  const scanner = new AnswerScanner();
  scanner.scan(answer, 0);
  return scanner.usage === null ? null : readUsage(scanner.usage);
}

/** Behind the brace that closes the one at `opens`; usage holds numbers and enums, no braces in text. */
function closeOf(text: string, opens: number): number {
  let depth = 0;
  for (let at = opens; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === OPEN_BRACE) depth += 1;
    else if (character === CLOSE_BRACE && --depth === 0) return at + 1;
  }
  return text.length;
}

const OPEN_BRACE = 0x7b, CLOSE_BRACE = 0x7d;

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // The stream was cut or is not what we took it for: then nothing was counted.
    return null;
  }
}

/** A count that is a whole number of tokens; Google may write 64-bit numbers as strings. */
export function tokenCount(count: unknown): number {
  const value = typeof count === "string" ? Number(count) : count;
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : 0;
}
