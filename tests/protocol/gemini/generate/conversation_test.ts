import assert from "node:assert/strict";
import {
  ConversationBuilder,
  type ToldCall,
  type ToldResult,
} from "../../../../lib/protocol/gemini/generate/conversation.ts";
import type { Part } from "../../../../lib/protocol/gemini/generate/request.ts";
import { refusal } from "../../../simulator/request_rules/trying.ts";

const BEGIN = { role: "user", parts: [{ text: " " }] };
const IMAGE = { mimeType: "image/png", data: "AA==" };

const begin = ({ filesInResults = true } = {}) => new ConversationBuilder({ filesInResults });
const text = (text: string): Part => ({ text });

function call(callId: string, { id, signature = null }: {
  id?: string;
  signature?: string | null;
} = {}): ToldCall {
  const name = `f_${callId}`;
  return { callId, call: { ...(id !== undefined && { id }), name, args: { callId } }, signature };
}

function result(callId: string, { files = [] }: Partial<ToldResult> = {}): ToldResult {
  return { callId, response: { of: callId }, files };
}

const called = (callId: string) => ({ functionCall: { name: `f_${callId}`, args: { callId } } });
const answered = (callId: string, response: object = { of: callId }) => ({
  functionResponse: { name: `f_${callId}`, response },
});

Deno.test("2.5 ConversationBuilder has two sides, the user and the model", () => {
  const builder = begin();
  builder.user([text("hi")]);
  builder.model([text("hello")]);

  assert.deepEqual(builder.build().contents, [
    { role: "user", parts: [text("hi")] },
    { role: "model", parts: [text("hello")] },
  ]);
});

Deno.test("2.6 ConversationBuilder joins neighbours of one side", () => {
  const builder = begin();
  builder.user([text("a")]);
  builder.user([text("b"), text("c")]);
  builder.model([text("d")]);
  builder.model([text("e")]);

  assert.deepEqual(builder.build().contents, [
    { role: "user", parts: [text("a"), text("b"), text("c")] },
    { role: "model", parts: [text("d"), text("e")] },
  ]);
});

Deno.test("2.6 ConversationBuilder keeps results apart from what the user says next", () => {
  const builder = begin();
  builder.user([text("hi")]);
  builder.model([], [call("1")], [result("1")]);
  builder.user([text("and")]);
  builder.user([text("so on")]);

  assert.deepEqual(builder.build().contents.slice(2), [
    { role: "user", parts: [answered("1")] },
    { role: "user", parts: [text("and"), text("so on")] },
  ]);
});

Deno.test("2.7 ConversationBuilder begins with the user though the model spoke first", () => {
  const builder = begin();
  builder.model([text("Welcome.")], [call("1")], [result("1")]);

  assert.deepEqual(builder.build().contents, [
    BEGIN,
    { role: "model", parts: [text("Welcome."), called("1")] },
    { role: "user", parts: [answered("1")] },
  ]);
});

Deno.test("2.7 ConversationBuilder lets no call follow another turn of the model", () => {
  const builder = begin();
  builder.user([text("hi")]);
  builder.model([text("Let me see.")]);
  builder.model([], [call("1")], [result("1")]);

  assert.deepEqual(builder.build().contents[1]?.parts, [text("Let me see."), called("1")]);
});

Deno.test("2.8 ConversationBuilder leaves the last word to the model", () => {
  const builder = begin();
  builder.user([text("A poem.")]);
  builder.model([text("Roses are")]);

  assert.deepEqual(builder.build().contents.at(-1), { role: "model", parts: [text("Roses are")] });
});

Deno.test("2.9 ConversationBuilder makes no turn of nothing", () => {
  const builder = begin();
  builder.user([text("a")]);
  builder.model([]);
  builder.user([]);
  builder.user([text("b")]);

  assert.deepEqual(builder.build().contents, [{ role: "user", parts: [text("a"), text("b")] }]);
});

Deno.test("2.3 ConversationBuilder has a turn though nobody said anything", () => {
  assert.deepEqual(begin().build().contents, [BEGIN]);
});

Deno.test("2.11 ConversationBuilder puts what the model said before what it called", () => {
  const builder = begin();
  builder.user([text("hi")]);
  builder.model([text("Let me see."), { inlineData: IMAGE }], [call("1"), call("2")], []);

  assert.deepEqual(builder.build().contents[1]?.parts, [
    text("Let me see."),
    { inlineData: IMAGE },
    called("1"),
    called("2"),
  ]);
});

Deno.test("3.12 ConversationBuilder gives a result the name of its call", () => {
  const builder = begin();
  builder.model([], [call("1")], [result("1")]);

  assert.deepEqual(builder.build().contents.at(-1)?.parts, [answered("1")]);
});

Deno.test("3.13 ConversationBuilder puts all results in one turn, in the order of the calls", () => {
  const builder = begin();
  builder.model([], [call("1"), call("2"), call("3")], [result("3"), result("1"), result("2")]);

  assert.deepEqual(builder.build().contents.at(-1), {
    role: "user",
    parts: [answered("1"), answered("2"), answered("3")],
  });
});

Deno.test("3.13 ConversationBuilder makes up a result that is missing", () => {
  const builder = begin();
  builder.model([], [call("1"), call("2")], [result("2")]);

  assert.deepEqual(builder.build().contents.at(-1)?.parts, [
    answered("1", { error: "no result" }),
    answered("2"),
  ]);
});

Deno.test("3.13 ConversationBuilder tells a result without a call as text of the user's", () => {
  const builder = begin();
  builder.model([], [call("1")], [result("1"), result("0", { files: [IMAGE] })]);

  assert.deepEqual(builder.build().contents.slice(2), [
    { role: "user", parts: [answered("1")] },
    { role: "user", parts: [text('{"of":"0"}'), { inlineData: IMAGE }] },
  ]);
});

Deno.test("3.13 ConversationBuilder gives calls of the same id each a result", () => {
  const builder = begin();
  const results = [1, 2].map((response) => ({ ...result("1"), response: { response } }));
  builder.model([], [call("1"), call("1"), call("1")], results);

  assert.deepEqual(builder.build().contents.at(-1)?.parts, [
    answered("1", { response: 1 }),
    answered("1", { response: 2 }),
    answered("1", { error: "no result" }),
  ]);
});

Deno.test("3.15 ConversationBuilder puts files into results where the model takes them", () => {
  const builder = begin();
  builder.model([], [call("1")], [result("1", { files: [IMAGE] })]);

  assert.deepEqual(builder.build().contents.slice(2), [{
    role: "user",
    parts: [{
      functionResponse: {
        name: "f_1",
        response: { of: "1" },
        parts: [{ inlineData: IMAGE }],
      },
    }],
  }]);
});

Deno.test("3.15 ConversationBuilder puts files behind the results where it does not", () => {
  const builder = begin({ filesInResults: false });
  builder.model([], [call("1"), call("2")], [result("1", { files: [IMAGE] }), result("2")]);
  builder.user([text("What is it?")]);

  assert.deepEqual(builder.build().contents.slice(2), [
    { role: "user", parts: [answered("1"), answered("2")] },
    { role: "user", parts: [{ inlineData: IMAGE }, text("What is it?")] },
  ]);
});

Deno.test("3.17 ConversationBuilder gives a result the id that Google gave the call", () => {
  const builder = begin();
  builder.model([], [call("1", { id: "4jh89wlf" }), call("2")], [result("1"), result("2")]);

  const [, calls, results] = builder.build().contents;
  assert.deepEqual(calls?.parts.map(({ functionCall }) => functionCall?.id), [
    "4jh89wlf",
    undefined,
  ]);
  assert.deepEqual(results?.parts.map(({ functionResponse }) => functionResponse?.id), [
    "4jh89wlf",
    undefined,
  ]);
});

Deno.test("8.1 ConversationBuilder puts a signature beside the call", () => {
  const builder = begin();
  builder.model([], [call("1", { signature: "c2ln" }), call("2")]);

  assert.deepEqual(builder.build().contents[1]?.parts, [
    { ...called("1"), thoughtSignature: "c2ln" },
    called("2"),
  ]);
});

Deno.test("8.4 ConversationBuilder knows the client's id of each call", () => {
  const builder = begin();
  builder.model([text("a")], [call("1"), call("2")]);

  const { contents, callIds } = builder.build();
  const ids = contents[1]?.parts.map((part) => callIds.get(part));
  assert.deepEqual(ids, [undefined, "1", "2"]);
});

Deno.test("ConversationBuilder leaves what it is told alone", () => {
  const parts = Object.freeze([text("a")]);
  const builder = begin();
  builder.user(parts);
  builder.user([text("b")]);

  assert.deepEqual(parts, [text("a")]);
});

Deno.test("3.13 ConversationBuilder finds its result for each of very many calls", () => {
  const ids = Array.from({ length: 20_000 }, (_, count) => `${count}`);
  const builder = begin();
  builder.model([], ids.map((id) => call(id)), ids.map((id) => result(id)).reverse());

  const parts = builder.build().contents.at(-1)?.parts ?? [];
  assert.deepEqual(parts.map(({ functionResponse }) => functionResponse?.response.of), ids);
});

Deno.test("ConversationBuilder takes more parts than a function takes arguments", () => {
  const many = Array.from({ length: 300_000 }, () => text("a"));
  const builder = begin();
  builder.user([text("first")]);
  builder.user(many);

  assert.equal(builder.build().contents[0]?.parts.length, many.length + 1);
});

Deno.test("what ConversationBuilder builds of results in any order is taken", () => {
  const builder = begin();
  builder.model([], [call("1"), call("2")], [result("2"), result("9"), result("1")]);

  assert.equal(refusal({ contents: builder.build().contents }, "gemini-2.5-flash"), undefined);
});
