import { match, strictEqual as equal } from "node:assert";
import type { Message } from "../read_message.ts";
import { functions, NEW, OLD, refusal } from "./trying.ts";

const SEARCH = { googleSearch: {} };
const BOTH_FLAG = { includeServerSideToolInvocations: true };

for (const name of ["", "1st", "my tool", "naïve", "x".repeat(65)]) {
  Deno.test(`a function called "${name}" is refused`, () => {
    match(
      refusal({ tools: [functions("f", name)] }) ?? "",
      /tools\[0\]\.function_declarations\[1\]\.name: Invalid function name\./,
    );
  });
}

for (const name of ["_", "ns:a.b-c_d", "x".repeat(64)]) {
  Deno.test(`a function called "${name}" is taken`, () => {
    equal(refusal({ tools: [functions(name)] }), undefined);
  });
}

Deno.test("a function that is declared twice is refused, in one tool or in two", () => {
  const message = "Duplicate function declaration found: f";

  equal(refusal({ tools: [functions("f", "f")] }), message);
  equal(refusal({ tools: [functions("f"), functions("g", "f")] }), message);
});

Deno.test("a function with both kinds of schema is refused", () => {
  const one = { name: "f", parameters: { type: "OBJECT" } };
  const tools = [{ functionDeclarations: [{ ...one, parametersJsonSchema: { type: "object" } }] }];

  match(refusal({ tools }) ?? "", /mutually exclusive/);
  equal(refusal({ tools: [{ functionDeclarations: [one] }] }), undefined);
});

const schemas: [string, Message, RegExp][] = [
  [
    "a list without items",
    { properties: { a: { type: "ARRAY" } } },
    /properties\[a\]\.items: miss/,
  ],
  [
    "a stray required property",
    { properties: {}, required: ["a"] },
    /required\[0\]: property is no/,
  ],
  [
    "an empty value",
    { anyOf: [{ type: "STRING", enum: ["a", ""] }] },
    /any_of\[0\]\.enum\[1\]: can/,
  ],
];

for (const [fact, schema, message] of schemas) {
  Deno.test(`a schema with ${fact} is refused`, () => {
    const parameters = { type: "OBJECT", ...schema };

    match(
      refusal({ tools: [{ functionDeclarations: [{ name: "f", parameters }] }] }) ?? "",
      message,
    );
    match(refusal({ generationConfig: { responseSchema: parameters } }) ?? "", message);
  });
}

Deno.test("a way of calling needs functions, unless Gemini 3 runs tools of its own", () => {
  const functionCallingConfig = { mode: "AUTO" };
  const body = { tools: [SEARCH], toolConfig: { functionCallingConfig } };
  const flagged = { tools: [SEARCH], toolConfig: { functionCallingConfig, ...BOTH_FLAG } };

  equal(refusal(body), "Function calling config is set without function_declarations.");
  match(refusal(flagged, OLD) ?? "", /without function_declarations/);
  equal(refusal(flagged, NEW), undefined);
});

for (const mode of ["ANY", "VALIDATED"]) {
  Deno.test(`names are allowed in mode ${mode}, if there are such functions`, () => {
    equal(refusal(allowing(mode, "f")), undefined);
    match(refusal(allowing(mode, "g")) ?? "", /function "g" is not in function_declarations/);
  });
}

for (const mode of ["AUTO", "NONE"]) {
  Deno.test(`names are not allowed in mode ${mode}`, () => {
    match(
      refusal(allowing(mode, "f")) ?? "",
      /only when function calling mode is ANY or VALIDATED/,
    );
  });
}

Deno.test("functions stand beside Google's tools from Gemini 3 on, and only when that is said", () => {
  const tools = [functions("f"), SEARCH];

  match(refusal({ tools }, OLD) ?? "", /cannot be combined in the same request/);
  match(refusal({ tools, toolConfig: BOTH_FLAG }, OLD) ?? "", /cannot be combined/);
  match(refusal({ tools }, NEW) ?? "", /enable tool_config\.include_server_side_tool_invocations/);
  equal(refusal({ tools, toolConfig: BOTH_FLAG }, NEW), undefined);
});

Deno.test("functions stand beside JSON from Gemini 3 on", () => {
  const tools = [functions("f")];
  const byType = { tools, generationConfig: { responseMimeType: "application/json" } };
  const bySchema = { tools, generationConfig: { responseSchema: { type: "OBJECT" } } };

  match(refusal(byType, OLD) ?? "", /mime type: 'application\/json' is unsupported/);
  match(refusal(bySchema, OLD) ?? "", /mime type: 'application\/json' is unsupported/);
  equal(refusal(byType, NEW), undefined);
});

function allowing(mode: string, name: string): Message {
  const functionCallingConfig = { mode, allowedFunctionNames: [name] };
  return { tools: [functions("f")], toolConfig: { functionCallingConfig } };
}
