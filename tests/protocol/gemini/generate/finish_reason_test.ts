import assert from "node:assert/strict";
import {
  blockReasonOf,
  type Ending,
  endingOf,
  finishReasonOf,
} from "../../../../lib/protocol/gemini/generate/finish_reason.ts";

const MEANINGS: [Ending, string[]][] = [
  ["done", ["STOP"]],
  ["length", ["MAX_TOKENS"]],
  ["filtered", [
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
  ]],
  ["malformed", [
    "MALFORMED_FUNCTION_CALL",
    "UNEXPECTED_TOOL_CALL",
    "TOO_MANY_TOOL_CALLS",
    "MALFORMED_RESPONSE",
  ]],
  ["unsigned", ["MISSING_THOUGHT_SIGNATURE"]],
  ["continues", ["CONTINUATION"]],
  ["other", [
    "OTHER",
    "NO_IMAGE",
    "IMAGE_OTHER",
    "FINISH_REASON_UNSPECIFIED",
    "SOMETHING_NEW",
    "99",
    "",
    "stop",
    "constructor",
  ]],
];

for (const [ending, reasons] of MEANINGS) {
  for (const reason of reasons) {
    Deno.test(`7.8 endingOf() takes ${JSON.stringify(reason)} for ${ending}`, () => {
      assert.equal(endingOf(reason), ending);
    });
  }
}

Deno.test("7.8 finishReasonOf() gives names as they are, unknown ones too", () => {
  assert.equal(finishReasonOf("STOP"), "STOP");
  assert.equal(finishReasonOf("SOMETHING_NEW"), "SOMETHING_NEW");
});

Deno.test("7.8 finishReasonOf() knows reasons by their numbers", () => {
  assert.deepEqual(Array.from({ length: 18 }, (_, number) => finishReasonOf(number)), [
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
  ]);
});

Deno.test("7.8 finishReasonOf() leaves numbers that nobody knows", () => {
  assert.deepEqual([99, -1, 1.5].map(finishReasonOf), ["99", "-1", "1.5"]);
});

Deno.test("finishReasonOf() is null where no reason is given", () => {
  assert.deepEqual([undefined, null, "", {}, [], true].map(finishReasonOf), Array(6).fill(null));
});

Deno.test("7.9 blockReasonOf() knows reasons by name and by number", () => {
  assert.deepEqual(["SAFETY", "JAILBREAK", 1, 2, 3, 4, 5, 42, null, ""].map(blockReasonOf), [
    "SAFETY",
    "JAILBREAK",
    "SAFETY",
    "OTHER",
    "BLOCKLIST",
    "PROHIBITED_CONTENT",
    "IMAGE_SAFETY",
    "42",
    null,
    null,
  ]);
});
