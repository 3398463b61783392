import assert from "node:assert/strict";
import { aChat, aTool, bodyOf, callFor, contentsOf, NEW, OLD, OLDEST } from "./chats.ts";

const CITY = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const F = { name: "f", description: "f" };
const G = { name: "g", description: "g" };

function toolsOf(fields: Record<string, unknown>, model = NEW) {
  return bodyOf(fields, { model }).tools;
}

/** How the functions f and g are to be called. */
function modeOf(tool_choice: unknown, more: Record<string, unknown> = {}) {
  return bodyOf({ tools: [aTool("f"), aTool("g")], tool_choice, ...more }).toolConfig
    ?.functionCallingConfig;
}

Deno.test("3.1 all functions stand in one tool, Google's own each in one before", () => {
  const tools = [aTool("f"), { type: "web_search" }, aTool("g"), { type: "url_context" }];

  assert.deepEqual(toolsOf({ tools }), [
    { googleSearch: {} },
    { urlContext: {} },
    { functionDeclarations: [F, G] },
  ]);
});

/** A name, and the one for Gemini. */
const names: [string, string][] = [
  ["get_weather", "get_weather"],
  ["_a:b.c-d9", "_a:b.c-d9"],
  ["mcp__server__tool.name/x", "mcp__server__tool.name_x"],
  ["9lives", "_9lives"],
  ["-f", "_-f"],
  ["größe", "gr__e"],
  ["a b", "a_b"],
  ["x".repeat(64), "x".repeat(64)],
  ["x".repeat(80), "x".repeat(64)],
];

for (const [name, forGemini] of names) {
  Deno.test(`3.2 the function ${name} is ${forGemini} for Gemini, and itself again for the client`, () => {
    const { names } = callFor(aChat({ tools: [aTool(name)] }));

    assert.equal(names.toGemini(name), forGemini);
    assert.equal(names.toClient(forGemini), name);
  });
}

Deno.test("3.2 names that would become the same stay apart", () => {
  const long = "x".repeat(70);
  const tools = ["a/b", "a b", "a_b", `${long}1`, `${long}2`].map((name) => aTool(name));

  assert.deepEqual(declaredIn(tools), [
    "a_b_2",
    "a_b_3",
    "a_b",
    "x".repeat(64),
    `${"x".repeat(62)}_2`,
  ]);
});

Deno.test("3.2 a name that comes twice is declared once, as it came first", () => {
  const tools = [aTool("f", CITY), aTool("g"), aTool("f")];

  assert.deepEqual(toolsOf({ tools, functions: [{ name: "g", description: "older" }] }), [{
    functionDeclarations: [
      { name: "g", description: "older" },
      { ...F, parametersJsonSchema: CITY },
    ],
  }]);
});

for (const description of [undefined, null, ""]) {
  Deno.test(`3.3 the name stands for a description of ${JSON.stringify(description)}`, () => {
    const tools = [{ type: "function", function: { name: "f", description } }];

    assert.deepEqual(toolsOf({ tools }), [{ functionDeclarations: [F] }]);
  });
}

Deno.test("3.4 strict and whatever else a function says stays here", () => {
  const tools = [{
    type: "function",
    function: {
      name: "f",
      description: "Finds.",
      strict: true,
      type: "function",
      parameters: CITY,
    },
    cache_control: { type: "ephemeral" },
  }];

  assert.deepEqual(toolsOf({ tools }), [{
    functionDeclarations: [{ name: "f", description: "Finds.", parametersJsonSchema: CITY }],
  }]);
});

Deno.test("3.4 strict functions leave the mode alone", () => {
  const tools = [{ type: "function", function: { name: "f", strict: true } }];

  assert.equal(bodyOf({ tools, tool_choice: "auto" }).toolConfig, undefined);
});

for (
  const parameters of [
    undefined,
    null,
    {},
    { type: "object" },
    { type: "object", properties: {} },
    { type: "object", properties: {}, additionalProperties: false, $schema: "x", required: [] },
  ]
) {
  Deno.test(`3.5 parameters ${JSON.stringify(parameters)} are left out`, () => {
    const tools = [aTool("f", parameters)];

    assert.deepEqual(toolsOf({ tools }), [{ functionDeclarations: [F] }]);
    assert.deepEqual(toolsOf({ tools }, OLDEST), [{ functionDeclarations: [F] }]);
  });
}

Deno.test("4.3 parameters are in the older form where a model takes no other", () => {
  const parameters = { ...CITY, additionalProperties: false, $schema: "x" };

  assert.deepEqual(toolsOf({ tools: [aTool("f", parameters)] }, OLDEST), [{
    functionDeclarations: [{ ...F, parameters: CITY }],
  }]);
});

Deno.test("4.15 the root of parameters is an object, even where only unions stand", () => {
  const parameters = { anyOf: [CITY, { type: "object", properties: { zip: { type: "string" } } }] };

  assert.deepEqual(toolsOf({ tools: [aTool("f", parameters)] }), [{
    functionDeclarations: [{ ...F, parametersJsonSchema: { ...parameters, type: "object" } }],
  }]);
});

/** A choice, and how the functions are to be called for Gemini; undefined is as it likes. */
const choices: [unknown, unknown][] = [
  [undefined, undefined],
  [null, undefined],
  ["auto", undefined],
  ["none", { mode: "NONE" }],
  ["required", { mode: "ANY" }],
  ["any", { mode: "ANY" }],
  [{ type: "function", function: { name: "g" } }, { mode: "ANY", allowedFunctionNames: ["g"] }],
  [allowing("auto", "g", "f"), { mode: "VALIDATED", allowedFunctionNames: ["g", "f"] }],
  [allowing("required", "f"), { mode: "ANY", allowedFunctionNames: ["f"] }],
  [allowing("auto"), { mode: "NONE" }],
  [{ type: "web_search" }, undefined],
];

for (const [choice, config] of choices) {
  Deno.test(`3.6 tool_choice ${JSON.stringify(choice)} is ${JSON.stringify(config)}`, () => {
    assert.deepEqual(modeOf(choice), config);
  });
}

Deno.test("3.6 tool_choice names a function as Gemini knows it", () => {
  const tool_choice = { type: "function", function: { name: "mcp/f" } };

  assert.deepEqual(
    bodyOf({ tools: [aTool("mcp/f")], tool_choice }).toolConfig?.functionCallingConfig,
    { mode: "ANY", allowedFunctionNames: ["mcp_f"] },
  );
});

Deno.test("3.6 tool_choice can name a custom tool", () => {
  const tools = [{ type: "custom", custom: { name: "sql" } }];
  const tool_choice = { type: "custom", custom: { name: "sql" } };

  assert.deepEqual(bodyOf({ tools, tool_choice }).toolConfig?.functionCallingConfig, {
    mode: "ANY",
    allowedFunctionNames: ["sql"],
  });
});

/** A choice of a function that is not there, and the field that the error names. */
const strangers: [unknown, string][] = [
  [{ type: "function", function: { name: "h" } }, "tool_choice"],
  [{ type: "custom", custom: { name: "h" } }, "tool_choice"],
  [allowing("auto", "f", "h"), "tool_choice.allowed_tools.tools"],
];

for (const [choice, param] of strangers) {
  Deno.test(`3.6 tool_choice ${JSON.stringify(choice)} is refused where there is no such tool`, () => {
    assert.throws(() => modeOf(choice), { code: "invalid_request", param });
  });
}

/** function_call, the older form, and how the functions are to be called. */
const olderChoices: [unknown, unknown][] = [
  ["auto", undefined],
  ["none", { mode: "NONE" }],
  [{ name: "f" }, { mode: "ANY", allowedFunctionNames: ["f"] }],
];

for (const [function_call, config] of olderChoices) {
  Deno.test(`2.14 function_call ${JSON.stringify(function_call)} is ${JSON.stringify(config)}`, () => {
    const body = bodyOf({ functions: [{ name: "f" }], function_call });

    assert.deepEqual(body.toolConfig?.functionCallingConfig, config);
    assert.deepEqual(body.tools, [{ functionDeclarations: [F] }]);
  });
}

for (const tools of [undefined, [], [{ type: "web_search" }]]) {
  Deno.test(`3.7 there is no toolConfig for ${JSON.stringify(tools)}, which declares nothing`, () => {
    assert.equal(bodyOf({ tools, tool_choice: "required" }).toolConfig, undefined);
  });
}

Deno.test("3.6 tool_choice takes allowed tools in their flat form", () => {
  const tools = [{ type: "function", name: "f" }];

  assert.deepEqual(modeOf({ type: "allowed_tools", mode: "required", tools }), {
    mode: "ANY",
    allowedFunctionNames: ["f"],
  });
});

Deno.test("3.6 tool_choice of a type that nobody knows is a 400, not a shrug", () => {
  assert.throws(() => modeOf({ type: "telepathy" }), { param: "tool_choice.type" });
});

Deno.test("3.8 parallel_tool_calls has no effect, because Gemini has no such switch", () => {
  assert.deepEqual(
    bodyOf({ tools: [aTool("f")], parallel_tool_calls: false }),
    bodyOf({ tools: [aTool("f")] }),
  );
});

Deno.test("a custom tool is a function that takes one text", () => {
  const tools = [{
    type: "custom",
    custom: { name: "sql", description: "Runs SQL.", format: { type: "text" } },
  }];

  assert.deepEqual(toolsOf({ tools }), [{
    functionDeclarations: [{
      name: "sql",
      description: "Runs SQL.",
      parametersJsonSchema: {
        type: "object",
        properties: { input: { type: "string" } },
        required: ["input"],
      },
    }],
  }]);
  assert.deepEqual([...callFor(aChat({ tools })).tools.custom], ["sql"]);
});

Deno.test("the call of a custom tool in the history has its text as its input", () => {
  const messages = [
    { role: "user", content: "hi" },
    {
      role: "assistant",
      tool_calls: [{ id: "call_x", type: "custom", custom: { name: "sql", input: "SELECT 1" } }],
    },
    { role: "tool", tool_call_id: "call_x", content: "1" },
  ];

  assert.deepEqual(contentsOf(messages, { model: OLD })[1]?.parts, [
    { functionCall: { name: "sql", args: { input: "SELECT 1" } } },
  ]);
});

function allowing(mode: string, ...names: string[]) {
  return {
    type: "allowed_tools",
    allowed_tools: { mode, tools: names.map((name) => aTool(name)) },
  };
}

function declaredIn(tools: readonly unknown[]) {
  return callFor(aChat({ tools })).body({ schemas: "json", signatures: "known" }).tools
    ?.flatMap((tool) => "functionDeclarations" in tool ? tool.functionDeclarations ?? [] : [])
    .map(({ name }) => name);
}
