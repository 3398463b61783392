import assert from "node:assert/strict";
import { argumentsOf, responseOf } from "../../../lib/protocol/openai/tool_results.ts";
import { aCall, aTool, bodyOf, contentsOf, NEW, OLD, PIXEL, user } from "./chats.ts";

const asks = { role: "user", content: "hi" };
const calls = (...tool_calls: unknown[]) => ({ role: "assistant", content: null, tool_calls });
const result = (tool_call_id: string, content: unknown) => ({
  role: "tool",
  tool_call_id,
  content,
});
const response = (name: string, value: unknown, id?: string) => ({
  functionResponse: { ...(id && { id }), name, response: value as Record<string, unknown> },
});
const IMAGE = { type: "image_url", image_url: { url: `data:image/png;base64,${PIXEL}` } };
const PNG = { inlineData: { mimeType: "image/png", data: PIXEL } };

/** The results of a history: everything behind the first answer of the model. */
const after = (messages: unknown[], model = OLD) =>
  contentsOf([asks, ...messages], { model }).slice(2);

Deno.test("3.12 a result is named after the function that was called", () => {
  assert.deepEqual(after([calls(aCall("call_x", "get_weather")), result("call_x", "sunny")]), [
    user(response("get_weather", { result: "sunny" })),
  ]);
});

Deno.test("3.12 a result has the name that Gemini knows, where it refuses the client's", () => {
  const messages = [asks, calls(aCall("call_x", "mcp/weather")), result("call_x", "sunny")];
  const { contents } = bodyOf({ messages, tools: [aTool("mcp/weather")] }, { model: OLD });

  assert.deepEqual(contents[2], user(response("mcp_weather", { result: "sunny" })));
});

Deno.test("3.13 results stand in one turn, in the order of the calls, whatever their own", () => {
  const messages = [
    calls(aCall("call_x", "f"), aCall("call_y", "g"), aCall("call_z", "f")),
    result("call_z", "3"),
    result("call_x", "1"),
    result("call_y", "2"),
  ];

  assert.deepEqual(after(messages), [
    user(
      response("f", { result: "1" }),
      response("g", { result: "2" }),
      response("f", { result: "3" }),
    ),
  ]);
});

Deno.test("3.13 a result that comes after the user has spoken still stands before", () => {
  const messages = [
    calls(aCall("call_x", "f"), aCall("call_y", "g")),
    result("call_x", "1"),
    { role: "user", content: "hurry" },
    result("call_y", "2"),
  ];

  assert.deepEqual(after(messages), [
    user(response("f", { result: "1" }), response("g", { result: "2" })),
    user("hurry"),
  ]);
});

Deno.test("3.13 a result that never came is made up, and says so", () => {
  const messages = [
    calls(aCall("call_x", "f"), aCall("call_y", "g")),
    result("call_y", "2"),
    { role: "user", content: "never mind" },
  ];

  assert.deepEqual(after(messages), [
    user(response("f", { error: "no result" }), response("g", { result: "2" })),
    user("never mind"),
  ]);
});

Deno.test("3.13 a result without a call is told as text", () => {
  const messages = [
    calls(aCall("call_x", "f")),
    result("call_q", '{"a":1}'),
    result("call_x", "1"),
  ];

  assert.deepEqual(after(messages), [user(response("f", { result: "1" })), user('{"a":1}')]);
});

Deno.test("3.13 a result at the beginning is told as text, in its own words", () => {
  assert.deepEqual(contentsOf([result("call_x", "1"), asks]), [user("1", "hi")]);
});

Deno.test("3.13 of two results for one call the second is told as text", () => {
  const messages = [calls(aCall("call_x", "f")), result("call_x", "1"), result("call_x", "2")];

  assert.deepEqual(after(messages), [user(response("f", { result: "1" })), user("2")]);
});

Deno.test("3.13 the same id in two steps means the call of each step", () => {
  const messages = [
    calls(aCall("call_x", "f")),
    result("call_x", "1"),
    calls(aCall("call_x", "g")),
    result("call_x", "2"),
  ];

  assert.deepEqual(after(messages).filter(({ role }) => role === "user"), [
    user(response("f", { result: "1" })),
    user(response("g", { result: "2" })),
  ]);
});

Deno.test("3.13 results of calls without ids, as Google's own layer gives them, come in order", () => {
  const messages = [calls(aCall("", "f"), aCall("", "g")), result("", "1"), result("", "2")];

  assert.deepEqual(after(messages), [
    user(response("f", { result: "1" }), response("g", { result: "2" })),
  ]);
});

Deno.test("3.13 calls that were made at once may each be a message of their own", () => {
  const messages = [
    { ...calls(aCall("call_x", "f")), content: "Let me see." },
    calls(aCall("call_y", "g")),
    result("call_y", "2"),
    result("call_x", "1"),
  ];

  assert.deepEqual(contentsOf([asks, ...messages], { model: OLD }).slice(1), [
    {
      role: "model",
      parts: [
        { text: "Let me see." },
        { functionCall: { name: "f", args: {} } },
        { functionCall: { name: "g", args: {} } },
      ],
    },
    user(response("f", { result: "1" }), response("g", { result: "2" })),
  ]);
});

Deno.test("3.13 an answer that calls nothing ends the step, even where results are missing", () => {
  const messages = [calls(aCall("call_x", "f")), { role: "assistant", content: "Stopped." }];

  assert.deepEqual(after(messages), [
    user(response("f", { error: "no result" })),
    { role: "model", parts: [{ text: "Stopped." }] },
  ]);
});

/** What a tool says, and what Gemini is told. */
const responses: [string, unknown][] = [
  ['{"temperature":21,"unit":"C"}', { temperature: 21, unit: "C" }],
  ["{}", {}],
  ['[1,{"a":2}]', { result: [1, { a: 2 }] }],
  ["[]", { result: [] }],
  ["42", { result: "42" }],
  ["true", { result: "true" }],
  ["null", { result: "null" }],
  ['"quoted"', { result: '"quoted"' }],
  ["sunny, 21 °C", { result: "sunny, 21 °C" }],
  ["", { result: "" }],
  ['{"a":1', { result: '{"a":1' }],
  ['{"a":1}{"b":2}', { result: '{"a":1}{"b":2}' }],
  ['{"$ref":"#/a"}', { result: '{"$ref":"#/a"}' }],
  ['{"list":[{"$ref":"file"}]}', { result: '{"list":[{"$ref":"file"}]}' }],
];

for (const [text, value] of responses) {
  Deno.test(`3.14 responseOf() makes an object of ${JSON.stringify(text)}`, () => {
    assert.deepEqual(responseOf(text), value);
  });
}

Deno.test("3.14 a result of null, and one that is missing, is an empty text", () => {
  const messages = [calls(aCall("call_x", "f"), aCall("call_y", "g")), result("call_x", null)];

  assert.deepEqual(after([...messages, { role: "tool", tool_call_id: "call_y" }]), [
    user(response("f", { result: "" }), response("g", { result: "" })),
  ]);
});

Deno.test("3.15 texts of a result are joined, and nothing put between them", () => {
  const parts = [{ type: "text", text: "sun" }, { type: "text", text: "ny" }];

  assert.deepEqual(after([calls(aCall("call_x", "f")), result("call_x", parts)]), [
    user(response("f", { result: "sunny" })),
  ]);
});

Deno.test("3.15 images stand inside a result, where the model takes them", () => {
  const parts = [{ type: "text", text: "a pixel" }, IMAGE];

  assert.deepEqual(after([calls(aCall("AbCd1234", "shot")), result("AbCd1234", parts)], NEW), [
    user({
      functionResponse: {
        id: "AbCd1234",
        name: "shot",
        response: { result: "a pixel" },
        parts: [PNG],
      },
    }),
  ]);
});

Deno.test("3.15 images stand behind the results, where the model does not take them inside", () => {
  const messages = [
    calls(aCall("call_x", "shot"), aCall("call_y", "f")),
    result("call_x", [IMAGE]),
    result("call_y", "2"),
  ];

  assert.deepEqual(after(messages, OLD), [
    user(response("shot", { result: "" }), response("f", { result: "2" })),
    user(PNG),
  ]);
});

Deno.test("3.15 files that Google has stand behind the results", () => {
  const file = { type: "file", file: { file_id: "files/abc" } };
  const uri = "https://generativelanguage.googleapis.com/v1beta/files/abc";

  assert.deepEqual(after([calls(aCall("call_x", "f")), result("call_x", [file])], NEW), [
    user(response("f", { result: "" })),
    user({ fileData: { fileUri: uri } }),
  ]);
});

Deno.test("3.15 a file in a result that cannot be had is named by its place", () => {
  const bad = { type: "image_url", image_url: { url: "ftp://example.com/a.png" } };

  assert.throws(() => after([calls(aCall("call_x", "f")), result("call_x", [bad])]), {
    code: "invalid_request",
    param: "messages[2].content[0].image_url.url",
  });
});

/** What a model wrote as arguments, and what it is taken for. */
const args: [string | null | undefined, unknown][] = [
  ['{"city":"Oslo","days":[1,2]}', { city: "Oslo", days: [1, 2] }],
  ["{}", {}],
  ["", {}],
  [" \n", {}],
  [null, {}],
  [undefined, {}],
  ['{"city":', { _raw: '{"city":' }],
  ["[1]", { _raw: "[1]" }],
  ["null", { _raw: "null" }],
  ["7", { _raw: "7" }],
  ["1.0", { _raw: "1.0" }],
  ["Oslo", { _raw: "Oslo" }],
];

for (const [text, value] of args) {
  Deno.test(`3.16 argumentsOf() makes an object of ${JSON.stringify(text)}`, () => {
    assert.deepEqual(argumentsOf(text), value);
  });
}

for (const text of ['{"id":12345678901234567890,"x":1.0}', '{"a":[-0,1e2,0.10]}']) {
  Deno.test(`7.17 numbers arrive as they were written: ${text}`, () => {
    assert.equal(JSON.stringify(argumentsOf(text)), text);
    assert.equal(JSON.stringify(responseOf(text)), text);
  });
}

for (const levels of [65, 50_000]) {
  Deno.test(`3.16 JSON of ${levels} levels, more than Google takes, is handed on as text`, () => {
    const deep = nested(levels);

    assert.deepEqual(argumentsOf(deep), { _raw: deep });
    assert.deepEqual(responseOf(deep), { result: deep });
  });
}

Deno.test("3.16 JSON of 64 levels is handed on as it is", () => {
  const deep = nested(64);

  assert.equal(JSON.stringify(argumentsOf(deep)), deep);
  assert.equal(JSON.stringify(responseOf(deep)), deep);
});

Deno.test("3.17 an id of Google's goes back, on the call and on its result", () => {
  const [call, answer] = contentsOf(
    [asks, calls(aCall("Xy12ab34", "f")), result("Xy12ab34", "1")],
    { model: OLD },
  ).slice(1);

  assert.equal(call?.parts[0]?.functionCall?.id, "Xy12ab34");
  assert.equal(answer?.parts[0]?.functionResponse?.id, "Xy12ab34");
});

Deno.test("3.17 an id of ours, or of anybody else's, stays here", () => {
  const ids = ["call_AbCdEfGhIjKlMnOpQrStUvWx", "toolu_01A09q90qw90lq917835lq9", "chatcmpl-tool-1"];
  const messages = [
    asks,
    calls(...ids.map((id) => aCall(id, "f"))),
    ...ids.map((id) => result(id, "1")),
  ];

  assert.equal(JSON.stringify(contentsOf(messages, { model: OLD })).includes('"id"'), false);
});

function nested(levels: number): string {
  return '{"a":'.repeat(levels) + "1" + "}".repeat(levels);
}
