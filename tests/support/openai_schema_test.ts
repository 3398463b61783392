import { deepStrictEqual as deepEqual, ok, strictEqual as equal, throws } from "node:assert";
import { type OpenAiRoot, validateOpenAi } from "./openai_schema.ts";

const MESSAGE = { role: "assistant", content: "Hello", refusal: null };
const CHOICE = { index: 0, message: MESSAGE, finish_reason: "stop", logprobs: null };
const CREATED = 1_795_435_200;

function answerOf(choice: unknown, more: object = {}) {
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: CREATED,
    model: "gemini-2.5-pro",
    choices: [choice],
    ...more,
  };
}

function chunkOf(delta: unknown) {
  return {
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: CREATED,
    model: "gemini-2.5-pro",
    choices: [{ index: 0, delta, finish_reason: null }],
  };
}

Deno.test("validateOpenAi() finds nothing wrong with a good answer", () => {
  deepEqual(validateOpenAi("CreateChatCompletionResponse", answerOf(CHOICE)), []);
});

Deno.test("validateOpenAi() lets pass what OpenAI does not know", () => {
  const message = { ...MESSAGE, reasoning_content: "Hm", extra_content: { google: {} } };
  const answer = answerOf({ ...CHOICE, message, native_finish_reason: "STOP" });

  deepEqual(validateOpenAi("CreateChatCompletionResponse", answer), []);
});

Deno.test("validateOpenAi() refuses a choice without logprobs", () => {
  const { logprobs: _, ...choice } = CHOICE;

  deepEqual(validateOpenAi("CreateChatCompletionResponse", answerOf(choice)), [
    "/choices/0 must have required property 'logprobs'",
  ]);
});

Deno.test("validateOpenAi() refuses a message without refusal", () => {
  const { refusal: _, ...message } = MESSAGE;

  deepEqual(validateOpenAi("CreateChatCompletionResponse", answerOf({ ...CHOICE, message })), [
    "/choices/0/message must have required property 'refusal'",
  ]);
});

Deno.test("validateOpenAi() refuses a tool call delta without index", () => {
  const call = { id: "call_1", type: "function", function: { name: "f", arguments: "{}" } };
  const good = chunkOf({ tool_calls: [{ index: 0, ...call }] });
  const bad = chunkOf({ tool_calls: [call] });

  deepEqual(validateOpenAi("CreateChatCompletionStreamResponse", good), []);
  deepEqual(validateOpenAi("CreateChatCompletionStreamResponse", bad), [
    "/choices/0/delta/tool_calls/0 must have required property 'index'",
  ]);
});

Deno.test("validateOpenAi() refuses a finish that OpenAI does not know", () => {
  const answer = answerOf({ ...CHOICE, finish_reason: "SAFETY" });

  deepEqual(validateOpenAi("CreateChatCompletionResponse", answer), [
    "/choices/0/finish_reason must be equal to one of the allowed values",
  ]);
});

Deno.test("validateOpenAi() refuses a moment in milliseconds", () => {
  const answer = answerOf(CHOICE, { created: CREATED * 1000 });

  deepEqual(validateOpenAi("CreateChatCompletionResponse", answer), [
    '/created must match format "unixtime"',
  ]);
});

Deno.test("validateOpenAi() tells of every fault", () => {
  equal(validateOpenAi("Model", {}).length, 4);
});

for (
  const root of [
    "CreateChatCompletionRequest",
    "CreateChatCompletionResponse",
    "CreateChatCompletionStreamResponse",
    "CompletionUsage",
    "CreateEmbeddingRequest",
    "CreateEmbeddingResponse",
    "Embedding",
    "ListModelsResponse",
    "Model",
    "Error",
    "ErrorResponse",
  ] as const
) {
  Deno.test(`validateOpenAi() knows what a ${root} must have`, () => {
    ok(validateOpenAi(root, {}).some((fault) => fault.startsWith(" must have")));
  });
}

Deno.test("validateOpenAi() throws for what the schema does not define", () => {
  throws(() => validateOpenAi("Elsewhere" as OpenAiRoot, {}), RangeError);
});
