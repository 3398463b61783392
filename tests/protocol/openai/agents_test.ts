/** Requests as well-known clients send them, and all that Gemini is asked for each. */

import assert from "node:assert/strict";
import { bodyOf, model, OLD, PIXEL, user } from "./chats.ts";

const PRO = "gemini-3.1-pro-preview";
const PLACEHOLDER = "skip_thought_signature_validator";

Deno.test("an editor's agent (as Cline and Roo write) gets its stream, its thoughts and its tools", () => {
  const chat = {
    model: PRO,
    messages: [
      { role: "system", content: "You are Roo, a skilled software engineer." },
      {
        role: "user",
        content: [
          { type: "text", text: "<task>\nFix the bug on the screenshot\n</task>" },
          { type: "image_url", image_url: { url: `data:image/png;base64,${PIXEL}` } },
          {
            type: "text",
            text: "<environment_details>\n# Open Tabs\nsrc/a.ts\n</environment_details>",
          },
        ],
      },
    ],
    temperature: 0,
    stream: true,
    stream_options: { include_usage: true },
    max_completion_tokens: 65_536,
    reasoning_effort: "medium",
    tool_choice: "auto",
    parallel_tool_calls: false,
    tools: [{
      type: "function",
      function: {
        name: "read_file",
        description: "Reads files.",
        strict: true,
        parameters: {
          type: "object",
          properties: {
            files: {
              type: "array",
              items: {
                type: "object",
                properties: {
                  path: { type: "string" },
                  line_ranges: {
                    type: ["array", "null"],
                    items: { type: "array", items: { type: "integer" }, minItems: 2, maxItems: 2 },
                  },
                },
                required: ["path", "line_ranges"],
                additionalProperties: false,
              },
            },
          },
          required: ["files"],
          additionalProperties: false,
        },
      },
    }],
  };

  assert.deepEqual(bodyOf(chat, { model: PRO }), {
    contents: [user(
      "<task>\nFix the bug on the screenshot\n</task>",
      { inlineData: { mimeType: "image/png", data: PIXEL } },
      "<environment_details>\n# Open Tabs\nsrc/a.ts\n</environment_details>",
    )],
    systemInstruction: { parts: [{ text: "You are Roo, a skilled software engineer." }] },
    tools: [{
      functionDeclarations: [{
        name: "read_file",
        description: "Reads files.",
        parametersJsonSchema: chat.tools[0]?.function.parameters,
      }],
    }],
    generationConfig: {
      temperature: 0,
      maxOutputTokens: 65_536,
      thinkingConfig: { thinkingLevel: "MEDIUM", includeThoughts: true },
    },
    store: false,
  });
});

Deno.test("a chain (as LangChain writes) gets its forced tool and its results in order", () => {
  const ask = (id: string, city: string) => ({
    id,
    type: "function",
    function: { name: "GetWeather", arguments: JSON.stringify({ city, unit: "C" }) },
  });
  const chat = {
    model: OLD,
    n: 1,
    stream: false,
    temperature: 0.7,
    max_tokens: null,
    messages: [
      { role: "system", content: "You are a helpful assistant." },
      { role: "user", content: "Weather in Oslo and in Rome?", name: null },
      {
        role: "assistant",
        content: null,
        tool_calls: [ask("call_T9jKqLw3", "Oslo"), ask("call_aB4xYz81", "Rome")],
      },
      { role: "tool", tool_call_id: "call_aB4xYz81", content: '{"temp":24.0,"unit":"C"}' },
      { role: "tool", tool_call_id: "call_T9jKqLw3", content: "Error: ToolException('timeout')" },
    ],
    tools: [{
      type: "function",
      function: {
        name: "GetWeather",
        description: "The weather of a city.",
        parameters: {
          properties: {
            city: { description: "City", type: "string" },
            unit: { $ref: "#/$defs/Unit" },
          },
          required: ["city"],
          type: "object",
          $defs: { Unit: { enum: ["C", "F"], title: "Unit", type: "string" } },
        },
      },
    }],
    tool_choice: { type: "function", function: { name: "GetWeather" } },
    parallel_tool_calls: true,
  };

  assert.deepEqual(bodyOf(chat, { model: OLD }), {
    contents: [
      user("Weather in Oslo and in Rome?"),
      model(
        { functionCall: { name: "GetWeather", args: { city: "Oslo", unit: "C" } } },
        { functionCall: { name: "GetWeather", args: { city: "Rome", unit: "C" } } },
      ),
      user(
        {
          functionResponse: {
            name: "GetWeather",
            response: { result: "Error: ToolException('timeout')" },
          },
        },
        { functionResponse: { name: "GetWeather", response: { temp: 24, unit: "C" } } },
      ),
    ],
    systemInstruction: { parts: [{ text: "You are a helpful assistant." }] },
    tools: [{
      functionDeclarations: [{
        name: "GetWeather",
        description: "The weather of a city.",
        parametersJsonSchema: chat.tools[0]?.function.parameters,
      }],
    }],
    toolConfig: {
      functionCallingConfig: { mode: "ANY", allowedFunctionNames: ["GetWeather"] },
    },
    generationConfig: { temperature: 0.7 },
    store: false,
  });
});

Deno.test("an object (as Vercel's AI SDK asks for it) is JSON of its schema", () => {
  const schema = {
    $schema: "http://json-schema.org/draft-07/schema#",
    type: "object",
    properties: {
      title: { type: "string" },
      steps: { type: "array", items: { type: "string" }, minItems: 1 },
      note: { anyOf: [{ type: "string" }, { type: "null" }] },
    },
    required: ["title", "steps", "note"],
    additionalProperties: false,
  };
  const { $schema: _draft, ...tidied } = schema;
  const chat = {
    model: "gemini-3.6-flash",
    user: "user-1",
    seed: 42,
    messages: [
      { role: "system", content: "Answer as JSON." },
      {
        role: "user",
        content: [
          { type: "text", text: "Read this recipe" },
          {
            type: "file",
            file: { filename: "soup.pdf", file_data: "data:application/pdf;base64,JVBERg==" },
          },
        ],
      },
    ],
    response_format: {
      type: "json_schema",
      json_schema: { schema, strict: true, name: "recipe", description: "A recipe" },
    },
  };

  assert.deepEqual(bodyOf(chat, { model: "gemini-3.6-flash" }), {
    contents: [
      user("Read this recipe", { inlineData: { mimeType: "application/pdf", data: "JVBERg==" } }),
    ],
    systemInstruction: { parts: [{ text: "Answer as JSON." }] },
    generationConfig: {
      seed: 42,
      responseMimeType: "application/json",
      responseJsonSchema: tidied,
    },
    store: false,
  });
});

Deno.test("a hand-over (as OpenAI's Agents SDK makes it) is a function without parameters", () => {
  const chat = {
    model: PRO,
    stream: true,
    stream_options: { include_usage: true },
    store: true,
    tool_choice: "required",
    reasoning_effort: "low",
    verbosity: "low",
    metadata: { trace: "t" },
    messages: [
      { role: "system", content: "Triage." },
      { role: "user", content: "I was charged twice" },
      {
        role: "assistant",
        tool_calls: [{
          id: "call_h",
          type: "function",
          function: { name: "transfer_to_billing_agent", arguments: "{}" },
        }],
      },
      { role: "tool", tool_call_id: "call_h", content: '{"assistant":"Billing agent"}' },
    ],
    tools: [{
      type: "function",
      function: {
        name: "transfer_to_billing_agent",
        description: "Handoff to the billing agent.",
        strict: true,
        parameters: { additionalProperties: false, type: "object", properties: {}, required: [] },
      },
    }],
  };
  const name = "transfer_to_billing_agent";

  assert.deepEqual(bodyOf(chat, { model: PRO }), {
    contents: [
      user("I was charged twice"),
      model({ functionCall: { name, args: {} }, thoughtSignature: PLACEHOLDER }),
      user({ functionResponse: { name, response: { assistant: "Billing agent" } } }),
    ],
    systemInstruction: { parts: [{ text: "Triage." }] },
    tools: [{ functionDeclarations: [{ name, description: "Handoff to the billing agent." }] }],
    toolConfig: { functionCallingConfig: { mode: "ANY" } },
    generationConfig: { thinkingConfig: { thinkingLevel: "LOW", includeThoughts: true } },
    store: false,
  });
});

Deno.test("Google's settings and files (as LiteLLM hands them on) reach Gemini", () => {
  const chat = {
    model: "gemini/gemini-2.5-flash",
    messages: [
      {
        role: "developer",
        content: [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } }],
      },
      {
        role: "user",
        content: [
          { type: "text", text: "What is said here?" },
          { type: "input_audio", input_audio: { data: "AAEC", format: "mp3" } },
          { type: "file", file: { file_id: "gs://talks/1", format: "video/mp4" } },
          { type: "image_url", image_url: "https://youtu.be/9hE5-98ZeCg" },
        ],
      },
    ],
    max_tokens: 500,
    top_k: 20,
    stop: "\n\n",
    safety_settings: [{ category: "HARM_CATEGORY_HARASSMENT", threshold: "BLOCK_ONLY_HIGH" }],
    extra_body: {
      google: { thinking_config: { include_thoughts: true, thinking_budget: 2048 } },
    },
    litellm_session_id: "s",
    caching: true,
  };

  assert.deepEqual(bodyOf(chat, { model: OLD }), {
    contents: [user(
      "What is said here?",
      { inlineData: { mimeType: "audio/mp3", data: "AAEC" } },
      { fileData: { fileUri: "gs://talks/1", mimeType: "video/mp4" } },
      { fileData: { fileUri: "https://youtu.be/9hE5-98ZeCg" } },
    )],
    systemInstruction: { parts: [{ text: "Be brief." }] },
    safetySettings: [{ category: "HARM_CATEGORY_HARASSMENT", threshold: "BLOCK_ONLY_HIGH" }],
    generationConfig: {
      topK: 20,
      maxOutputTokens: 500,
      stopSequences: ["\n\n"],
      thinkingConfig: { includeThoughts: true, thinkingBudget: 2048 },
    },
    store: false,
  });
});
