/** Conversations that are under way, as agents send them again with every step. */

import assert from "node:assert/strict";
import type { JsonRecord } from "../../../lib/protocol/json.ts";
import { recordedExchanges } from "../../support/recorded.ts";
import { aCall, aTool, bodyOf, model, NEW, OLD, PIXEL, user } from "./chats.ts";

const PLACEHOLDER = "skip_thought_signature_validator";
const ISSUE = {
  type: "object",
  properties: { repo: { type: "string" }, number: { type: "integer" } },
  required: ["repo"],
  additionalProperties: false,
};

Deno.test("tools of several MCP servers keep apart, also where their names become alike", () => {
  const chat = {
    messages: [
      { role: "system", content: "Use the tools." },
      { role: "user", content: "Open issues?" },
      {
        role: "assistant",
        content: "Looking.",
        tool_calls: [
          aCall("toolu_01", "mcp__github__issues.list/open", '{"repo":"a/b"}'),
          aCall(
            "toolu_02",
            "mcp__github__issues.list open",
            '{"repo":"c/d","number":7}',
          ),
          aCall("toolu_03", "mcp__time__now", ""),
        ],
      },
      { role: "tool", tool_call_id: "toolu_03", content: "12:00" },
      { role: "tool", tool_call_id: "toolu_02", content: '[{"number":1}]' },
      { role: "tool", tool_call_id: "toolu_01", content: [{ type: "text", text: '{"total":0}' }] },
    ],
    tools: [
      aTool("mcp__github__issues.list/open", ISSUE),
      aTool("mcp__github__issues.list open", ISSUE),
      aTool("mcp__time__now", { type: "object" }),
    ],
    tool_choice: {
      type: "allowed_tools",
      allowed_tools: { mode: "auto", tools: [aTool("mcp__github__issues.list open")] },
    },
  };
  const open = "mcp__github__issues.list_open";
  const declared = (name: string, description: string) => ({
    name,
    description,
    parametersJsonSchema: ISSUE,
  });

  assert.deepEqual(bodyOf(chat, { model: OLD }), {
    contents: [
      user("Open issues?"),
      model(
        "Looking.",
        { functionCall: { name: open, args: { repo: "a/b" } } },
        { functionCall: { name: `${open}_2`, args: { repo: "c/d", number: 7 } } },
        { functionCall: { name: "mcp__time__now", args: {} } },
      ),
      user(
        { functionResponse: { name: open, response: { total: 0 } } },
        { functionResponse: { name: `${open}_2`, response: { result: [{ number: 1 }] } } },
        { functionResponse: { name: "mcp__time__now", response: { result: "12:00" } } },
      ),
    ],
    systemInstruction: { parts: [{ text: "Use the tools." }] },
    tools: [{
      functionDeclarations: [
        declared(open, "mcp__github__issues.list/open"),
        declared(`${open}_2`, "mcp__github__issues.list open"),
        { name: "mcp__time__now", description: "mcp__time__now" },
      ],
    }],
    toolConfig: {
      functionCallingConfig: { mode: "VALIDATED", allowedFunctionNames: [`${open}_2`] },
    },
    store: false,
  });
});

Deno.test("an agent that looks at the screen shows what its tool saw", () => {
  const chat = {
    messages: [
      { role: "user", content: "Click the button" },
      {
        role: "assistant",
        content: "",
        tool_calls: [{
          ...aCall("Ab12Cd34", "screenshot"),
          extra_content: { google: { thought_signature: "c2lnbmVk" } },
        }],
      },
      {
        role: "tool",
        tool_call_id: "Ab12Cd34",
        content: [
          { type: "text", text: "1 screenshot" },
          {
            type: "image_url",
            image_url: { url: `data:image/png;base64,${PIXEL}`, detail: "high" },
          },
        ],
      },
      {
        role: "assistant",
        content: "I see it.",
        tool_calls: [aCall("Ef56Gh78", "click", '{"x":1,"y":2}')],
      },
      { role: "tool", tool_call_id: "Ef56Gh78", content: '{"ok":true}' },
    ],
    tools: [aTool("screenshot"), aTool("click")],
  };

  assert.deepEqual(bodyOf(chat, { model: NEW }).contents, [
    user("Click the button"),
    model({
      functionCall: { id: "Ab12Cd34", name: "screenshot", args: {} },
      thoughtSignature: "c2lnbmVk",
    }),
    user({
      functionResponse: {
        id: "Ab12Cd34",
        name: "screenshot",
        response: { result: "1 screenshot" },
        parts: [{ inlineData: { mimeType: "image/png", data: PIXEL } }],
      },
    }),
    model("I see it.", {
      functionCall: { id: "Ef56Gh78", name: "click", args: { x: 1, y: 2 } },
      thoughtSignature: PLACEHOLDER,
    }),
    user({ functionResponse: { id: "Ef56Gh78", name: "click", response: { ok: true } } }),
  ]);
});

Deno.test("a long history of a thinking model keeps its signatures and loses its thoughts", () => {
  const signed = (thought_signature: string) => ({
    extra_content: { google: { thought_signature } },
  });
  const chat = {
    messages: [
      { role: "system", content: "You are a coder." },
      { role: "user", content: "Plan" },
      {
        role: "assistant",
        content: "1. Read\n2. Write",
        reasoning_content: "**Thinking** about it",
        reasoning_details: [{ type: "reasoning.text", text: "Thinking" }],
        refusal: null,
        annotations: [],
        ...signed("cGxhbg=="),
      },
      { role: "user", content: "Do it" },
      {
        role: "assistant",
        content: null,
        reasoning_content: "Read first",
        tool_calls: [
          { ...aCall("call_r", "read"), ...signed("cmVhZA==") },
          aCall("call_l", "list"),
        ],
      },
      { role: "tool", tool_call_id: "call_l", content: "a.ts" },
      { role: "tool", tool_call_id: "call_r", content: "let a;" },
      { role: "system", content: "The user is waiting." },
      { role: "user", content: "Well?" },
    ],
    cached_content: "cachedContents/history",
    prompt_cache_key: "session-1",
  };

  assert.deepEqual(bodyOf(chat, { model: NEW }), {
    contents: [
      user("Plan"),
      model({ text: "1. Read\n2. Write", thoughtSignature: "cGxhbg==" }),
      user("Do it"),
      model(
        { functionCall: { name: "read", args: {} }, thoughtSignature: "cmVhZA==" },
        { functionCall: { name: "list", args: {} } },
      ),
      user(
        { functionResponse: { name: "read", response: { result: "let a;" } } },
        { functionResponse: { name: "list", response: { result: "a.ts" } } },
      ),
      user("The user is waiting.", "Well?"),
    ],
    systemInstruction: { parts: [{ text: "You are a coder." }] },
    cachedContent: "cachedContents/history",
    store: false,
  });
});

Deno.test("an editor that completes code begins the answer itself", () => {
  const chat = {
    messages: [
      { role: "system", content: "Continue the code." },
      { role: "user", content: "function add(" },
      { role: "assistant", content: "```ts\nfunction add(a: number, " },
    ],
    stop: ["```", ""],
    temperature: 0,
    max_tokens: 64,
    prediction: { type: "content", content: "b: number)" },
    reasoning_effort: "none",
  };

  assert.deepEqual(bodyOf(chat, { model: OLD }), {
    contents: [user("function add("), model("```ts\nfunction add(a: number, ")],
    systemInstruction: { parts: [{ text: "Continue the code." }] },
    generationConfig: {
      temperature: 0,
      maxOutputTokens: 64,
      stopSequences: ["```"],
      thinkingConfig: { thinkingBudget: 0 },
    },
    store: false,
  });
});

Deno.test("a program of 2023 still gets its functions", () => {
  const chat = {
    messages: [
      { role: "system", content: "You answer about weather." },
      { role: "user", content: "Oslo?" },
      {
        role: "assistant",
        content: null,
        function_call: { name: "weather", arguments: '{"city":"Oslo"}' },
      },
      { role: "function", name: "weather", content: '{"temp":3}' },
    ],
    functions: [{
      name: "weather",
      description: "Weather of a city",
      parameters: { type: "object", properties: { city: { type: "string" } } },
    }],
    function_call: "auto",
    max_tokens: 256,
    presence_penalty: 0,
    frequency_penalty: 0,
    logit_bias: {},
  };

  assert.deepEqual(bodyOf(chat, { model: "gemini-2.0-flash" }), {
    contents: [
      user("Oslo?"),
      model({ functionCall: { name: "weather", args: { city: "Oslo" } } }),
      user({ functionResponse: { name: "weather", response: { temp: 3 } } }),
    ],
    systemInstruction: { parts: [{ text: "You answer about weather." }] },
    tools: [{
      functionDeclarations: [{
        name: "weather",
        description: "Weather of a city",
        parameters: { type: "object", properties: { city: { type: "string" } } },
      }],
    }],
    generationConfig: { maxOutputTokens: 256, presencePenalty: 0, frequencyPenalty: 0 },
    store: false,
  });
});

Deno.test("calls that were made at once are one step, though an agent writes each as a message", () => {
  const chat = {
    messages: [
      { role: "user", content: "ls and pwd" },
      { role: "assistant", content: null, tool_calls: [aCall("call_ls", "shell", '{"cmd":"ls"}')] },
      {
        role: "assistant",
        content: null,
        tool_calls: [aCall("call_pwd", "shell", '{"cmd":"pwd"}')],
      },
      { role: "tool", tool_call_id: "call_ls", content: "a.ts" },
      { role: "tool", tool_call_id: "call_pwd", content: "/src" },
    ],
  };

  assert.deepEqual(bodyOf(chat, { model: NEW }).contents, [
    user("ls and pwd"),
    model(
      { functionCall: { name: "shell", args: { cmd: "ls" } }, thoughtSignature: PLACEHOLDER },
      { functionCall: { name: "shell", args: { cmd: "pwd" } } },
    ),
    user(
      { functionResponse: { name: "shell", response: { result: "a.ts" } } },
      { functionResponse: { name: "shell", response: { result: "/src" } } },
    ),
  ]);
});

Deno.test("a history that was recorded against Google's own OpenAI layer is the same conversation", () => {
  const [chat] = recordedExchanges("openai-compat-chat").map(({ request }) =>
    request as JsonRecord
  );

  assert.deepEqual(bodyOf(chat ?? {}, { model: OLD }), {
    contents: [
      user("What is the current time?"),
      model({ functionCall: { name: "get_current_time", args: {} } }),
      user({ functionResponse: { name: "get_current_time", response: { result: "Noon" } } }),
    ],
    tools: [{
      functionDeclarations: [{ name: "get_current_time", description: "Get the current time." }],
    }],
    store: false,
  });
});
