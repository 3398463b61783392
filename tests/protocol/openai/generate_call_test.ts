import assert from "node:assert/strict";
import { GenerateCall } from "../../../lib/protocol/openai/generate_call.ts";
import { modelTraits } from "../../../lib/protocol/gemini/generate/model_table.ts";
import { readChatRequest } from "../../../lib/protocol/openai/chat_request.ts";
import { aChat, aTool, bodyOf, callFor, formFor, NEW, OLD } from "./chats.ts";

const sent = (fields: Record<string, unknown> = {}, model = NEW) =>
  callFor(aChat(fields), { model }).in(formFor(model));

Deno.test("GenerateCall asks of Gemini what the client asked, and to keep nothing", () => {
  assert.deepEqual(bodyOf({}), {
    contents: [{ role: "user", parts: [{ text: "hi" }] }],
    store: false,
  });
});

Deno.test("1.1 GenerateCall speaks to v1beta", () => {
  const { method, target, model } = sent();

  assert.equal(method, "POST");
  assert.equal(target, "/v1beta/models/gemini-3.8-flash:generateContent");
  assert.equal(model, NEW);
});

Deno.test("1.2 GenerateCall writes no key, neither into the address nor into the headers", () => {
  const { target, headers } = sent({ stream: true });

  assert.equal(target.includes("key"), false);
  assert.deepEqual(headers, [["content-type", "application/json"]]);
});

Deno.test("1.3 GenerateCall asks for a stream as events", () => {
  const { target, framing } = sent({ stream: true });

  assert.equal(target, "/v1beta/models/gemini-3.8-flash:streamGenerateContent?alt=sse");
  assert.equal(framing, "sse");
});

for (const stream of [undefined, null, false]) {
  Deno.test(`1.3 GenerateCall asks for one piece where stream is ${stream}`, () => {
    assert.match(sent({ stream }).target, /:generateContent$/);
    assert.equal(sent({ stream }).framing, null);
  });
}

Deno.test("1.6 GenerateCall asks the model that it is told to, whatever the request calls it", () => {
  const { target } = sent({ model: "gpt-4o" }, "gemini-9-unheard-of");

  assert.equal(target, "/v1beta/models/gemini-9-unheard-of:generateContent");
});

Deno.test("1.6 GenerateCall leaves it to Google to refuse what a model cannot do", () => {
  assert.deepEqual(bodyOf({ n: 8, top_logprobs: 20, logprobs: true }).generationConfig, {
    candidateCount: 8,
    responseLogprobs: true,
    logprobs: 20,
  });
});

Deno.test("1.7 GenerateCall refuses a name that no model of Gemini's can have", () => {
  assert.throws(() => sent({}, "../../secrets"), { name: "RotatorError" });
});

Deno.test("1.9 GenerateCall writes camel case", () => {
  const body = bodyOf({
    max_tokens: 5,
    tools: [aTool("f", { type: "object", properties: { snake_case: { type: "string" } } })],
    google: { safety_settings: [{ category: "HARM_CATEGORY_HARASSMENT", threshold: "OFF" }] },
    reasoning_effort: "low",
    messages: [{ role: "system", content: "Be brief." }, { role: "user", content: "hi" }],
  });

  assert.deepEqual(
    JSON.stringify(body).match(/"\w+_\w+":/g),
    ['"snake_case":'],
  );
});

/** What the client says of keeping, what the operator allows, and what Gemini is told. */
const keeping: [unknown, boolean, boolean][] = [
  [undefined, false, false],
  [undefined, true, false],
  [null, true, false],
  [true, false, false],
  [true, true, true],
  [false, true, false],
];

for (const [store, mayStore, told] of keeping) {
  Deno.test(`store ${store} is ${told} where the operator ${mayStore ? "allows" : "forbids"} it`, () => {
    assert.equal(bodyOf({ store }, { mayStore }).store, told);
  });
}

/** A tier of OpenAI's, and Google's; undefined is the usual one. */
const tiers: [unknown, unknown][] = [
  [undefined, undefined],
  [null, undefined],
  ["auto", undefined],
  ["default", undefined],
  ["flex", "flex"],
  ["priority", "priority"],
  ["fast", "priority"],
  ["scale", undefined],
];

for (const [tier, told] of tiers) {
  Deno.test(`service_tier ${tier} is ${told ?? "left to Google"}`, () => {
    assert.equal(bodyOf({ service_tier: tier }).serviceTier, told);
  });
}

Deno.test("3.4 GenerateCall changes nothing of the request, and the schemas least of all", () => {
  const chat = aChat({
    tools: [aTool("f", {
      type: "object",
      properties: { a: { $ref: "#/$defs/A" } },
      $defs: { A: { type: "string", "x-note": 1 } },
      $schema: "http://json-schema.org/draft-07/schema#",
    })],
    google: { safety_settings: [{ category: "HARM_CATEGORY_HARASSMENT", threshold: "OFF" }] },
  });
  const before = structuredClone(chat);

  callFor(chat).in({ schemas: "json", signatures: "known" });
  callFor(chat).in({ schemas: "openapi", signatures: "replaced" });

  assert.deepEqual(chat, before);
});

Deno.test("4.16 GenerateCall gives the same bytes for the same request", () => {
  const chat = aChat({
    tools: [aTool("b"), aTool("a", { type: "object", properties: { z: {}, a: {} } })],
  });

  assert.deepEqual(
    callFor(chat).in(formFor()).body,
    callFor(structuredClone(chat)).in(formFor()).body,
  );
});

Deno.test("4.3 GenerateCall gives schemas in the older form when it is asked to", () => {
  const schema = { type: "object", properties: { a: { const: "x" } }, additionalProperties: false };
  const chat = aChat({
    tools: [aTool("f", schema)],
    response_format: { type: "json_schema", json_schema: { name: "A", schema } },
  });
  const older = { type: "object", properties: { a: { type: "string", enum: ["x"] } } };
  const { tools, generationConfig } = callFor(chat).body({
    schemas: "openapi",
    signatures: "known",
  });

  assert.deepEqual(tools, [
    { functionDeclarations: [{ name: "f", description: "f", parameters: older }] },
  ]);
  assert.deepEqual(generationConfig, {
    responseMimeType: "application/json",
    responseSchema: older,
  });
});

/** Fields, and whether they have schemas which a model may want in another form. */
const withSchemas: [Record<string, unknown>, boolean][] = [
  [{}, false],
  [{ tools: [aTool("f")] }, false],
  [{ tools: [{ type: "web_search" }] }, false],
  [{ response_format: { type: "json_object" } }, false],
  [{ tools: [aTool("f", { type: "object" })] }, true],
  [{ response_format: { type: "json_schema", json_schema: { schema: {} } } }, true],
];

for (const [fields, has] of withSchemas) {
  Deno.test(`hasSchemas is ${has} for ${JSON.stringify(fields)}`, () => {
    assert.equal(callFor(aChat(fields)).hasSchemas, has);
  });
}

Deno.test("dropped names what has no effect with a model", () => {
  const fields = {
    tools: [aTool("f"), { type: "web_search" }],
    response_format: { type: "json_object" },
  };

  assert.deepEqual(callFor(aChat(fields), { model: OLD }).dropped, [
    "tools.googleSearch",
    "response_format",
  ]);
  assert.deepEqual(callFor(aChat(fields), { model: NEW }).dropped, []);
});

Deno.test("GenerateCall asks a model that an operator described in the operator's way", () => {
  const traitsOf = modelTraits([{ models: "my-model", systemInstruction: false }]);
  const messages = [{ role: "system", content: "Be brief." }, { role: "user", content: "hi" }];
  const call = new GenerateCall(readChatRequest(aChat({ messages })), {
    model: "my-model",
    traits: traitsOf("my-model"),
    google: {},
    fetched: new Map(),
    mayStore: false,
  });

  assert.deepEqual(call.body(formFor()), {
    contents: [{ role: "user", parts: [{ text: "Be brief." }, { text: "hi" }] }],
    store: false,
  });
});
