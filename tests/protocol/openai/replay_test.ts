/**
 * Every recorded answer, read as a whole and as a stream: OPENAI §13.1, §13.2.
 */

import { deepStrictEqual as deepEqual, ok, strictEqual as equal } from "node:assert";
import fc from "fast-check";
import { parseGoogleError } from "../../../lib/protocol/gemini/google_error.ts";
import { openAiRefusalReply } from "../../../lib/protocol/openai/error_reply.ts";
import type { MergedCompletion } from "../../support/chat_completion.ts";
import { mergeChunks } from "../../support/merge_chunks.ts";
import { validateOpenAi } from "../../support/openai_schema.ts";
import { type Recorded, recordedAnswers, sseOf } from "../../support/recorded.ts";
import { sseData } from "../../support/sse_events.ts";
import { chunksIn, completionOf, completionOfText, streamOf } from "./answers.ts";
import { mergeResponses } from "./merge_responses.ts";

const ANSWERS = recordedAnswers().filter(({ status }) => status === 200);
const REFUSALS = recordedAnswers().filter(({ status }) => status !== 200);
const UNARY = ANSWERS.filter(({ kind }) => kind === "unary");
const STREAMS = ANSWERS.filter(({ kind }) => kind === "stream");
const FINISHED = STREAMS.filter(hasEnd);
const BYTES = FINISHED.map(sseOf);

Deno.test("every recorded answer in one piece is a completion of OpenAI's", () => {
  const faults = UNARY.map(({ name, text }) => ({
    name,
    faults: validateOpenAi("CreateChatCompletionResponse", completionOfText(text)),
  }));

  equal(faults.length, 180);
  deepEqual(faults.filter(({ faults }) => faults.length > 0), []);
});

Deno.test("every event of every recorded stream is a chunk of OpenAI's", async () => {
  const faults: unknown[] = [];
  for (const recorded of FINISHED) {
    const { text } = await streamOf([sseOf(recorded)]);
    for (const chunk of chunksIn(text)) {
      faults.push(...validateOpenAi("CreateChatCompletionStreamResponse", chunk));
    }
  }

  equal(FINISHED.length, 70);
  deepEqual(faults, []);
});

Deno.test("every recorded stream that ends well ends with [DONE], and says it once", async () => {
  for (const recorded of FINISHED) {
    const { text } = await streamOf([sseOf(recorded)]);

    equal(text.indexOf("data: [DONE]\n\n"), text.length - "data: [DONE]\n\n".length, recorded.name);
  }
});

Deno.test("every recorded stream comes to the answer that could have come whole", async () => {
  for (const recorded of FINISHED) {
    const { text } = await streamOf([sseOf(recorded)]);

    deepEqual(
      mergeChunks(chunksIn(text)),
      asMerged(completionOf(mergeResponses(recorded.responses))),
      recorded.name,
    );
  }
});

Deno.test("every recorded answer in one piece is the same as a stream of one event", async () => {
  for (const recorded of UNARY.filter(hasEnd)) {
    const { text } = await streamOf([sseOf(recorded)]);

    deepEqual(
      mergeChunks(chunksIn(text)),
      asMerged(completionOfText(recorded.text)),
      recorded.name,
    );
  }
});

Deno.test("every recorded stream is the same when its bytes come one by one", async () => {
  for (const recorded of FINISHED) {
    const bytes = sseOf(recorded);
    const whole = await streamOf([bytes]);

    const one = await streamOf([...bytes].map((byte) => Uint8Array.of(byte)));

    deepEqual(sseData(one.text), sseData(whole.text), recorded.name);
  }
});

Deno.test("every recorded stream is the same wherever its bytes are cut", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(FINISHED.length - 1),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }),
      async (which, cuts) => {
        const bytes = BYTES[which] ?? new Uint8Array();
        const whole = await streamOf([bytes]);

        const cut = await streamOf(cutAt(bytes, cuts.map((place) => place * bytes.length)));

        deepEqual(sseData(cut.text), sseData(whole.text));
      },
    ),
    { numRuns: 300, seed: 3 },
  );
});

Deno.test("every recorded stream without an end is no beginning, and nothing is sent", async () => {
  for (const recorded of STREAMS.filter((stream) => !hasEnd(stream))) {
    const { beginning, text } = await streamOf([sseOf(recorded)]);

    deepEqual([beginning.kind, text], ["failed", ""], recorded.name);
  }
});

Deno.test("every recorded refusal in a stream is no beginning, and nothing is sent", async () => {
  for (const recorded of REFUSALS) {
    const { beginning, text } = await streamOf([sseOf(recorded)]);

    equal(beginning.kind, "failed", recorded.name);
    equal(text, "");
  }
});

Deno.test("every recorded refusal after the first words is an error event, without a finish and without [DONE]", async () => {
  const words = new TextEncoder().encode(
    'data: {"candidates":[{"content":{"parts":[{"text":"Well"}]}}]}\r\n\r\n',
  );
  for (const recorded of REFUSALS) {
    const { text } = await streamOf([words, sseOf(recorded)]);
    const events = chunksIn(text);

    deepEqual(validateOpenAi("ErrorResponse", events.at(-1)), [], recorded.name);
    ok(!text.includes("[DONE]") && !text.includes('"finish_reason":"'));
  }
});

Deno.test("every recorded refusal is an error of OpenAI's, and never the client's own 401", () => {
  for (const { name, status, text } of REFUSALS) {
    const refusal = { status, error: parseGoogleError(text) };
    const reply = openAiRefusalReply(refusal, { attempts: 1 });

    deepEqual(validateOpenAi("ErrorResponse", JSON.parse(reply.body)), [], name);
    ok(reply.status >= 400 && reply.status !== 401);
  }
});

/** Whether the answer says why it ended. */
function hasEnd({ text }: Recorded): boolean {
  return /"(?:finish|block)Reason"/.test(text);
}

/** The same without what `mergeChunks()` leaves out. */
function asMerged(completion: MergedCompletion): unknown {
  return JSON.parse(
    JSON.stringify(completion),
    (name, value) =>
      name === "native_finish_message" || (name === "native_finish_reason" && value === null)
        ? undefined
        : value,
  );
}

function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const cuts = [0, ...places.map(Math.floor).sort((a, b) => a - b), bytes.length];
  return cuts.slice(1).map((end, at) => bytes.slice(cuts[at], end));
}
