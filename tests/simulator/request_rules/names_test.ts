import { deepStrictEqual as deepEqual, match, strictEqual as equal } from "node:assert";
import { asking, type Refused, STREAM } from "../ask.ts";
import type { Message } from "../read_message.ts";
import { createSimulator, simKey } from "../simulator.ts";
import { OLD, refusal } from "./trying.ts";

const FUNCTION = "tools[0].function_declarations[0]";

/** Where a name stands, a request with the unknown name "x" there, and how Google calls the place. */
const unknown: [string, Message, string][] = [
  ["the request", { x: 1 }, ""],
  ["generationConfig", { generationConfig: { x: 1 } }, " at 'generation_config'"],
  [
    "thinkingConfig",
    { generationConfig: { thinkingConfig: { x: 1 } } },
    " at 'generation_config.thinking_config'",
  ],
  ["a content", { contents: [{ parts: [{ text: "hi" }], x: 1 }] }, " at 'contents[0]'"],
  ["a part", { contents: [{ parts: [{ text: "hi", x: 1 }] }] }, " at 'contents[0].parts[0]'"],
  [
    "a call",
    { contents: [{ parts: [{ functionCall: { name: "f", x: 1 } }] }] },
    " at 'contents[0].parts[0].function_call'",
  ],
  ["a tool", { tools: [{ x: 1 }] }, " at 'tools[0]'"],
  ["a function", { tools: [{ functionDeclarations: [{ name: "f", x: 1 }] }] }, ` at '${FUNCTION}'`],
  ["toolConfig", { toolConfig: { x: 1 } }, " at 'tool_config'"],
  ["a schema", parameters({ type: "OBJECT", x: 1 }), ` at '${FUNCTION}.parameters'`],
  [
    "the schema of a property",
    parameters({ type: "OBJECT", properties: { a: { type: "STRING" }, b: { x: 1 } } }),
    ` at '${FUNCTION}.parameters.properties[1].value'`,
  ],
  [
    "a schema of the answer",
    { generationConfig: { responseSchema: { anyOf: [{ x: 1 }] } } },
    " at 'generation_config.response_schema.any_of[0]'",
  ],
];

for (const [where, body, place] of unknown) {
  Deno.test(`an unknown name in ${where} is refused`, () => {
    equal(
      refusal(body),
      `Invalid JSON payload received. Unknown name "x"${place}: Cannot find field.`,
    );
  });
}

Deno.test("every unknown name is told, in the message and as a violation", async () => {
  const { error } = await refused({ contents: [{ parts: [{ y: 1 }] }], x: 1 });

  const [inPart, atTop] = error.message.split("\n");
  match(inPart ?? "", /"y" at 'contents\[0\]\.parts\[0\]'/);
  match(atTop ?? "", /"x": Cannot find field\.$/);
  deepEqual(error.details, [{
    "@type": "type.googleapis.com/google.rpc.BadRequest",
    fieldViolations: [
      { field: "contents[0].parts[0]", description: inPart },
      { description: atTop },
    ],
  }]);
});

Deno.test("a stream is refused as an answer in one piece is", async () => {
  const unary = await refused({ x: 1 });
  const stream = await refused({ x: 1 }, STREAM);

  deepEqual(stream, unary);
});

Deno.test("names in camelCase and in snake_case are taken alike", () => {
  equal(refusal({ generationConfig: { maxOutputTokens: 9 } }), undefined);
  equal(refusal({ generation_config: { max_output_tokens: 9 } }), undefined);
  match(
    refusal({ generation_config: { stop_sequences: [..."abcdef"] } }) ?? "",
    /generation_config\.stop_sequences/,
  );
});

Deno.test("null is as good as nothing", () => {
  equal(refusal({ tools: null, generationConfig: { temperature: null } }), undefined);
});

Deno.test("names of properties, arguments and JSON Schemas are the caller's own", () => {
  const properties = { x: { type: "STRING" }, additionalProperties: { type: "INTEGER" } };
  const parametersJsonSchema = { type: "object", additionalProperties: false, $defs: {} };

  equal(refusal(parameters({ type: "OBJECT", properties, required: ["x"] })), undefined);
  equal(
    refusal({ tools: [{ functionDeclarations: [{ name: "f", parametersJsonSchema }] }] }),
    undefined,
  );
});

const invalid: [string, Message, string][] = [
  ["a text that is no text", { contents: [{ parts: [{ text: 5 }] }] }, "(TYPE_STRING), 5"],
  ["contents that are a text", { contents: "hi" }, 'v1beta.Content), "hi"'],
  ["a temperature in words", { generationConfig: { temperature: "hot" } }, '(TYPE_DOUBLE), "hot"'],
  ["a seed of 64 bits", { generationConfig: { seed: 2 ** 40 } }, "(TYPE_INT32), 1099511627776"],
  [
    "a mode of OpenAI's",
    { toolConfig: { functionCallingConfig: { mode: "REQUIRED" } } },
    'FunctionCallingConfig.Mode), "REQUIRED"',
  ],
  [
    "a number among the values of a schema",
    parameters({ type: "INTEGER", enum: [1] }),
    "enum[0]' (TYPE_STRING), 1",
  ],
  [
    "data that is not base64",
    { contents: [{ parts: [{ inlineData: { mimeType: "image/png", data: "a.b" } }] }] },
    '(TYPE_BYTES), Base64 decoding failed for "a.b"',
  ],
  [
    "arguments as a text",
    { contents: [{ parts: [{ functionCall: { name: "f", args: "{}" } }] }] },
    '(type.googleapis.com/google.protobuf.Struct), "{}"',
  ],
  [
    "a result as a text",
    { contents: [{ parts: [{ functionResponse: { name: "f", response: "ok" } }] }] },
    '(type.googleapis.com/google.protobuf.Struct), "ok"',
  ],
];

for (const [what, body, end] of invalid) {
  Deno.test(`${what} is refused`, () => {
    const message = refusal(body) ?? "";

    match(message, /^Invalid value at '/);
    equal(message.slice(-end.length), end);
  });
}

Deno.test("a list of types is refused, for a type is one", () => {
  match(
    refusal(parameters({ type: ["STRING", "NULL"] })) ?? "",
    /Unknown name "type" at '.*': Proto field is not repeating, cannot start list\.$/,
  );
});

Deno.test("one value may stand for a list, a text for a number, and enums may be in lower case", () => {
  const body = {
    contents: { parts: { text: "hi" } },
    tools: { functionDeclarations: { name: "f", parameters: { type: "object", minItems: "1" } } },
    toolConfig: { functionCallingConfig: { mode: "any" } },
    generationConfig: { temperature: "0.5" },
  };

  equal(refusal(body), undefined);
});

function parameters(schema: Message): Message {
  return { tools: [{ functionDeclarations: [{ name: "f", parameters: schema }] }] };
}

async function refused(body: Message, verb = "generateContent"): Promise<Refused> {
  const request = asking({
    key: simKey("ok"),
    verb,
    model: OLD,
    body: { contents: [{ parts: [{ text: "hi" }] }], ...body },
  });
  return await (await createSimulator().fetch(request)).json();
}
