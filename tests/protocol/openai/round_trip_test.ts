/**
 * Our answers given back as history: OPENAI §13.4, TRANSLATION 8.3, 8.6.
 */

import { deepStrictEqual as deepEqual, strictEqual as equal } from "node:assert";
import type { ChatCompletionMessageParam } from "openai/resources/chat/completions";
import { canonicalJson } from "../../../lib/protocol/exact_json.ts";
import { FunctionNames } from "../../../lib/protocol/gemini/generate/function_names.ts";
import { modelTraits } from "../../../lib/protocol/gemini/generate/model_table.ts";
import { parseAnswer } from "../../../lib/protocol/gemini/generate/parse_answer.ts";
import type { Part } from "../../../lib/protocol/gemini/generate/request.ts";
import { type JsonRecord, recordOf, recordsOf } from "../../../lib/protocol/json.ts";
import { readChatRequest } from "../../../lib/protocol/openai/chat_request.ts";
import { readMessages } from "../../../lib/protocol/openai/messages.ts";
import type { MergedCompletion, MergedMessage } from "../../support/chat_completion.ts";
import { mergeChunks } from "../../support/merge_chunks.ts";
import { type Recorded, recordedAnswers, sseOf } from "../../support/recorded.ts";
import { chunksIn, completionOfText, MODEL, said, streamOf } from "./answers.ts";
import { mergeResponses } from "./merge_responses.ts";

const ANSWERS = recordedAnswers().filter(({ status, text, features }) =>
  status === 200 && /"functionCall"|"thoughtSignature"/.test(text) &&
  !text.includes('"functionResponse"') && !features.includes("function-call-streamed-args")
);
const UNARY = ANSWERS.filter(({ kind }) => kind === "unary");
const STREAMS = ANSWERS.filter(({ kind }) => kind === "stream");

Deno.test("13.4 every recorded answer in one piece comes back with the same calls, ids and signatures", () => {
  for (const { name, text } of UNARY) {
    const parts = partsAfter(completionOfText(text));

    deepEqual(callsIn(parts), callsIn(partsOf(parseAnswer(text))), name);
  }
});

Deno.test("13.4 every recorded stream comes back with the same calls, ids and signatures", async () => {
  for (const recorded of STREAMS) {
    const { text } = await streamOf([sseOf(recorded)]);

    const parts = partsAfter(mergeChunks(chunksIn(text)));

    deepEqual(callsIn(parts), callsIn(partsOf(mergeResponses(recorded.responses))), recorded.name);
  }
});

Deno.test("13.4 every recorded answer comes back with the same text, and its last signature on it", () => {
  for (const { name, text } of UNARY.filter(isWithoutCode)) {
    const parts = partsAfter(completionOfText(text));

    deepEqual(textIn(parts), textIn(partsOf(parseAnswer(text))), name);
  }
});

Deno.test("13.4 the recordings have calls with and without ids, and signatures of calls and of texts", () => {
  const parts = UNARY.flatMap(({ text }) => partsOf(parseAnswer(text)));
  const calls = callsIn(parts);
  const texts = UNARY.map(({ text }) => textIn(partsOf(parseAnswer(text))));

  deepEqual(
    {
      withId: calls.some(({ id }) => id !== undefined),
      withoutId: calls.some(({ id }) => id === undefined),
      signed: calls.some(({ signature }) => signature !== undefined),
      unsigned: calls.some(({ signature }) => signature === undefined),
      signedTexts: texts.some(({ signature }) => signature !== undefined),
    },
    { withId: true, withoutId: true, signed: true, unsigned: true, signedTexts: true },
  );
});

Deno.test("7.17 numbers of a call come back as they were written", () => {
  const text = `{"candidates":[{"content":{"parts":[{"functionCall":{"name":"pay","args":` +
    `{"order":12345678901234567890,"rate":1.0,"tiny":1e-7,"list":[2.50]}}}]}}]}`;

  const [call] = partsAfter(completionOfText(text)).flatMap(({ functionCall }) =>
    functionCall ?? []
  );

  equal(
    JSON.stringify(call?.args),
    '{"order":12345678901234567890,"rate":1.0,"tiny":1e-7,"list":[2.50]}',
  );
});

Deno.test("7.17 a name that Gemini does not take comes back as Gemini knows it", () => {
  const names = new FunctionNames(["mcp/tool name"]);
  const sent = names.toGemini("mcp/tool name");
  const text = JSON.stringify(said([{ functionCall: { name: sent, args: {} } }]));

  const completion = completionOfText(text, { names });
  const parts = partsAfter(completion, names);

  const [call] = completion.choices[0]?.message.tool_calls ?? [];
  equal(call?.function.name, "mcp/tool name");
  equal(callsIn(parts)[0]?.name, sent);
});

Deno.test("8.6 each of two calls comes back with its own signature", () => {
  const text = JSON.stringify(said([
    { functionCall: { name: "a", args: {} }, thoughtSignature: "c2lnMQ==" },
    { functionCall: { name: "b", args: {} }, thoughtSignature: "c2lnMg==" },
  ]));

  const parts = partsAfter(completionOfText(text));

  deepEqual(callsIn(parts).map(({ signature }) => signature), ["c2lnMQ==", "c2lnMg=="]);
});

Deno.test("8.3 a signature without text comes back on a text that is empty", () => {
  const text = JSON.stringify(said([{ text: "", thoughtSignature: "c2ln" }]));

  const parts = partsAfter(completionOfText(text));

  deepEqual(parts, [{ text: "", thoughtSignature: "c2ln" }]);
});

Deno.test("8.3 an image comes back with its signature", () => {
  const image = {
    inlineData: { mimeType: "image/png", data: "iVBORw0KGgo=" },
    thoughtSignature: "c2ln",
  };

  const parts = partsAfter(completionOfText(JSON.stringify(said([image]))));

  deepEqual(parts, [image]);
});

Deno.test("5 the steps of Google's own tools come back as they came, before the rest", () => {
  const steps = [
    { toolCall: { toolType: "GOOGLE_SEARCH_WEB", id: "abc" }, thoughtSignature: "c2ln" },
    { toolResponse: { toolType: "GOOGLE_SEARCH_WEB", id: "abc", response: {} } },
  ];
  const text = JSON.stringify(said([...steps, { text: "Found" }]));

  const parts = partsAfter(completionOfText(text));

  deepEqual(parts, [...steps, { text: "Found" }]);
});

/** Code that Google ran stands in the text of our answers. */
function isWithoutCode({ features }: Recorded): boolean {
  return !features.includes("code-execution");
}

/** What Gemini gets for our answer, which the client keeps in the official types and as JSON. */
function partsAfter(
  { choices }: MergedCompletion,
  names: FunctionNames = new FunctionNames(),
): readonly Part[] {
  const message: MergedMessage | undefined = choices[0]?.message;
  const calls = message?.tool_calls ?? [];
  const history: (ChatCompletionMessageParam | undefined)[] = [
    { role: "user", content: "Hi" },
    message && { ...message, tool_calls: calls.map((call) => ({ ...call })) },
    ...calls.map(({ id }) => ({ role: "tool" as const, tool_call_id: id, content: "{}" })),
  ];
  const { messages } = readChatRequest(JSON.parse(JSON.stringify({
    model: MODEL,
    messages: history,
  })));
  const traits = modelTraits()(MODEL);
  const { contents } = readMessages(messages, { traits, names, fetched: new Map() });
  return contents.find(({ role }) => role === "model")?.parts ?? [];
}

function partsOf(response: JsonRecord | null): readonly JsonRecord[] {
  const [candidate] = recordsOf(response?.candidates);
  return recordsOf(recordOf(candidate?.content)?.parts);
}

function callsIn(parts: readonly (Part | JsonRecord)[]) {
  return parts.flatMap(({ functionCall, thoughtSignature }) => {
    const call = recordOf(functionCall);
    if (call === null) return [];
    return [{
      name: call.name,
      id: call.id,
      args: canonicalJson(call.args ?? {}),
      signature: thoughtSignature,
    }];
  });
}

function textIn(parts: readonly (Part | JsonRecord)[]) {
  const texts = parts.filter((part) => "text" in part && !("thought" in part));
  return {
    text: texts.map(({ text }) => text).join(""),
    signature: texts.map(({ thoughtSignature }) => thoughtSignature)
      .findLast((signature) => signature !== undefined),
  };
}
