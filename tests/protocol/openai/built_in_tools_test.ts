import assert from "node:assert/strict";
import { aChat, aTool, bodyOf, callFor, NEW, OLD } from "./chats.ts";

const CITY = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const F = { name: "f", description: "f" };

function toolsOf(fields: Record<string, unknown>, model = NEW) {
  return bodyOf(fields, { model }).tools;
}

/** A tool that Google runs, and Gemini's name for it. */
const builtIns: [Record<string, unknown>, Record<string, unknown>][] = [
  [{ type: "web_search" }, { googleSearch: {} }],
  [{ type: "web_search_preview", search_context_size: "low" }, { googleSearch: {} }],
  [{ type: "google_search" }, { googleSearch: {} }],
  [{ type: "code_interpreter", container: { type: "auto" } }, { codeExecution: {} }],
  [{ type: "code_execution" }, { codeExecution: {} }],
  [{ type: "url_context" }, { urlContext: {} }],
  [{ type: "google_maps" }, { googleMaps: {} }],
  [{ type: "file_search", vector_store_ids: ["fileSearchStores/a"] }, {
    fileSearch: { fileSearchStoreNames: ["fileSearchStores/a"] },
  }],
  [{ googleSearch: {} }, { googleSearch: {} }],
  [{ google_search: { excludeDomains: ["a.org"] } }, {
    googleSearch: { excludeDomains: ["a.org"] },
  }],
  [{ codeExecution: null }, { codeExecution: {} }],
  [aTool("googleSearch"), { googleSearch: {} }],
  [aTool("google_search", { type: "object", properties: {} }), { googleSearch: {} }],
];

for (const [tool, googles] of builtIns) {
  Deno.test(`3.9 ${JSON.stringify(tool)} is ${JSON.stringify(googles)}`, () => {
    assert.deepEqual(bodyOf({ tools: [tool] }), { ...bodyOf({}), tools: [googles] });
  });
}

Deno.test("3.9 a function called googleSearch that takes something is the client's own", () => {
  assert.deepEqual(toolsOf({ tools: [aTool("googleSearch", CITY)] }), [{
    functionDeclarations: [{
      name: "googleSearch",
      description: "googleSearch",
      parametersJsonSchema: CITY,
    }],
  }]);
});

Deno.test("3.9 web_search_options asks for the search, and so does no more than a tool", () => {
  assert.deepEqual(toolsOf({ web_search_options: {} }), [{ googleSearch: {} }]);
  assert.deepEqual(toolsOf({ web_search_options: {}, tools: [{ type: "web_search" }] }), [
    { googleSearch: {} },
  ]);
});

/** A tool that nobody knows, and the field that the error names. */
const unknown: [Record<string, unknown>, string][] = [
  [{ type: "computer_use_preview" }, "tools[1].type"],
  [{ type: "constructor" }, "tools[1].type"],
  [{}, "tools[1].type"],
  [{ type: "function" }, "tools[1].function"],
  [{ type: "function", name: "f", parameters: CITY }, "tools[1].function"],
  [{ type: "custom" }, "tools[1].custom"],
];

for (const [tool, param] of unknown) {
  Deno.test(`3.9 ${JSON.stringify(tool)} is refused, because it is no tool`, () => {
    assert.throws(() => bodyOf({ tools: [aTool("f"), tool] }), { code: "invalid_request", param });
  });
}

Deno.test("3.10 before Gemini 3 functions go before Google's tools, which are dropped and named", () => {
  const fields = { tools: [aTool("f"), { type: "web_search" }, { type: "code_interpreter" }] };

  assert.deepEqual(toolsOf(fields, OLD), [{ functionDeclarations: [F] }]);
  assert.deepEqual(callFor(aChat(fields), { model: OLD }).dropped, [
    "tools.googleSearch",
    "tools.codeExecution",
  ]);
});

Deno.test("3.10 from Gemini 3 on both are sent, and Google is told so", () => {
  const fields = { tools: [aTool("f"), { type: "web_search" }], tool_choice: "required" };
  const { tools, toolConfig } = bodyOf(fields);

  assert.deepEqual(tools, [{ googleSearch: {} }, { functionDeclarations: [F] }]);
  assert.deepEqual(toolConfig, {
    functionCallingConfig: { mode: "ANY" },
    includeServerSideToolInvocations: true,
  });
  assert.deepEqual(callFor(aChat(fields)).dropped, []);
});

Deno.test("3.10 Google's tools alone are sent to every model", () => {
  const fields = { tools: [{ type: "web_search" }] };

  assert.deepEqual(toolsOf(fields, OLD), [{ googleSearch: {} }]);
  assert.deepEqual(callFor(aChat(fields), { model: OLD }).dropped, []);
});

Deno.test('3.6 tool_choice "none" leaves Google\'s tools out, because they cannot be told to keep still', () => {
  const tools = [{ type: "web_search" }, { type: "function", function: F }];

  assert.deepEqual(toolsOf({ tools, tool_choice: "none" }), [{ functionDeclarations: [F] }]);
  assert.equal(toolsOf({ tools: [{ type: "web_search" }], tool_choice: "none" }), undefined);
});
