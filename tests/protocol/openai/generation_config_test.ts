import assert from "node:assert/strict";
import { modelTraits } from "../../../lib/protocol/gemini/generate/model_table.ts";
import { readChatRequest } from "../../../lib/protocol/openai/chat_request.ts";
import { generationConfig } from "../../../lib/protocol/openai/generation_config.ts";
import { aChat, aTool, bodyOf, callFor, configOf, NEW, OLD, OLDEST } from "./chats.ts";

const SCHEMA = {
  type: "object",
  properties: { city: { type: ["string", "null"] }, days: { $ref: "#/$defs/Days" } },
  required: ["city", "days"],
  additionalProperties: false,
  $defs: { Days: { type: "integer", minimum: 1 } },
};
const asSchema = (schema: unknown = SCHEMA) => ({
  response_format: { type: "json_schema", json_schema: { name: "Trip", strict: true, schema } },
});

/** A rule, what is asked for, the fields that ask for it, and the whole `generationConfig` that they give. */
const rows: [string, string, Record<string, unknown>, unknown][] = [
  ["5.2", "nothing for nothing", {}, undefined],
  ["5.1", "max_tokens", { max_tokens: 100 }, { maxOutputTokens: 100 }],
  ["5.1", "max_completion_tokens", { max_completion_tokens: 100 }, { maxOutputTokens: 100 }],
  ["5.1", "max_completion_tokens before max_tokens", { max_completion_tokens: 1, max_tokens: 2 }, {
    maxOutputTokens: 1,
  }],
  ["5.1", "max_tokens where the newer field is null", {
    max_completion_tokens: null,
    max_tokens: 2,
  }, {
    maxOutputTokens: 2,
  }],
  ["5.2", "temperature, top_p and top_k", { temperature: 0.7, top_p: 0.9, top_k: 40 }, {
    temperature: 0.7,
    topP: 0.9,
    topK: 40,
  }],
  ["5.2", "zeros", { temperature: 0, top_p: 0, top_k: 0, seed: 0, presence_penalty: 0 }, {
    temperature: 0,
    topP: 0,
    topK: 0,
    seed: 0,
    presencePenalty: 0,
  }],
  ["5.3", "one stop", { stop: "END" }, { stopSequences: ["END"] }],
  ["5.3", "five stops", { stop: [..."abcde"] }, { stopSequences: [..."abcde"] }],
  ["5.3", "no empty stops", { stop: ["", "a", ""] }, { stopSequences: ["a"] }],
  ["5.3", "five stops, where a sixth is empty", { stop: [..."abcde", ""] }, {
    stopSequences: [..."abcde"],
  }],
  ["5.3", "nothing for an empty stop", { stop: "" }, undefined],
  ["5.3", "nothing for no stops", { stop: [] }, undefined],
  ["5.4", "nothing for one answer", { n: 1 }, undefined],
  ["5.4", "several answers", { n: 3 }, { candidateCount: 3 }],
  ["5.4", "several answers in a stream too, as OPENAI.md has it", { n: 2, stream: true }, {
    candidateCount: 2,
  }],
  ["5.4", "a seed", { seed: -7 }, { seed: -7 }],
  ["5.4", "a seed of 64 bits folded to 32", { seed: 2 ** 32 + 5 }, { seed: 5 }],
  ["5.4", "the largest seed of 32 bits as it is", { seed: 2147483647 }, { seed: 2147483647 }],
  ["5.4", "a seed with 32 bits without sign", { seed: 2147483648 }, { seed: -2147483648 }],
  ["5.5", "penalties", { presence_penalty: 2, frequency_penalty: -2 }, {
    presencePenalty: 2,
    frequencyPenalty: -2,
  }],
  ["5.5", "logprobs", { logprobs: true }, { responseLogprobs: true }],
  ["5.5", "logprobs of others", { logprobs: true, top_logprobs: 20 }, {
    responseLogprobs: true,
    logprobs: 20,
  }],
  ["5.5", "logprobs of no others", { logprobs: true, top_logprobs: 0 }, {
    responseLogprobs: true,
    logprobs: 0,
  }],
  ["5.5", "nothing for logprobs of others alone", { logprobs: false, top_logprobs: 5 }, undefined],
  ["5.6", "nothing for text", { response_format: { type: "text" } }, undefined],
  ["5.6", "JSON", { response_format: { type: "json_object" } }, {
    responseMimeType: "application/json",
  }],
  ["5.6", "JSON of a schema, without its name and strictness", asSchema(), {
    responseMimeType: "application/json",
    responseJsonSchema: SCHEMA,
  }],
  [
    "5.6",
    "JSON for a schema that says nothing",
    { response_format: { type: "json_schema", json_schema: { name: "any" } } },
    { responseMimeType: "application/json" },
  ],
  [
    "5.6",
    "JSON, not a bare word, for a schema of words",
    asSchema({ type: "string", enum: ["a", "b"] }),
    {
      responseMimeType: "application/json",
      responseJsonSchema: { type: "string", enum: ["a", "b"] },
    },
  ],
  ["5.7", "nothing for text alone", { modalities: ["text"] }, undefined],
  ["5.7", "nothing for no modalities", { modalities: [] }, undefined],
  ["5.7", "text and images", { modalities: ["text", "image"] }, {
    responseModalities: ["TEXT", "IMAGE"],
  }],
  ["5.7", "images", { modalities: ["image"] }, { responseModalities: ["IMAGE"] }],
  [
    "5.7",
    "speech",
    { modalities: ["text", "audio"], audio: { voice: "Kore", format: "pcm16" } },
    {
      responseModalities: ["AUDIO"],
      speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: "Kore" } } },
    },
  ],
  ["5.7", "speech in any voice", { modalities: ["audio"] }, { responseModalities: ["AUDIO"] }],
  [
    "5.7",
    "nothing for a voice without speech",
    { audio: { voice: "Kore", format: "wav" } },
    undefined,
  ],
];

for (const [rule, what, fields, config] of rows) {
  Deno.test(`${rule} generationConfig() gives ${what}`, () => {
    assert.deepEqual(configOf(fields), config);
  });
}

for (const stream of [undefined, null, false]) {
  Deno.test(`5.7 generationConfig() takes wav for an answer in one piece (stream: ${stream})`, () => {
    const audio = { voice: "Kore", format: "wav" };

    assert.deepEqual(configOf({ modalities: ["audio"], audio, stream }), {
      responseModalities: ["AUDIO"],
      speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: "Kore" } } },
    });
  });
}

Deno.test("5.7 generationConfig() refuses wav in a stream, because nobody knows its length yet", () => {
  const audio = { voice: "Kore", format: "wav" };

  assert.throws(() => bodyOf({ modalities: ["text", "audio"], audio, stream: true }), {
    code: "invalid_request",
    param: "audio.format",
  });
});

Deno.test("4.3 generationConfig() gives the older form of a schema where a model takes no other", () => {
  assert.deepEqual(
    configOf(asSchema({ type: "object", properties: { a: { const: "x" } } }), OLDEST),
    {
      responseMimeType: "application/json",
      responseSchema: {
        type: "object",
        properties: { a: { type: "string", enum: ["x"] } },
      },
    },
  );
});

Deno.test("3.11 generationConfig() gives up JSON beside functions before Gemini 3, and says so", () => {
  const fields = { ...asSchema(), tools: [aTool("f")] };

  assert.deepEqual(configOf(fields, OLD), undefined);
  assert.deepEqual(callFor(aChat(fields), { model: OLD }).dropped, ["response_format"]);
});

Deno.test("3.11 generationConfig() gives up JSON beside Google's tools before Gemini 3 as well", () => {
  const fields = { ...asSchema(), tools: [{ type: "web_search" }] };

  assert.deepEqual(configOf(fields, OLD), undefined);
  assert.deepEqual(callFor(aChat(fields), { model: OLD }).dropped, ["response_format"]);
});

Deno.test("3.11 generationConfig() keeps JSON beside functions from Gemini 3 on", () => {
  const fields = { ...asSchema(), tools: [aTool("f")] };

  assert.deepEqual(configOf(fields, NEW), {
    responseMimeType: "application/json",
    responseJsonSchema: SCHEMA,
  });
  assert.deepEqual(callFor(aChat(fields), { model: NEW }).dropped, []);
});

Deno.test("3.11 generationConfig() keeps JSON where there are no functions", () => {
  assert.deepEqual(configOf({ response_format: { type: "json_object" }, tools: [] }, OLD), {
    responseMimeType: "application/json",
  });
});

Deno.test("5.5 generationConfig() leaves out what the table of models says a model refuses", () => {
  const traitsOf = modelTraits([{ models: "gemini-9", drops: ["presencePenalty", "temperature"] }]);
  const request = readChatRequest(aChat({ presence_penalty: 1, temperature: 1, top_p: 1 }));

  assert.deepEqual(
    generationConfig(request, {
      google: {},
      traits: traitsOf("gemini-9"),
      form: "json",
      hasTools: false,
    }),
    { topP: 1 },
  );
});
