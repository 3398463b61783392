import assert from "node:assert/strict";
import { readChatRequest } from "../../../lib/protocol/openai/chat_request.ts";
import { aChat, aTool, bodyOf } from "./chats.ts";

const choosing = (tool_choice: unknown) => ({ tools: [aTool("f")], tool_choice });
const WORDS = "must be one of none, auto, required, any";

/** Fields that will not do, the one that the error names, and what it says of it. */
const wrong: [Record<string, unknown>, string, string][] = [
  [{ tools: { type: "function" } }, "tools", "must be a list"],
  [{ tools: ["f"] }, "tools[0]", "must be an object"],
  [{ tools: [{ type: 5 }] }, "tools[0].type", "must be a string"],
  [
    { tools: [aTool("f"), { type: "function", function: {} }] },
    "tools[1].function.name",
    "is missing",
  ],
  [{ tools: [{ type: "function", function: "f" }] }, "tools[0].function", "must be an object"],
  [
    { tools: [{ type: "function", function: { name: "f", description: 5 } }] },
    "tools[0].function.description",
    "must be a string",
  ],
  [{ tools: [aTool("f", "none")] }, "tools[0].function.parameters", "must be an object"],
  [{ tools: [aTool("f", [])] }, "tools[0].function.parameters", "must be an object"],
  [{ tools: [{ type: "custom", custom: {} }] }, "tools[0].custom.name", "is missing"],
  [
    { tools: [{ type: "file_search", vector_store_ids: "a" }] },
    "tools[0].vector_store_ids",
    "must be a list",
  ],
  [{ functions: [{ description: "f" }] }, "functions[0].name", "is missing"],
  [{ function_call: "f" }, "function_call", "must be one of none, auto"],
  [{ function_call: {} }, "function_call.name", "is missing"],
  [{ web_search_options: true }, "web_search_options", "must be an object"],
  [choosing("REQUIRED"), "tool_choice", WORDS],
  [choosing(true), "tool_choice", "must be an object"],
  [choosing({ function: { name: "f" } }), "tool_choice.type", "is missing"],
  [choosing({ type: "function" }), "tool_choice.function", "is missing"],
  [choosing({ type: "function", function: {} }), "tool_choice.function.name", "is missing"],
  [choosing({ type: "custom" }), "tool_choice.custom", "is missing"],
  [choosing({ type: "allowed_tools" }), "tool_choice.allowed_tools", "is missing"],
  [
    choosing({ type: "allowed_tools", allowed_tools: { mode: "any", tools: [] } }),
    "tool_choice.allowed_tools.mode",
    "must be one of auto, required",
  ],
  [
    choosing({ type: "allowed_tools", allowed_tools: { mode: "auto" } }),
    "tool_choice.allowed_tools.tools",
    "is missing",
  ],
];

for (const [fields, param, state] of wrong) {
  Deno.test(`1.7 tool refuses ${JSON.stringify(fields)}: ${param} ${state}`, () => {
    assert.throws(() => readChatRequest(aChat(fields)), {
      code: "invalid_request",
      param,
      message: `Cannot use "${param}": it ${state}`,
    });
  });
}

Deno.test("tool takes a function of which only the name is told", () => {
  assert.deepEqual(bodyOf({ tools: [{ type: "function", function: { name: "now" } }] }).tools, [
    { functionDeclarations: [{ name: "now", description: "now" }] },
  ]);
});

const flat: [unknown, unknown][] = [
  [{ type: "function", name: "f" }, { type: "function", function: { name: "f" } }],
  [{ type: "tool", name: "f" }, { type: "function", function: { name: "f" } }],
  [{ type: "custom", name: "f" }, { type: "custom", custom: { name: "f" } }],
  [{ type: "any" }, "any"],
  [{ type: "none" }, "none"],
];

for (const [given, chat] of flat) {
  Deno.test(`3.6 tool_choice is taken in its flat form: ${JSON.stringify(given)}`, () => {
    assert.deepEqual(readChatRequest(aChat(choosing(given))).tool_choice, chat);
  });
}
