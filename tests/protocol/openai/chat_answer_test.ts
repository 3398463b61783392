import { deepStrictEqual as deepEqual, strictEqual as equal } from "node:assert";
import { FunctionNames } from "../../../lib/protocol/gemini/generate/function_names.ts";
import { validateOpenAi } from "../../support/openai_schema.ts";
import {
  completionOf,
  completionOfText,
  CREATED,
  deltasOf,
  messageOf,
  MODEL,
  newAnswer,
  said,
} from "./answers.ts";

const CALL = { functionCall: { id: "a1b2c3d4", name: "look", args: { at: "sky" } } };
const PNG = { inlineData: { mimeType: "image/png", data: "iVBORw0KGgo=" } };

Deno.test("5 a completion has its head, its choice and its usage", () => {
  const completion = completionOf({
    ...said([{ text: "Hi" }]),
    responseId: "abc",
    modelVersion: "gemini-3-flash-002",
    usageMetadata: { promptTokenCount: 2, candidatesTokenCount: 1, totalTokenCount: 3 },
  });

  deepEqual(completion, {
    id: "chatcmpl-abc",
    object: "chat.completion",
    created: CREATED,
    model: MODEL,
    choices: [{
      index: 0,
      message: { role: "assistant", content: "Hi", refusal: null },
      logprobs: null,
      finish_reason: "stop",
      native_finish_reason: "STOP",
    }],
    usage: {
      prompt_tokens: 2,
      completion_tokens: 1,
      total_tokens: 3,
      prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
    },
  });
});

Deno.test("7.1 every kind of part comes out, in a place of its own", () => {
  const message = messageOf([
    { text: "Hm", thought: true },
    { text: "Look:" },
    { executableCode: { language: "PYTHON", code: "print(1)\n" } },
    { codeExecutionResult: { outcome: "OUTCOME_OK", output: "1\n" } },
    PNG,
    { fileData: { fileUri: "https://example.com/files/a", mimeType: "image/png" } },
    CALL,
  ]);

  deepEqual(message, {
    role: "assistant",
    content: "Look:\n```python\nprint(1)\n```\n\n```\n1\n```\n",
    refusal: null,
    reasoning_content: "Hm",
    tool_calls: [{
      id: "a1b2c3d4",
      type: "function",
      function: { name: "look", arguments: '{"at":"sky"}' },
    }],
    images: [
      {
        type: "image_url",
        index: 0,
        image_url: { url: "data:image/png;base64,iVBORw0KGgo=" },
      },
      { type: "image_url", index: 1, image_url: { url: "https://example.com/files/a" } },
    ],
  });
});

Deno.test("7.1 every candidate comes out, by its index", () => {
  const { choices } = completionOf({
    candidates: [
      { index: 1, content: { parts: [{ text: "b" }] }, finishReason: "MAX_TOKENS" },
      { index: 0, content: { parts: [{ text: "a" }] }, finishReason: "STOP" },
    ],
  });

  deepEqual(
    choices.map(({ index, message, finish_reason }) => [index, message.content, finish_reason]),
    [[0, "a", "stop"], [1, "b", "length"]],
  );
});

Deno.test("7.1 texts are joined with nothing between them, and a line break alone is kept", () => {
  equal(messageOf([{ text: "a" }, { text: "\n" }, { text: "b" }])?.content, "a\nb");
});

Deno.test("7.3 thoughts between texts keep to their own field", () => {
  const message = messageOf([
    { text: "One", thought: true },
    { text: "a" },
    { text: "Two", thought: true },
    { text: "b" },
  ]);

  deepEqual([message?.reasoning_content, message?.content], ["OneTwo", "ab"]);
});

Deno.test("7.4 a candidate without an index has the one of its place", () => {
  const { choices } = completionOf({
    candidates: [
      { content: { parts: [{ text: "a" }] }, finishReason: "STOP" },
      { content: { parts: [{ text: "b" }] }, finishReason: "STOP" },
    ],
  });

  deepEqual(choices.map(({ index }) => index), [0, 1]);
});

for (
  const [what, candidate] of [
    ["content", { finishReason: "MAX_TOKENS" }],
    ["parts", { finishReason: "MAX_TOKENS", content: { role: "model" } }],
    ["anything in its parts", { finishReason: "MAX_TOKENS", content: { parts: [{}, null, 7] } }],
  ] as const
) {
  Deno.test(`7.10 a candidate without ${what} says null`, () => {
    const [choice] = completionOf({ candidates: [candidate] }).choices;

    deepEqual([choice?.message.content, choice?.finish_reason], [null, "length"]);
  });
}

for (const blockReason of ["SAFETY", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "NEW_REASON"]) {
  Deno.test(`7.9 a prompt that was blocked for ${blockReason} is a filtered answer with a refusal`, () => {
    const completion = completionOf({ promptFeedback: { blockReason } });

    deepEqual(validateOpenAi("CreateChatCompletionResponse", completion), []);
    deepEqual(completion.choices, [{
      index: 0,
      message: {
        role: "assistant",
        content: null,
        refusal: `Blocked by Gemini: ${blockReason}`,
      },
      logprobs: null,
      finish_reason: "content_filter",
      native_finish_reason: blockReason,
    }]);
  });
}

Deno.test("7.15 grounding comes out as citations, and as it came", () => {
  const groundingMetadata = {
    groundingChunks: [{ web: { uri: "https://example.com/a", title: "A" } }],
    groundingSupports: [{
      segment: { startIndex: 0, endIndex: 3, text: "Sky" },
      groundingChunkIndices: [0],
    }],
    webSearchQueries: ["sky"],
  };

  const [choice] = completionOf(said([{ text: "Sky is up" }], { groundingMetadata })).choices;

  deepEqual(choice?.message.annotations, [{
    type: "url_citation",
    url_citation: { url: "https://example.com/a", title: "A", start_index: 0, end_index: 3 },
  }]);
  deepEqual(choice?.message.extra_content, { google: { grounding_metadata: groundingMetadata } });
});

Deno.test("7.15 the addresses that Google looked at come out as they came", () => {
  const urlContextMetadata = { urlMetadata: [{ retrievedUrl: "https://example.com" }] };

  const [choice] = completionOf(said([{ text: "Read" }], { urlContextMetadata })).choices;

  deepEqual(choice?.message.extra_content, {
    google: { url_context_metadata: urlContextMetadata },
  });
});

Deno.test("7.16 a text beside a call is kept, and content is null only without one", () => {
  deepEqual(
    [messageOf([{ text: "Wait" }, CALL])?.content, messageOf([CALL])?.content],
    ["Wait", null],
  );
});

Deno.test("7.17 a call has the client's own name and its numbers as they were written", () => {
  const names = new FunctionNames(["shop/buy it"]);
  const text = `{"candidates":[{"content":{"parts":[{"functionCall":{"name":"${
    names.toGemini("shop/buy it")
  }","args":{"order":12345678901234567890,"rate":1.0}}}]},"finishReason":"STOP"}]}`;

  const [call] = completionOfText(text, { names }).choices[0]?.message.tool_calls ?? [];

  deepEqual(call?.function, {
    name: "shop/buy it",
    arguments: '{"order":12345678901234567890,"rate":1.0}',
  });
});

Deno.test("7.18 logprobs stand beside the message", () => {
  const logprobsResult = {
    chosenCandidates: [{ token: "Hi", logProbability: -0.5 }],
    topCandidates: [{ candidates: [{ token: "Hi", logProbability: -0.5 }] }],
  };

  const completion = completionOf(said([{ text: "Hi" }], { logprobsResult }));

  deepEqual(validateOpenAi("CreateChatCompletionResponse", completion), []);
  deepEqual(completion.choices[0]?.logprobs?.content?.map(({ token }) => token), ["Hi"]);
});

Deno.test("5 a call without an id gets one of ours, and without arguments an empty object", () => {
  const message = messageOf([{ functionCall: { name: "look" } }]);

  deepEqual(message?.tool_calls, [
    { id: "call_new0", type: "function", function: { name: "look", arguments: "{}" } },
  ]);
});

Deno.test("5 a call that Google has answered itself is none of the client's", () => {
  const { choices: [choice] } = completionOf(said([
    { functionCall: { id: "s1", name: "search", args: {} } },
    { functionResponse: { id: "s1", name: "search", response: {} } },
    { text: "Found" },
  ]));

  deepEqual([choice?.message.tool_calls, choice?.finish_reason], [undefined, "stop"]);
});

Deno.test("8.3 the signature of a call stands beside it, that of a text beside the message", () => {
  const message = messageOf([
    { text: "Wait", thoughtSignature: "dGV4dA==" },
    { ...CALL, thoughtSignature: "Y2FsbA==" },
  ]);

  deepEqual(message?.extra_content, { google: { thought_signature: "dGV4dA==" } });
  deepEqual(
    message?.tool_calls?.[0]?.extra_content,
    { google: { thought_signature: "Y2FsbA==" } },
  );
});

Deno.test("8.4 calls with signatures are to be kept, under the ids that the client knows", () => {
  const answer = newAnswer();

  deltasOf(answer, [JSON.stringify(said([
    { functionCall: { name: "look", args: { b: 1, a: 2 } }, thoughtSignature: "Y2FsbA==" },
    CALL,
  ]))]);

  deepEqual(answer.signedCalls, [
    { callId: "call_new0", name: "look", args: '{"a":2,"b":1}', signature: "Y2FsbA==" },
  ]);
});

Deno.test("3 a tool that takes one text is called with it", () => {
  const calls = [{ input: "ls" }, {}, { input: { cmd: "ls" } }].map((args) =>
    messageOf([{ functionCall: { name: "shell", args } }], { custom: new Set(["shell"]) })
      ?.tool_calls?.[0]
  );

  deepEqual(
    calls,
    ["ls", "", '{"cmd":"ls"}'].map((input) => ({
      id: "call_new0",
      type: "custom",
      custom: { name: "shell", input },
    })),
  );
});

Deno.test("3 the text of a tool may be a number that was kept as it was written", () => {
  const text = '{"candidates":[{"content":{"parts":[{"functionCall":{"name":"shell",' +
    '"args":{"input":1.0}}}]}}]}';

  const [call] = completionOfText(text, { custom: new Set(["shell"]) })
    .choices[0]?.message.tool_calls ?? [];

  deepEqual(call, { id: "call_new0", type: "custom", custom: { name: "shell", input: "1.0" } });
});

Deno.test("2.14 a client that declared functions in the older form gets one call in it", () => {
  const { choices: [choice] } = completionOf(
    said([CALL, { functionCall: { name: "second", args: {} } }]),
    { isLegacy: true },
  );

  deepEqual(choice?.message.function_call, { name: "look", arguments: '{"at":"sky"}' });
  deepEqual([choice?.message.tool_calls, choice?.finish_reason], [undefined, "function_call"]);
});

Deno.test("5 sound is audio with an id, raw or as a file", () => {
  const parts = [
    { inlineData: { mimeType: "audio/L16;codec=pcm;rate=24000", data: btoa("ab") } },
    { inlineData: { mimeType: "audio/L16;codec=pcm;rate=24000", data: btoa("cdef") } },
  ];

  const [raw, file] = (["pcm16", "wav"] as const).map((soundAs) =>
    messageOf(parts, { soundAs })?.audio
  );

  deepEqual(raw, {
    id: "audio_new0",
    data: btoa("abcdef"),
    expires_at: CREATED,
    transcript: "",
  });
  equal(atob(file?.data ?? "").slice(0, 4), "RIFF");
});

Deno.test("7 why a choice ended is told in Google's words too", () => {
  const { choices: [choice] } = completionOf(
    said([CALL], { finishReason: "UNEXPECTED_TOOL_CALL", finishMessage: "No such tool" }),
  );

  deepEqual(
    {
      ...choice,
      message: null,
    },
    {
      index: 0,
      message: null,
      logprobs: null,
      finish_reason: "tool_calls",
      native_finish_reason: "UNEXPECTED_TOOL_CALL",
      native_finish_message: "No such tool",
    },
  );
});

Deno.test("3.17 two calls never share an id, even where Gemini gives both the same", () => {
  const ids = messageOf([CALL, CALL])?.tool_calls?.map(({ id }) => id) ?? [];

  equal(ids[0], "a1b2c3d4");
  equal(new Set(ids).size, 2);
});
