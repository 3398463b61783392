import assert from "node:assert/strict";
import {
  AnswerReader,
  type Piece,
} from "../../../../lib/protocol/gemini/generate/answer_reader.ts";
import type { JsonRecord } from "../../../../lib/protocol/json.ts";

const answer = (...parts: readonly unknown[]): JsonRecord => ({
  candidates: [{ content: { role: "model", parts }, index: 0 }],
});

const ended = (finishReason: unknown, ...parts: readonly unknown[]): JsonRecord => ({
  candidates: [{ content: { role: "model", parts }, finishReason }],
});

function readAll(...responses: readonly JsonRecord[]) {
  const reader = new AnswerReader();
  const said = responses.flatMap((response) => reader.read(response));
  return { reader, said: [...said, ...reader.end()], candidate: reader.candidates.get(0) };
}

const piecesOf = (...responses: readonly JsonRecord[]): Piece[] =>
  readAll(...responses).said.map(({ piece }) => piece);

const said = (text: string, signature: string | null = null) => ({ kind: "text", text, signature });

Deno.test("7.1 AnswerReader gives every part of every kind, in order", () => {
  const pieces = piecesOf(answer(
    { text: "Hm.", thought: true },
    { text: "a" },
    { inlineData: { mimeType: "image/png", data: "AA==" } },
    { fileData: { fileUri: "files/x", mimeType: "image/png" } },
    { executableCode: { language: "PYTHON", code: "1+1" } },
    { codeExecutionResult: { outcome: "OUTCOME_OK", output: "2\n" } },
    { text: "b" },
    { functionCall: { name: "f", args: { x: 1 } } },
  ));

  assert.deepEqual(pieces, [
    { kind: "thought", text: "Hm." },
    said("a"),
    { kind: "media", mimeType: "image/png", data: "AA==", signature: null },
    { kind: "file", uri: "files/x" },
    { kind: "code", language: "python", code: "1+1" },
    { kind: "code_result", output: "2\n" },
    said("b"),
    { kind: "call", id: null, name: "f", args: { x: 1 }, signature: null },
  ]);
});

Deno.test("7.1 AnswerReader gives every candidate, by its index or its place", () => {
  const { said: all } = readAll({
    candidates: [
      { content: { parts: [{ text: "a" }] } },
      { content: { parts: [{ text: "b" }] } },
      { content: { parts: [{ text: "d" }] }, index: 3 },
    ],
  });

  assert.deepEqual(all.map(({ index, piece }) => [index, piece]), [
    [0, said("a")],
    [1, said("b")],
    [3, said("d")],
  ]);
});

Deno.test("7.2 AnswerReader takes each answer of a stream for what is new", () => {
  const texts = ["a", "ab", "ab", " ", " ", "1", "11", "\n"];
  const { said: all } = readAll(...texts.map((text) => answer({ text })));

  assert.deepEqual(all.map(({ piece }) => piece), texts.map((text) => said(text)));
});

Deno.test("7.3 AnswerReader keeps thoughts and answers apart that come together", () => {
  const pieces = piecesOf(
    answer({ text: "a" }, { text: "b", thought: true }, { text: "c" }, { text: "", thought: true }),
  );

  assert.deepEqual(pieces, [said("a"), { kind: "thought", text: "b" }, said("c")]);
});

Deno.test("7.6 AnswerReader knows why it ended at the end only, and reads on", () => {
  const { said: all, candidate } = readAll(
    ended("STOP", { text: "a" }),
    ended("MAX_TOKENS", { text: "b" }),
    answer({ text: "c" }),
  );

  assert.deepEqual(all.map(({ piece }) => piece), [said("a"), said("b"), said("c")]);
  assert.equal(candidate?.finishReason, "MAX_TOKENS");
});

Deno.test("7.7 AnswerReader reads what comes after the end, and the last count", () => {
  const { reader, said: all } = readAll(
    { ...ended("STOP", { text: "a" }), usageMetadata: { totalTokenCount: 1 } },
    answer({ text: "b" }),
    { usageMetadata: { totalTokenCount: 9 } },
    {},
  );

  assert.equal(all.length, 2);
  assert.deepEqual(reader.usage, { totalTokenCount: 9 });
  assert.equal(reader.candidates.get(0)?.finishReason, "STOP");
});

Deno.test("7.8 AnswerReader knows reasons by their numbers", () => {
  const { reader, candidate } = readAll({
    ...ended(2),
    promptFeedback: { blockReason: 1 },
  });

  assert.equal(candidate?.finishReason, "MAX_TOKENS");
  assert.equal(reader.blockReason, "SAFETY");
});

Deno.test("7.9 AnswerReader knows why a prompt was blocked", () => {
  const { reader, said: all } = readAll({ promptFeedback: { blockReason: "PROHIBITED_CONTENT" } });

  assert.deepEqual([reader.blockReason, reader.candidates.size, all], [
    "PROHIBITED_CONTENT",
    0,
    [],
  ]);
});

for (
  const [what, candidate] of [
    ["content", { finishReason: "STOP" }],
    ["parts", { content: { role: "model" }, finishReason: "STOP" }],
    ["any part", { content: { parts: [] }, finishReason: "STOP" }],
    ["anything in its parts", { content: { parts: [{}, null, 7] }, finishReason: "STOP" }],
    ["any text in its text", { content: { parts: [{ text: "" }] }, finishReason: "STOP" }],
  ] as const
) {
  Deno.test(`7.10 AnswerReader takes a candidate without ${what}`, () => {
    const read = readAll({ candidates: [candidate] });

    assert.deepEqual(read.said, []);
    assert.deepEqual([read.candidate?.finishReason, read.candidate?.spoke], ["STOP", false]);
  });
}

Deno.test("7.11 AnswerReader knows whether a candidate said anything but thoughts", () => {
  const spoke = (part: unknown) => readAll(answer(part)).candidate?.spoke;
  const something = [
    { text: " " },
    { functionCall: { name: "f" } },
    { inlineData: { data: "AA==" } },
    { fileData: { fileUri: "x" } },
    { executableCode: { code: "1" } },
    { codeExecutionResult: {} },
    { toolCall: {} },
  ];
  const nothing = [
    { text: "Hm.", thought: true },
    { text: "", thoughtSignature: "c2ln" },
    { thoughtSignature: "c2ln" },
    { inlineData: { mimeType: "image/png", data: "AA==" }, thought: true },
    { somethingNew: 1 },
  ];

  assert.deepEqual(new Set(something.map(spoke)), new Set([true]));
  assert.deepEqual(new Set(nothing.map(spoke)), new Set([false]));
});

Deno.test("8.2 AnswerReader gives signatures with their parts, and alone", () => {
  const thoughtSignature = "c2ln";
  const pieces = piecesOf(answer(
    { text: "a", thoughtSignature },
    { text: "", thoughtSignature },
    { thoughtSignature },
    { inlineData: { mimeType: "image/png", data: "AA==" }, thoughtSignature },
    { functionCall: { name: "f", id: "4jh89wlf" }, thoughtSignature },
  ));

  assert.deepEqual(pieces, [
    said("a", "c2ln"),
    said("", "c2ln"),
    said("", "c2ln"),
    { kind: "media", mimeType: "image/png", data: "AA==", signature: "c2ln" },
    { kind: "call", id: "4jh89wlf", name: "f", args: {}, signature: "c2ln" },
  ]);
});

Deno.test("7.18 AnswerReader gives probabilities beside what they are of", () => {
  const result = { chosenCandidates: [{ token: "a", logProbability: -1 }] };
  const pieces = piecesOf({
    candidates: [{ content: { parts: [{ text: "a" }] }, logprobsResult: result }],
  });

  assert.deepEqual(pieces, [said("a"), { kind: "logprobs", result }]);
});

Deno.test("7.15 AnswerReader keeps sources, addresses and tokens that are told late or once", () => {
  const grounding = { webSearchQueries: ["a"] };
  const { candidate } = readAll(
    {
      candidates: [{
        groundingMetadata: grounding,
        urlContextMetadata: { urlMetadata: [] },
        finishMessage: "why",
        continuationToken: "dG9r",
      }],
    },
    { candidates: [{ groundingMetadata: {}, urlContextMetadata: null, finishMessage: 3 }] },
  );

  assert.deepEqual(candidate?.grounding, grounding);
  assert.deepEqual(candidate?.urlContext, { urlMetadata: [] });
  assert.deepEqual([candidate?.finishMessage, candidate?.continuationToken], ["why", "dG9r"]);
});

Deno.test("AnswerReader keeps steps of Google's tools as they came", () => {
  const steps = [
    { toolCall: { id: "1", toolType: "GOOGLE_SEARCH" }, thoughtSignature: "YQ==" },
    { toolResponse: { id: "1" }, thoughtSignature: "Yg==" },
  ];
  const { candidate, said: all } = readAll(answer(...steps, { text: "a" }));

  assert.deepEqual(candidate?.serverSteps, steps);
  assert.deepEqual(all.map(({ piece }) => piece), [said("a")]);
});

Deno.test("7.4 AnswerReader knows the first id, model and moment that the answer names", () => {
  const { reader: { responseId, modelVersion, createTime } } = readAll(
    { candidates: [] },
    { responseId: "r1", modelVersion: "m1", createTime: "2026-04-02T17:03:50Z" },
    { responseId: "r2", modelVersion: "m2", createTime: "2026-04-02T17:03:51Z" },
  );

  assert.deepEqual([responseId, modelVersion, createTime], ["r1", "m1", "2026-04-02T17:03:50Z"]);
});

Deno.test("AnswerReader.goOn() forgets how a part of an answer ended, and nothing that it said", () => {
  const reader = new AnswerReader();
  const call = { functionCall: { name: "f", args: {} } };
  const [first] = ended("CONTINUATION", { text: "a" }, call).candidates as JsonRecord[];
  reader.read({
    candidates: [{ ...first, continuationToken: "dG9r" }],
    usageMetadata: { totalTokenCount: 1 },
  });

  reader.goOn();

  const candidate = reader.candidates.get(0);
  assert.deepEqual([candidate?.finishReason, candidate?.continuationToken], [null, null]);
  assert.deepEqual([candidate?.spoke, reader.usage], [true, null]);
  assert.deepEqual(reader.end().map(({ piece }) => piece.kind), ["call"]);
});

Deno.test("AnswerReader takes nonsense for nothing", () => {
  const { reader, said: all } = readAll(
    { candidates: "x", usageMetadata: 1, modelVersion: 2, responseId: {}, promptFeedback: [] },
    { candidates: [null, 1, { content: "x" }, { content: { parts: "x" }, index: "y" }] },
    answer({ text: 1 }, { functionCall: "x" }, { inlineData: {} }, { fileData: { fileUri: 1 } }),
  );

  assert.deepEqual(all, []);
  assert.deepEqual([reader.usage, reader.modelVersion, reader.responseId], [null, null, null]);
});
