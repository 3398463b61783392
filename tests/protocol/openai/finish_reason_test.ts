import { deepStrictEqual as deepEqual } from "node:assert";
import { completionOf, said } from "./answers.ts";

const CALL = { functionCall: { name: "look", args: {} } };
const TEXT = { text: "Hi" };

/** OPENAI §7, TRANSLATION 7.8. */
const ROWS: readonly (readonly [reason: string | number | null, text: string, call: string])[] = [
  ["STOP", "stop", "tool_calls"],
  ["MAX_TOKENS", "length", "length"],
  ["SAFETY", "content_filter", "content_filter"],
  ["RECITATION", "content_filter", "content_filter"],
  ["BLOCKLIST", "content_filter", "content_filter"],
  ["PROHIBITED_CONTENT", "content_filter", "content_filter"],
  ["SPII", "content_filter", "content_filter"],
  ["LANGUAGE", "content_filter", "content_filter"],
  ["IMAGE_SAFETY", "content_filter", "content_filter"],
  ["IMAGE_PROHIBITED_CONTENT", "content_filter", "content_filter"],
  ["IMAGE_RECITATION", "content_filter", "content_filter"],
  ["MODEL_ARMOR", "content_filter", "content_filter"],
  ["MALFORMED_FUNCTION_CALL", "stop", "tool_calls"],
  ["UNEXPECTED_TOOL_CALL", "stop", "tool_calls"],
  ["TOO_MANY_TOOL_CALLS", "stop", "tool_calls"],
  ["MALFORMED_RESPONSE", "stop", "tool_calls"],
  ["OTHER", "stop", "tool_calls"],
  ["NO_IMAGE", "stop", "tool_calls"],
  ["IMAGE_OTHER", "stop", "tool_calls"],
  ["FINISH_REASON_UNSPECIFIED", "stop", "tool_calls"],
  ["A_REASON_OF_TOMORROW", "stop", "tool_calls"],
  ["CONTINUATION", "length", "length"],
  [0, "stop", "tool_calls"],
  [1, "stop", "tool_calls"],
  [2, "length", "length"],
  [3, "content_filter", "content_filter"],
  [99, "stop", "tool_calls"],
  [null, "stop", "tool_calls"],
];

for (const [finishReason, text, call] of ROWS) {
  Deno.test(`7.8 ${finishReason} is ${text} after a text and ${call} after a call`, () => {
    const ends = [TEXT, CALL].map((part) =>
      completionOf(said([part], { finishReason })).choices[0]?.finish_reason
    );

    deepEqual(ends, [text, call]);
  });
}
