import assert from "node:assert/strict";
import { CHAT_FIELDS, readChatRequest } from "../../../lib/protocol/openai/chat_request.ts";
import { aChat, bodyOf, partsOf } from "./chats.ts";

const format = (json_schema: unknown) => ({
  response_format: { type: "json_schema", json_schema },
});

/** Fields of a request that will not do, the field that the error names, and what it says of it. */
const wrong: [Record<string, unknown>, string, string][] = [
  [{ model: undefined }, "model", "is missing"],
  [{ stream_options: [] }, "stream_options", "must be an object"],
  [{ reasoning: [] }, "reasoning", "must be an object"],
  [{ model: null }, "model", "must be a string"],
  [{ model: 5 }, "model", "must be a string"],
  [{ model: "" }, "model", "must not be empty"],
  [{ messages: undefined }, "messages", "is missing"],
  [{ messages: null }, "messages", "must be a list of messages"],
  [{ messages: "hi" }, "messages", "must be a list of messages"],
  [{ messages: { role: "user" } }, "messages", "must be a list of messages"],
  [{ messages: [] }, "messages", "must have at least one message"],
  [{ stream: "true" }, "stream", "must be true or false"],
  [{ stream: 1 }, "stream", "must be true or false"],
  [{ stream_options: true }, "stream_options", "must be an object"],
  [
    { stream_options: { include_usage: "yes" } },
    "stream_options.include_usage",
    "must be true or false",
  ],
  [{ max_tokens: "100" }, "max_tokens", "must be a whole number from 1 to 2147483647"],
  [{ max_tokens: 0 }, "max_tokens", "must be a whole number from 1 to 2147483647"],
  [{ max_tokens: 1.5 }, "max_tokens", "must be a whole number from 1 to 2147483647"],
  [{ max_tokens: 2 ** 31 }, "max_tokens", "must be a whole number from 1 to 2147483647"],
  [
    { max_completion_tokens: -1 },
    "max_completion_tokens",
    "must be a whole number from 1 to 2147483647",
  ],
  [{ temperature: "hot" }, "temperature", "must be a number from 0 to 2"],
  [{ temperature: 2.1 }, "temperature", "must be a number from 0 to 2"],
  [{ temperature: -0.1 }, "temperature", "must be a number from 0 to 2"],
  [{ temperature: [1] }, "temperature", "must be a number from 0 to 2"],
  [{ top_p: 1.1 }, "top_p", "must be a number from 0 to 1"],
  [{ top_p: true }, "top_p", "must be a number from 0 to 1"],
  [{ top_k: 0.5 }, "top_k", "must be a whole number from 0 to 2147483647"],
  [{ stop: 5 }, "stop", "must be a string or a list of strings"],
  [{ stop: { 0: "a" } }, "stop", "must be a string or a list of strings"],
  [{ stop: ["a", 5] }, "stop[1]", "must be a string"],
  [{ stop: [..."abcdef"] }, "stop", "must have at most 5 entries"],
  [{ n: 0 }, "n", "must be a whole number from 1 to 128"],
  [{ n: 129 }, "n", "must be a whole number from 1 to 128"],
  [{ n: "2" }, "n", "must be a whole number from 1 to 128"],
  [{ seed: 0.5 }, "seed", "must be a whole number"],
  [{ seed: "7" }, "seed", "must be a whole number"],
  [{ presence_penalty: 3 }, "presence_penalty", "must be a number from -2 to 2"],
  [{ frequency_penalty: "-1" }, "frequency_penalty", "must be a number from -2 to 2"],
  [{ logprobs: 5 }, "logprobs", "must be true or false"],
  [{ top_logprobs: 21 }, "top_logprobs", "must be a whole number from 0 to 20"],
  [{ top_logprobs: true }, "top_logprobs", "must be a whole number from 0 to 20"],
  [{ response_format: "json" }, "response_format", "must be an object"],
  [{ response_format: {} }, "response_format.type", "is missing"],
  [
    { response_format: { type: "xml" } },
    "response_format.type",
    "must be one of text, json_object, json_schema",
  ],
  [{ response_format: { type: "json_schema" } }, "response_format.json_schema", "is missing"],
  [format("schema"), "response_format.json_schema", "must be an object"],
  [format({ schema: "object" }), "response_format.json_schema.schema", "must be an object"],
  [format({ schema: [] }), "response_format.json_schema.schema", "must be an object"],
  [{ modalities: "text" }, "modalities", "must be a list"],
  [{ modalities: ["text", "smell"] }, "modalities[1]", "must be one of text, image, audio"],
  [{ audio: "alloy" }, "audio", "must be an object"],
  [{ audio: { format: "wav" } }, "audio.voice", "is missing"],
  [{ audio: { voice: { id: 5 }, format: "wav" } }, "audio.voice.id", "must be a string"],
  [{ audio: { voice: "Kore" } }, "audio.format", "is missing"],
  [{ audio: { voice: "Kore", format: "mp3" } }, "audio.format", "must be one of pcm16, wav"],
  [{ store: "no" }, "store", "must be true or false"],
  [{ service_tier: 1 }, "service_tier", "must be a string"],
  [
    { reasoning_effort: "hard" },
    "reasoning_effort",
    "must be one of none, disable, minimal, low, medium, high, xhigh, max, auto, default",
  ],
  [{ reasoning: "high" }, "reasoning", "must be an object"],
  [
    { reasoning: { max_tokens: "1" } },
    "reasoning.max_tokens",
    "must be a whole number of at least -1",
  ],
  [{ reasoning: { enabled: 1 } }, "reasoning.enabled", "must be true or false"],
  [{ reasoning: { exclude: "no" } }, "reasoning.exclude", "must be true or false"],
  [{ extra_body: "google" }, "extra_body", "must be an object"],
  [{ extra_body: { google: 5 } }, "extra_body.google", "must be an object"],
  [{ google: "search" }, "google", "must be an object"],
];

for (const [fields, param, state] of wrong) {
  Deno.test(`1.7 readChatRequest() refuses ${JSON.stringify(fields)}: ${param} ${state}`, () => {
    assert.throws(() => readChatRequest(JSON.parse(JSON.stringify(aChat(fields)))), {
      code: "invalid_request",
      param,
      message: `Cannot use "${param}": it ${state}`,
    });
  });
}

for (const body of [null, 5, "hi", true]) {
  Deno.test(`1.7 readChatRequest() refuses ${JSON.stringify(body)} as a body`, () => {
    assert.throws(() => readChatRequest(body), {
      code: "invalid_request",
      message: "Cannot read the body: it must be an object",
    });
  });
}

Deno.test("1.7 readChatRequest() passes over fields that it does not know, at every depth", () => {
  const chat = {
    model: "gemini",
    messages: [{
      role: "user",
      content: [{ type: "text", text: "hi", cache_control: { type: "ephemeral" } }],
      name: "Ada",
      audio: 5,
    }],
    logit_bias: "none",
    transforms: 5,
  };

  assert.deepEqual(readChatRequest(chat), {
    model: "gemini",
    messages: [{ role: "user", content: [{ type: "text", text: "hi" }] }],
  });
});

Deno.test("1.7 fields of OpenAI's for which Gemini has nothing have no effect, whatever they say", () => {
  const withoutEffect = {
    logit_bias: { 50256: -100 },
    prediction: { type: "content", content: "x" },
    metadata: { a: "b" },
    user: "ada",
    safety_identifier: "ada",
    prompt_cache_key: "k",
    prompt_cache_retention: "24h",
    verbosity: "low",
    moderation: {},
    parallel_tool_calls: false,
  };

  assert.deepEqual(bodyOf(withoutEffect), bodyOf({}));
});

for (const name of CHAT_FIELDS.filter((name) => name !== "model" && name !== "messages")) {
  Deno.test(`readChatRequest() takes null for ${name} as if it were not there`, () => {
    assert.deepEqual(bodyOf({ [name]: null }), bodyOf({}));
  });
}

Deno.test("readChatRequest() takes an image by its address alone, as some clients write it", () => {
  const url = "data:image/png;base64,AAEC";

  assert.deepEqual(
    partsOf([{ type: "image_url", image_url: url }]),
    partsOf([{ type: "image_url", image_url: { url } }]),
  );
});

Deno.test("readChatRequest() takes the voice of an answer by its id too", () => {
  const { audio } = readChatRequest(aChat({ audio: { voice: { id: "Kore" }, format: "wav" } }));

  assert.equal(audio?.voice, "Kore");
});
