import { strictEqual as equal } from "node:assert";
import { deltasOf, newAnswer, said } from "./answers.ts";

const CALL = { functionCall: { name: "look", args: {} } };

for (
  const [what, verdict, response] of [
    ["text", "good", said([{ text: "Hi" }])],
    ["a call", "good", said([CALL])],
    ["an image", "good", said([{ inlineData: { mimeType: "image/png", data: "" } }])],
    ["steps of Google's tools", "good", said([{ toolCall: { id: "a" } }])],
    ["nothing within its limit", "good", said([], { finishReason: "MAX_TOKENS" })],
    ["nothing that may be said", "good", said([], { finishReason: "SAFETY" })],
    ["nothing to a blocked prompt", "good", { promptFeedback: { blockReason: "SAFETY" } }],
    ["text and no reason", "good", { candidates: [{ content: { parts: [{ text: "Hi" }] } }] }],
    ["one good and one empty choice", "good", {
      candidates: [
        { index: 0, finishReason: "STOP" },
        { index: 1, finishReason: "STOP", content: { parts: [{ text: "Hi" }] } },
      ],
    }],
    ["no candidates", "nothing", {}],
    ["an empty list of candidates", "nothing", { candidates: [] }],
    ["STOP", "empty", said([])],
    ["STOP after thoughts", "empty", said([{ text: "Hm", thought: true }])],
    ["STOP after a signature", "empty", said([{ text: "", thoughtSignature: "c2ln" }])],
    ["neither words nor a reason", "empty", { candidates: [{ content: {} }] }],
    ["a call that Google ran", "empty", said([CALL, { functionResponse: { name: "look" } }])],
    ["a call it could not say", "malformed", said([], { finishReason: "MALFORMED_FUNCTION_CALL" })],
    ["a call of no tool", "malformed", said([CALL], { finishReason: "UNEXPECTED_TOOL_CALL" })],
    ["too many calls", "malformed", said([CALL], { finishReason: "TOO_MANY_TOOL_CALLS" })],
    ["what nobody understands", "malformed", said([], { finishReason: "MALFORMED_RESPONSE" })],
    [
      "that a signature is missing",
      "unsigned",
      said([], {
        finishReason: "MISSING_THOUGHT_SIGNATURE",
      }),
    ],
  ] as const
) {
  Deno.test(`7 the verdict on an answer that says ${what} is ${verdict}`, () => {
    const answer = newAnswer();

    deltasOf(answer, [JSON.stringify(response)]);

    equal(answer.verdict, verdict);
  });
}
