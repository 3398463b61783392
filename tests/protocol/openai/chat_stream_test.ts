import { deepStrictEqual as deepEqual, ok, strictEqual as equal } from "node:assert";
import { googleError } from "../../support/bodies.ts";
import { mergeChunks } from "../../support/merge_chunks.ts";
import { validateOpenAi } from "../../support/openai_schema.ts";
import {
  bytesOfEvent,
  chunksIn,
  chunksOf,
  CREATED,
  MODEL,
  more,
  said,
  streamOf,
} from "./answers.ts";

const CALL = { functionCall: { id: "a1b2c3d4", name: "look", args: { at: "sky" } } };
const DONE = "data: [DONE]\n\n";
const encoder = new TextEncoder();

Deno.test("7.2 every event adds to the text, even when it begins with the one before", async () => {
  const chunks = await chunksOf([more({ text: "a" }), more({ text: "ab" }), said([{ text: " " }])]);

  equal(mergeChunks(chunks).choices[0]?.message.content, "aab ");
});

Deno.test("7.3 thoughts and text of one event come in order, each in its own field", async () => {
  const chunks = await chunksOf([
    said([{ text: "Hm", thought: true }, { text: "a" }, { text: "Oh", thought: true }]),
  ]);

  deepEqual(deltasIn(chunks), [
    { role: "assistant", content: "" },
    { reasoning_content: "Hm" },
    { content: "a" },
    { reasoning_content: "Oh" },
    {},
  ]);
});

Deno.test("7.4 the first delta says who speaks, and no other does", async () => {
  const chunks = await chunksOf([more({ text: "a" }), more({ text: "b" }), said([])]);

  deepEqual(deltasIn(chunks)[0], { role: "assistant", content: "" });
  deepEqual(deltasIn(chunks).slice(1).filter(({ role }) => role !== undefined), []);
});

Deno.test("7.4 every chunk has the same id, moment and model", async () => {
  const chunks = await chunksOf([
    { ...more({ text: "a" }), responseId: "abc" },
    { ...said([{ text: "b" }]), responseId: "def" },
  ]);

  deepEqual(
    new Set(chunks.map(({ id, created, model }) => `${id} ${created} ${model}`)),
    new Set([`chatcmpl-abc ${CREATED} ${MODEL}`]),
  );
});

Deno.test("7.4 a candidate without an index is the first", async () => {
  const chunks = await chunksOf([{ candidates: [{ content: { parts: [{ text: "a" }] } }] }]);

  equal(chunks[0]?.choices[0]?.index, 0);
});

Deno.test("7.5 calls are counted over the whole stream, each choice for itself", async () => {
  const call = (name: string) => ({ functionCall: { name, args: {} } });
  const chunks = await chunksOf([
    { candidates: [{ index: 0, content: { parts: [call("a"), call("b")] } }] },
    { candidates: [{ index: 1, content: { parts: [call("c")] } }] },
    { candidates: [{ index: 0, content: { parts: [call("d")] }, finishReason: "STOP" }] },
    { candidates: [{ index: 1, finishReason: "STOP" }] },
  ]);

  const counted = chunks.flatMap(({ choices }) => choices).flatMap(({ index, delta }) =>
    (delta.tool_calls ?? []).map((called) => [index, called.index, called.function?.name])
  );

  deepEqual(counted.sort(), [[0, 0, "a"], [0, 1, "b"], [0, 2, "d"], [1, 0, "c"]]);
});

Deno.test("7.5 a call is one delta with its id, its name and all of its arguments", async () => {
  const chunks = await chunksOf([said([CALL])]);

  deepEqual(deltasIn(chunks)[1]?.tool_calls, [{
    index: 0,
    id: "a1b2c3d4",
    type: "function",
    function: { name: "look", arguments: '{"at":"sky"}' },
  }]);
});

Deno.test("7.6 only the last chunk of a choice says why it ended, though Gemini says it in each", async () => {
  const chunks = await chunksOf([said([{ text: "a" }]), said([{ text: "b" }]), said([])], {
    withUsage: false,
  });

  deepEqual(
    chunks.map(({ choices: [choice] }) => [choice?.delta.content, choice?.finish_reason]),
    [["", null], ["a", null], ["b", null], [undefined, "stop"]],
  );
});

Deno.test("7.6 a call in an earlier event makes the finish tool_calls", async () => {
  const chunks = await chunksOf([more(CALL), more({ text: "" }), said([])], { withUsage: false });

  equal(chunks.at(-1)?.choices[0]?.finish_reason, "tool_calls");
});

Deno.test("7.7 parts and usage after the finish are not lost", async () => {
  const chunks = await chunksOf([
    said([{ text: "a" }]),
    more({ text: "b" }),
    { usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 2, totalTokenCount: 3 } },
  ]);

  const { choices: [choice], usage } = mergeChunks(chunks);

  deepEqual([choice?.message.content, usage?.total_tokens], ["ab", 3]);
});

Deno.test("7.9 a blocked prompt is a stream with a refusal", async () => {
  const { text } = await streamOf([bytesOfEvent({ promptFeedback: { blockReason: "SAFETY" } })]);

  const [choice] = mergeChunks(chunksIn(text)).choices;

  deepEqual(
    [choice?.message.refusal, choice?.finish_reason],
    ["Blocked by Gemini: SAFETY", "content_filter"],
  );
  ok(text.endsWith(DONE));
});

Deno.test("7.12 an error before the first words is a refusal, with the status that it names", async () => {
  const { beginning } = await streamOf([
    encoder.encode(`data: ${googleError(503, "UNAVAILABLE", "Busy").replaceAll("\n", "")}\r\n\r\n`),
  ]);

  deepEqual(
    beginning.kind === "failed" && [beginning.refusal.status, beginning.refusal.error?.message],
    [503, "Busy"],
  );
});

Deno.test("7.12 an error after the first words is an event, without a finish and without [DONE]", async () => {
  const { text } = await streamOf([
    bytesOfEvent(more({ text: "a" })),
    encoder.encode(`data: ${googleError(503, "UNAVAILABLE", "Busy").replaceAll("\n", "")}\r\n\r\n`),
  ]);

  deepEqual(chunksIn(text).at(-1), {
    error: { message: "Busy", type: "server_error", param: null, code: "overloaded" },
  });
  ok(!text.includes("[DONE]") && !text.includes('"finish_reason":"'));
});

Deno.test("7.12 what follows an error is not sent", async () => {
  const { text } = await streamOf([
    bytesOfEvent(more({ text: "a" })),
    bytesOfEvent({ error: { code: 500, status: "INTERNAL", message: "Oh" } }),
    bytesOfEvent(said([{ text: "b" }])),
  ]);

  deepEqual(Object.keys(chunksIn(text).at(-1) ?? {}), ["error"]);
});

Deno.test("7.13 line ends of any kind, comments and a missing last blank line make no difference", async () => {
  const [first, last] = [more({ text: "ä" }), said([{ text: "😀" }])].map((each) =>
    JSON.stringify(each)
  );
  const texts = ["\r\n", "\n", "\r"].map((end) =>
    `: hello${end}${end}data: ${first}${end}${end}event: message${end}data:${last}`
  );

  const streams = await Promise.all(texts.map((each) => streamOf([encoder.encode(each)])));

  deepEqual(
    streams.map(({ text }) => mergeChunks(chunksIn(text)).choices[0]?.message.content),
    ["ä😀", "ä😀", "ä😀"],
  );
});

Deno.test("7.14 a connection that breaks off is an error event, without a finish and without [DONE]", async () => {
  const { text } = await streamOf(breaksAfter(bytesOfEvent(more({ text: "a" }))));

  deepEqual(validateOpenAi("ErrorResponse", chunksIn(text).at(-1)), []);
  ok(!text.includes("[DONE]") && !text.includes('"finish_reason":"'));
});

Deno.test("7.14 a stream that never says why it ended is an error event, without a finish and without [DONE]", async () => {
  const { text } = await streamOf([bytesOfEvent(more({ text: "a" }))]);

  deepEqual(validateOpenAi("ErrorResponse", chunksIn(text).at(-1)), []);
  ok(!text.includes("[DONE]") && !text.includes('"finish_reason":"'));
});

Deno.test("7.14 a line beyond all measure ends the stream as if it had broken off", async () => {
  const megabyte = encoder.encode("a".repeat(1024 * 1024));
  const endless = Array.from({ length: 33 }, () => megabyte);

  const { beginning } = await streamOf([encoder.encode("data: "), ...endless]);

  equal(beginning.kind, "failed");
});

Deno.test("7.14 a connection that breaks off before the first words is a refusal", async () => {
  const { beginning } = await streamOf(breaksAfter(encoder.encode(": hello\n\n")));

  deepEqual(beginning, { kind: "failed", refusal: { status: 502, error: null } });
});

Deno.test("7.20 of the counts of a stream the last one is told", async () => {
  const counted = (total: number) => ({
    usageMetadata: { promptTokenCount: 1, candidatesTokenCount: total - 1, totalTokenCount: total },
  });

  const chunks = await chunksOf([
    { ...more({ text: "a" }), ...counted(2) },
    { ...more({ text: "b" }), ...counted(3) },
    said([{ text: "c" }]),
  ]);

  equal(mergeChunks(chunks).usage?.total_tokens, 3);
});

Deno.test("7.21 usage comes in a last chunk of its own, and is null before", async () => {
  const chunks = await chunksOf([more({ text: "a" }), said([])]);

  deepEqual(
    chunks.map(({ choices, usage }) => [choices.length, usage === null]),
    [[1, true], [1, true], [1, true], [0, false]],
  );
});

Deno.test("7.21 usage that was not asked for is not mentioned", async () => {
  const { text } = await streamOf([bytesOfEvent(said([{ text: "a" }]))], { withUsage: false });

  ok(!text.includes("usage") && text.endsWith(DONE));
});

Deno.test("6 a signature that stands alone is a delta of its own", async () => {
  const chunks = await chunksOf([
    more({ text: "a" }),
    said([{ text: "", thoughtSignature: "c2ln" }]),
  ]);

  deepEqual(deltasIn(chunks), [
    { role: "assistant", content: "" },
    { content: "a" },
    { extra_content: { google: { thought_signature: "c2ln" } } },
    {},
  ]);
});

Deno.test("6 arguments that come in pieces make one call", async () => {
  const piece = (jsonPath: string, stringValue: string, willContinue: boolean) => ({
    functionCall: { partialArgs: [{ jsonPath, stringValue }], willContinue },
  });

  const chunks = await chunksOf([
    more({ functionCall: { name: "look", willContinue: true } }),
    more(piece("$.at", "s", true)),
    more(piece("$.at", "ky", true)),
    said([{ functionCall: {} }]),
  ]);

  deepEqual(
    mergeChunks(chunks).choices[0]?.message.tool_calls?.map((call) => call.function),
    [{ name: "look", arguments: '{"at":"sky"}' }],
  );
});

Deno.test("2.14 a client of the older form gets one call, however many there are", async () => {
  const { text } = await streamOf(
    [bytesOfEvent(said([CALL, { functionCall: { name: "second", args: {} } }]))],
    { isLegacy: true },
  );

  const calls = deltasIn(chunksIn(text)).flatMap(({ function_call }) => function_call ?? []);

  deepEqual(calls, [{ name: "look", arguments: '{"at":"sky"}' }]);
});

Deno.test("1.3 a stream that ends well ends with [DONE]", async () => {
  const { text } = await streamOf([bytesOfEvent(said([{ text: "a" }]))]);

  ok(text.endsWith(`\n\n${DONE}`));
});

Deno.test("a stream that says nothing has not begun", async () => {
  const { beginning } = await streamOf([bytesOfEvent(said([]))]);

  deepEqual(beginning, { kind: "over", verdict: "empty" });
});

function deltasIn(chunks: Awaited<ReturnType<typeof chunksOf>>) {
  return chunks.flatMap(({ choices }) => choices).map(({ delta }) => delta);
}

function breaksAfter(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  return (async function* () {
    yield await Promise.resolve(bytes);
    throw new TypeError("connection reset");
  })();
}
