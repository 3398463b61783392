/**
 * What Gemini says and OpenAI has no place for: `extra_content.google`, as Google's own OpenAI layer
 * calls it. Clients that give it back with the history give Gemini its own words back.
 *
 * @see https://ai.google.dev/gemini-api/docs/openai
 * @module
 */

import { type JsonRecord, recordOf, recordsOf, textOf } from "../json.ts";
import type { Part } from "../gemini/generate/request.ts";

/** What stands in `extra_content.google`. */
export interface GoogleExtras {
  /** Of the text, call or image that it stands beside. */
  readonly thought_signature?: string;
  /** Steps of tools that Google ran, as they came. */
  readonly tool_parts?: readonly JsonRecord[];
  /** The sources of an answer. */
  readonly grounding_metadata?: JsonRecord;
  /** The addresses that it looked at. */
  readonly url_context_metadata?: JsonRecord;
  /** Goes on with an answer that was longer than one call may be. */
  readonly continuation_token?: string;
}

/** `extra_content` around them. */
export interface ExtraContent {
  /** Google's part. */
  readonly google: GoogleExtras;
}

/** The thought signature in what a client gave back. */
export function signatureIn(extraContent: unknown): string | null {
  return textOf(recordOf(recordOf(extraContent)?.google)?.thought_signature) || null;
}

/** The steps of Google's tools in what a client gave back. */
export function toolPartsIn(extraContent: unknown): Part[] {
  return recordsOf(recordOf(recordOf(extraContent)?.google)?.tool_parts)
    .filter((part) => "toolCall" in part || "toolResponse" in part);
}
