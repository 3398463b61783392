/**
 * Why an answer of Gemini's ended, sorted by what it means for a client.
 *
 * @see https://ai.google.dev/api/generate-content#FinishReason
 * @module
 */

/** What an end means. */
export type Ending =
  /** It said what it had to say. */
  | "done"
  /** It reached its limit of tokens. */
  | "length"
  /** Something was held back. */
  | "filtered"
  /** It wanted to call a function and could not say how. */
  | "malformed"
  /** The request lacks a thought signature. */
  | "unsigned"
  /** It goes on in another call. */
  | "continues"
  /** Gemini gave a reason that tells nothing, or one that we do not know. */
  | "other";

const ENDINGS: ReadonlyMap<string, Ending> = new Map([
  ["STOP", "done"],
  ["MAX_TOKENS", "length"],
  ...([
    "SAFETY",
    "RECITATION",
    "BLOCKLIST",
    "PROHIBITED_CONTENT",
    "SPII",
    "LANGUAGE",
    "IMAGE_SAFETY",
    "IMAGE_PROHIBITED_CONTENT",
    "IMAGE_RECITATION",
    "MODEL_ARMOR",
  ].map((reason) => [reason, "filtered"] as const)),
  ["MALFORMED_FUNCTION_CALL", "malformed"],
  ["UNEXPECTED_TOOL_CALL", "malformed"],
  ["TOO_MANY_TOOL_CALLS", "malformed"],
  ["MALFORMED_RESPONSE", "malformed"],
  ["MISSING_THOUGHT_SIGNATURE", "unsigned"],
  ["CONTINUATION", "continues"],
]);

/** The numbers that stand for reasons where enums are integers. */
const ENDS_BY_NUMBER: readonly string[] = [
  "FINISH_REASON_UNSPECIFIED",
  "STOP",
  "MAX_TOKENS",
  "SAFETY",
  "RECITATION",
  "OTHER",
  "LANGUAGE",
  "BLOCKLIST",
  "PROHIBITED_CONTENT",
  "SPII",
  "MALFORMED_FUNCTION_CALL",
  "IMAGE_SAFETY",
  "UNEXPECTED_TOOL_CALL",
  "TOO_MANY_TOOL_CALLS",
  "IMAGE_PROHIBITED_CONTENT",
  "IMAGE_OTHER",
  "NO_IMAGE",
  "IMAGE_RECITATION",
];

const BLOCKS_BY_NUMBER: readonly string[] = [
  "BLOCK_REASON_UNSPECIFIED",
  "SAFETY",
  "OTHER",
  "BLOCKLIST",
  "PROHIBITED_CONTENT",
  "IMAGE_SAFETY",
];

/** The reason by its name; null when there is none. Numbers that we do not know stay numbers. */
export function finishReasonOf(value: unknown): string | null {
  return nameOf(value, ENDS_BY_NUMBER);
}

/** Why a prompt was blocked, by its name; null when it was not. */
export function blockReasonOf(value: unknown): string | null {
  return nameOf(value, BLOCKS_BY_NUMBER);
}

/** What a reason means. */
export function endingOf(reason: string): Ending {
  return ENDINGS.get(reason) ?? "other";
}

function nameOf(value: unknown, byNumber: readonly string[]): string | null {
  if (typeof value === "number") return byNumber[value] ?? String(value);
  return typeof value === "string" && value !== "" ? value : null;
}
