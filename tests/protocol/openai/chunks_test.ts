import { deepStrictEqual as deepEqual, strictEqual as equal } from "node:assert";
import { ChunkWriter, DONE, KEEP_ALIVE } from "../../../lib/protocol/openai/chunks.ts";
import { sseData } from "../../support/sse_events.ts";
import { bytesOfEvent, CREATED, more, said, streamOf } from "./answers.ts";

const HEAD = { id: "chatcmpl-1", created: CREATED, model: 'gemini "3"' };
const BEGIN = '{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1795435200,' +
  '"model":"gemini \\"3\\"","choices":[';
const HI = { index: 0, delta: { content: "Hi" }, logprobs: null };
const STOP = { index: 0, finish_reason: "stop", native_finish_reason: "STOP" } as const;

Deno.test("6 events come in OpenAI's order: who speaks, what, why it ended, what was counted", () => {
  const writer = new ChunkWriter(HEAD, { withUsage: true });
  const counts = { promptTokenCount: 1, candidatesTokenCount: 2, serviceTier: "standard" };

  const text = writer.delta(HI) + writer.finish(STOP) + writer.usage(counts) + DONE;

  equal(
    text,
    [
      '{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}],' +
      '"usage":null}',
      '{"index":0,"delta":{"content":"Hi"},"logprobs":null,"finish_reason":null}],"usage":null}',
      '{"index":0,"delta":{},"logprobs":null,"native_finish_reason":"STOP","finish_reason":"stop"}],' +
      '"usage":null}',
      '],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3,' +
      '"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},' +
      '"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0}},' +
      '"service_tier":"default"}',
    ].map((choice) => `data: ${BEGIN}${choice}\n\n`).join("") + "data: [DONE]\n\n",
  );
});

Deno.test("6 a choice that says nothing begins all the same before it ends", () => {
  const writer = new ChunkWriter(HEAD, { withUsage: false });

  const deltas = sseData(writer.finish(STOP)).map((data) => JSON.parse(data).choices[0].delta);

  deepEqual(deltas, [{ role: "assistant", content: "" }, {}]);
});

Deno.test("6 every choice begins once", () => {
  const writer = new ChunkWriter(HEAD, { withUsage: false });

  const text = [0, 1, 0, 1].map((index) => writer.delta({ ...HI, index })).join("");

  deepEqual(
    sseData(text).map((data) => JSON.parse(data).choices[0])
      .filter(({ delta }) => "role" in delta).map(({ index }) => index),
    [0, 1],
  );
});

Deno.test("6 usage that was not asked for is no event", () => {
  equal(new ChunkWriter(HEAD, { withUsage: false }).usage({ promptTokenCount: 1 }), "");
});

Deno.test("6 an empty line of Gemini's keeps the client's connection alive, once the answer has begun", async () => {
  const blank = new TextEncoder().encode("\r\n");

  const { text } = await streamOf([
    blank,
    bytesOfEvent(more({ text: "a" })),
    blank,
    bytesOfEvent(said([{ text: "b" }])),
  ]);

  equal(text.split(KEEP_ALIVE).length, 2);
});
