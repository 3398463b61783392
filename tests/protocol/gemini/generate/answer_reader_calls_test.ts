import assert from "node:assert/strict";
import fc from "fast-check";
import { AnswerReader } from "../../../../lib/protocol/gemini/generate/answer_reader.ts";
import { isRecord, type JsonRecord } from "../../../../lib/protocol/json.ts";
import { recordedAnswers } from "../../../support/recorded.ts";

const recorded = recordedAnswers().map((each) => ({
  ...each,
  answers: each.responses.filter(isRecord),
}));

const answer = (...parts: readonly unknown[]): JsonRecord => ({
  candidates: [{ content: { role: "model", parts } }],
});
const call = (name: string, fields: object = {}) => ({
  functionCall: { name, args: {}, ...fields },
});
const result = (name: string, fields: object = {}) => ({
  functionResponse: { name, response: {}, ...fields },
});

function kindsOf(...responses: readonly JsonRecord[]): string[] {
  const reader = new AnswerReader();
  const said = responses.flatMap((response) => reader.read(response));
  return [...said, ...reader.end()].map(({ piece }) =>
    piece.kind === "call" ? `${piece.name}(${JSON.stringify(piece.args)})` : piece.kind
  );
}

Deno.test("7.1 AnswerReader gives calls in their order, several in one answer and over many", () => {
  assert.deepEqual(kindsOf(answer(call("a"), call("b")), answer(call("c"))), [
    "a({})",
    "b({})",
    "c({})",
  ]);
});

Deno.test("7.16 AnswerReader gives calls before what is said after them", () => {
  assert.deepEqual(
    kindsOf(
      answer({ text: "Let me see." }, call("a")),
      answer({ text: "Hm.", thought: true }, call("b"), { text: "Done." }),
    ),
    ["text", "a({})", "thought", "b({})", "text"],
  );
});

Deno.test("a call that Google ran itself is none", () => {
  assert.deepEqual(kindsOf(answer(call("mcp"), result("mcp"), { text: "Done." })), ["text"]);
  assert.deepEqual(kindsOf(answer(call("mcp")), answer(result("mcp")), answer({ text: "x" })), [
    "text",
  ]);
});

Deno.test("a call beside one that Google ran is still the client's", () => {
  assert.deepEqual(kindsOf(answer(call("mine"), call("mcp"), result("mcp"))), ["mine({})"]);
});

Deno.test("of two calls of one name, the one with the result's id is Google's", () => {
  const first = call("f", { id: "aaaaaaaa", args: { n: 1 } });
  const second = call("f", { id: "bbbbbbbb", args: { n: 2 } });

  assert.deepEqual(kindsOf(answer(first, second, result("f", { id: "bbbbbbbb" }))), ['f({"n":1})']);
});

Deno.test("a result whose id tells nothing belongs to the call of its name", () => {
  assert.deepEqual(kindsOf(answer(call("f"), result("f", { id: "aaaaaaaa" }))), []);
  assert.deepEqual(kindsOf(answer(call("f", { id: "aaaaaaaa" }), result("f"))), []);
});

Deno.test("a result that nobody called for changes nothing", () => {
  assert.deepEqual(kindsOf(answer(call("f"), result("g"))), ["f({})"]);
});

const begun = (name: string) => ({ functionCall: { name, willContinue: true } });
const more = (jsonPath: string, stringValue: string) => ({
  functionCall: { partialArgs: [{ jsonPath, stringValue }], willContinue: true },
});
const END = { functionCall: {} };

Deno.test("a call in pieces is one call, once it has ended", () => {
  assert.deepEqual(
    kindsOf(answer(begun("f")), answer(more("$.a", "b")), answer(more("$.a", "c")), answer(END)),
    ['f({"a":"bc"})'],
  );
});

Deno.test("a call whose last piece brings arguments has ended with it", () => {
  const last = { functionCall: { partialArgs: [{ jsonPath: "$.a", numberValue: 1 }] } };

  assert.deepEqual(kindsOf(answer(begun("f"), last)), ['f({"a":1})']);
});

Deno.test("a call in pieces keeps the id and signature with which it began", () => {
  const reader = new AnswerReader();
  const { functionCall } = begun("f");
  reader.read(
    answer({ functionCall: { ...functionCall, id: "4jh89wlf" }, thoughtSignature: "c2ln" }, END),
  );

  assert.deepEqual(reader.end().map(({ piece }) => piece), [
    { kind: "call", id: "4jh89wlf", name: "f", args: Object.create(null), signature: "c2ln" },
  ]);
});

Deno.test("a call whose arguments never ended is none", () => {
  assert.deepEqual(kindsOf(answer(begun("f"), more("$.a", "b"))), []);
  assert.deepEqual(kindsOf(answer({ text: "x" }, begun("f"))), ["text"]);
});

Deno.test("a whole call stands by itself though another has not ended", () => {
  assert.deepEqual(kindsOf(answer(begun("f"), call("g", { args: { x: 1 } }))), ['g({"x":1})']);
});

Deno.test("calls of different candidates are not mixed up", () => {
  const reader = new AnswerReader();
  const candidate = (index: number, ...parts: unknown[]) => ({ index, content: { parts } });
  reader.read({ candidates: [candidate(0, begun("a")), candidate(1, begun("b"))] });
  reader.read({ candidates: [candidate(1, more("$.n", "1")), candidate(0, more("$.n", "0"))] });
  reader.read({ candidates: [candidate(0, END), candidate(1, END, result("x"))] });

  const calls = reader.end().map(({ index, piece }) => [index, JSON.stringify(piece)]);
  assert.deepEqual(calls, [
    [0, '{"kind":"call","id":null,"name":"a","signature":null,"args":{"n":"0"}}'],
    [1, '{"kind":"call","id":null,"name":"b","signature":null,"args":{"n":"1"}}'],
  ]);
});

Deno.test("recorded calls of a server's tools are no calls for the client", () => {
  const served = recorded.filter(({ text }) => text.includes('"functionResponse"'));

  assert.ok(served.length >= 3);
  for (const { name, answers } of served) {
    assert.deepEqual(new Set(kindsOf(...answers)), new Set(["text"]), name);
  }
});

Deno.test("every recorded call is told once, with its arguments", () => {
  const partsIn = (value: unknown): JsonRecord[] =>
    Array.isArray(value)
      ? value.flatMap(partsIn)
      : isRecord(value)
      ? [value, ...Object.values(value).flatMap(partsIn)]
      : [];
  const whole = recorded.filter(({ text }) => !/"functionResponse"|"willContinue"/.test(text));

  for (const { name, answers } of whole) {
    const expected = partsIn(answers).map(({ functionCall }) => functionCall).filter(isRecord)
      .map((called) => `${called.name}(${JSON.stringify(called.args ?? {})})`);
    assert.deepEqual(kindsOf(...answers).filter((kind) => kind.endsWith(")")), expected, name);
  }
});

Deno.test("AnswerReader never fails, whatever stands in an answer", () => {
  const names = [
    ..."text thought thoughtSignature functionCall functionResponse inlineData fileData".split(" "),
    ..."executableCode codeExecutionResult toolCall name args id partialArgs willContinue".split(
      " ",
    ),
  ];
  const aPart = fc.dictionary(fc.constantFrom(...names), fc.jsonValue());
  const aCandidate = fc.record({
    content: fc.oneof(
      fc.jsonValue(),
      fc.record({ parts: fc.array(fc.oneof(aPart, fc.jsonValue())) }),
    ),
    index: fc.jsonValue(),
    finishReason: fc.jsonValue(),
    logprobsResult: fc.jsonValue(),
  }, { requiredKeys: [] });
  const anAnswer = fc.record({
    candidates: fc.oneof(fc.jsonValue(), fc.array(aCandidate, { maxLength: 3 })),
    usageMetadata: fc.jsonValue(),
    promptFeedback: fc.jsonValue(),
  }, { requiredKeys: [] });

  fc.assert(
    fc.property(fc.array(anAnswer, { maxLength: 4 }), (responses) => {
      assert.doesNotThrow(() => kindsOf(...responses as JsonRecord[]));
    }),
    { numRuns: 500 },
  );
});
