import assert from "node:assert/strict";
import type { APIError } from "openai";
import type { ChatCompletionChunk } from "openai/resources/chat/completions";
import { simKey } from "../simulator/simulator.ts";
import { until } from "../simulator/until.ts";
import { FLASH, PROMPT, type TestService, withService } from "../support/service.ts";
import { mergeChunks } from "../support/merge_chunks.ts";
import { sseData } from "../support/sse_events.ts";
import {
  ASKED,
  aTool,
  callsOf,
  failureOf,
  openai,
  openaiInside,
  prompt,
  sent,
} from "./openai_client.ts";

const COUNTED = { ...ASKED, stream: true, stream_options: { include_usage: true } } as const;

Deno.test("OpenAI's SDK streams the same answer that it gets whole", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const ai = openai(t, token);

    const whole = await ai.chat.completions.create(ASKED);
    const chunks: ChatCompletionChunk[] = [];
    for await (const chunk of await ai.chat.completions.create(COUNTED)) chunks.push(chunk);

    const merged = mergeChunks(chunks);
    assert.equal(merged.choices[0]?.message.content, whole.choices[0]?.message.content);
    assert.equal(merged.choices[0]?.finish_reason, "stop");
    assert.deepEqual([merged.model, merged.usage], [FLASH, whole.usage]);
    assert.ok(chunks.slice(0, -1).every(({ usage }) => usage === null));
    assert.ok(chunks.length > 4);
  }));

Deno.test("a stream speaks of usage only when it was asked to", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")]);

    const stream = await openai(t, token).chat.completions.create({ ...ASKED, stream: true });
    const chunks: ChatCompletionChunk[] = [];
    for await (const chunk of stream) chunks.push(chunk);

    assert.ok(chunks.every((chunk) => !("usage" in chunk) && chunk.choices.length === 1));
  }));

Deno.test("the stream helper tells of content piece by piece, then of the whole", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const heard: string[] = [];
    const pieces: string[] = [];

    const stream = openai(t, token).chat.completions.stream(COUNTED)
      .on("connect", () => heard.push("connect"))
      .on("content", (delta) => pieces.push(delta))
      .on("finalContent", () => heard.push("finalContent"))
      .on("totalUsage", () => heard.push("totalUsage"))
      .on("finalChatCompletion", () => heard.push("finalChatCompletion"))
      .on("end", () => heard.push("end"));
    const completion = await stream.finalChatCompletion();
    await stream.done();

    assert.equal(pieces.filter((piece) => piece !== "").length, 4);
    assert.equal(pieces.join(""), completion.choices[0]?.message.content);
    assert.equal(await stream.finalContent(), pieces.join(""));
    assert.ok((await stream.totalUsage()).total_tokens > 0);
    assert.equal(heard[0], "connect");
    assert.equal(heard.at(-1), "end");
    assert.ok(heard.includes("finalContent") && heard.includes("finalChatCompletion"));
  }));

Deno.test("the stream helper puts parallel calls together, each by its index", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const content =
      `${PROMPT}\ncall weather {"city":"Bern"}\ncall weather {"city":"Chur"}\ncall news {"topic":"x"}`;
    const done: unknown[] = [];

    const stream = openai(t, token).chat.completions
      .stream({
        ...ASKED,
        messages: prompt(content),
        tools: [aTool("weather"), aTool("news", "topic")],
      })
      .on("tool_calls.function.arguments.done", ({ index, name, arguments: args }) => {
        done.push([index, name, args]);
      });
    const { choices: [choice] } = await stream.finalChatCompletion();

    const expected = [
      ["weather", '{"city":"Bern"}'],
      ["weather", '{"city":"Chur"}'],
      ["news", '{"topic":"x"}'],
    ];
    assert.deepEqual(done, expected.map(([name, args], index) => [index, name, args]));
    assert.deepEqual(callsOf(choice?.message), expected);
    assert.equal(new Set(choice?.message.tool_calls?.map(({ id }) => id)).size, 3);
    assert.deepEqual([choice?.finish_reason, choice?.message.content], ["tool_calls", ""]);
  }));

Deno.test("thoughts are streamed beside the answer when the client asks for them", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")]);

    const { choices: [choice] } = await openai(t, token).chat.completions
      .stream({ ...ASKED, reasoning_effort: "low" })
      .finalChatCompletion();

    assert.match(JSON.stringify(choice?.message), /"reasoning_content":"Thinking about it\."/);
    assert.match(choice?.message.content ?? "", /^You said/);
    assert.deepEqual(sent(t)[0].generationConfig.thinkingConfig, {
      includeThoughts: true,
      thinkingBudget: 1_024,
    });
  }));

function textOf(chunks: readonly ChatCompletionChunk[]): string {
  return chunks.map(({ choices: [choice] }) => choice?.delta.content ?? "").join("");
}

/** Reads a stream into `chunks` until it throws. */
async function brokenStream(
  t: TestService,
  token: string,
  chunks: ChatCompletionChunk[],
): Promise<APIError> {
  return await failureOf(t, async () => {
    for await (const chunk of await openai(t, token).chat.completions.create(COUNTED)) {
      chunks.push(chunk);
    }
  });
}

// A reset may overtake what was sent before it; an error comes behind it.
for (
  const [way, code, said] of [
    ["errorInStream-2-data-echo", "overloaded", /^You said.* This is part 2\.$/],
    ["errorInStream-2-tail-echo", "overloaded", /^You said.* This is part 2\.$/],
    ["eofWithoutFinish-3", "upstream_error", /^You said.* This is part 3\.$/],
    ["resetMidStream-2", "upstream_error", /^(?:You said|$)/],
  ] as const
) {
  Deno.test(`a stream that fails by "${way}" throws in the SDK's loop, after what came before`, () =>
    withService({ sockets: true }, async (t) => {
      const { token } = await t.token([simKey("ok")]);
      t.simulator.setWays(simKey("ok"), way);
      const chunks: ChatCompletionChunk[] = [];

      const failure = await brokenStream(t, token, chunks);

      const choices = chunks.flatMap((chunk) => chunk.choices);
      assert.equal(failure.code, code);
      assert.match(textOf(chunks), said);
      assert.ok(choices.every(({ finish_reason }) => finish_reason === null));
      assert.equal(t.simulator.calls().attempts, 1);
    }));
}

Deno.test("a stream that fails half way ends with the error, and without [DONE]", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("errorInStream-2")]);

    const { status, text, headers } = await t.ask("/v1/chat/completions", {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(COUNTED),
    });

    assert.equal(status, 200);
    assert.match(headers.get("content-type") ?? "", /^text\/event-stream/);
    const last = JSON.parse(sseData(text).at(-1) ?? "");
    assert.deepEqual(Object.keys(last), ["error"]);
    assert.deepEqual(Object.keys(last.error).sort(), ["code", "message", "param", "type"]);
    assert.equal(last.error.param, null);
  }));

Deno.test("a shutdown in the middle of a stream is an error for its client", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("silentMidStream-2")]);

    const chunks: ChatCompletionChunk[] = [];

    const broken = brokenStream(t, token, chunks);
    await until(() => textOf(chunks).includes("part 2"));
    t.service.endStreams();

    const { code, message } = await broken;
    assert.deepEqual([code, message], [
      "overloaded",
      "Cannot go on: this service is shutting down",
    ]);
  }));

Deno.test("a client that aborts a stream ends the call to Gemini", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("silentMidStream-2")]);

    const stream = await openai(t, token).chat.completions.create(COUNTED);
    const iterator = stream[Symbol.asyncIterator]();
    await iterator.next();
    stream.controller.abort();

    await until(() => t.simulator.calls().cancelled === 1);
    assert.equal(t.simulator.calls().open, 0);
    await iterator.return?.();
  }));

Deno.test("a client that stops reading a stream ends the call to Gemini", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("silentMidStream-2")]);

    const response = await openaiInside(t, token).chat.completions.create(COUNTED).asResponse();
    const reader = response.body!.getReader();
    await reader.read();
    await reader.cancel();

    await until(() => t.simulator.calls().cancelled === 1);
    await t.stop();
    const [line] = t.log.filter(({ operation }) => operation === "chatCompletions");
    assert.deepEqual([line?.status, line?.end], [200, "left"]);
  }));

Deno.test("a client that aborts before an answer ends the call to Gemini, and no other key is asked", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("silent", 1), simKey("silent", 2)]);
    const ai = openaiInside(t, token);

    for (const [count, stream] of [false, true].entries()) {
      const leaving = new AbortController();
      const answering = ai.chat.completions.create({ ...ASKED, stream }, {
        signal: leaving.signal,
      });
      const aborted = assert.rejects(answering, { status: 499 });
      await until(() => t.simulator.calls().open === 1);
      leaving.abort();

      await aborted;
      await until(() => t.simulator.calls().cancelled === count + 1);
    }
    assert.equal(t.simulator.calls().attempts, 2);
  }));
