/** Answers that are longer than one call: OPENAI §6, "Long decode". */

import { deepStrictEqual as deepEqual, match, ok, strictEqual as equal } from "node:assert";
import { joinUsage, MAX_HOPS } from "../../../lib/protocol/openai/hops.ts";
import { mergeChunks } from "../../support/merge_chunks.ts";
import { chunksIn, said } from "./answers.ts";
import { asStream, exchangeOf, inOnePiece, jsonOf, textOf } from "./exchanges.ts";

const LONG = { longAnswers: true };
const STREAMED = { stream: true, stream_options: { include_usage: true } };
const FIRST = {
  ...said([{ text: "one " }], { finishReason: "CONTINUATION", continuationToken: "t1" }),
  usageMetadata: counted({ prompt: 10, output: 5 }),
};
const LAST = { ...said([{ text: "two" }]), usageMetadata: counted({ prompt: 17, output: 3 }) };

Deno.test("6 a long answer in one piece is one answer", async () => {
  const { exchange, hopped } = exchangeOf({}, { ...LONG, hops: [answered(inOnePiece(LAST))] });

  const { choices: [choice], usage } = await jsonOf(await exchange.reply(inOnePiece(FIRST)));

  deepEqual(
    [choice.message.content, choice.finish_reason, usage.prompt_tokens, usage.completion_tokens],
    ["one two", "stop", 10, 8],
  );
  deepEqual(hopped.map(({ continuationToken }) => continuationToken), ["t1"]);
});

Deno.test("6 a long answer as a stream is one answer", async () => {
  const { exchange } = exchangeOf(STREAMED, { ...LONG, hops: [answered(asStream(LAST))] });

  const text = await textOf(await exchange.reply(asStream(FIRST)));
  const { choices: [choice], usage } = mergeChunks(chunksIn(text));

  deepEqual(
    [choice?.message.content, choice?.finish_reason, usage?.prompt_tokens, usage?.total_tokens],
    ["one two", "stop", 10, 18],
  );
});

Deno.test("6 a long answer as a stream that cannot go on ends in an error event", async () => {
  const busy = { status: 503, error: null };
  const { exchange } = exchangeOf(STREAMED, {
    ...LONG,
    hops: [{ kind: "refused", refusal: busy }],
  });

  const text = await textOf(await exchange.reply(asStream(FIRST)));

  match(text, /"content":"one ".*data: \{"error":/s);
  ok(!text.includes("[DONE]") && !text.includes('"finish_reason":"'));
});

Deno.test("6 a long answer in one piece that cannot go on is refused", async () => {
  const refusal = { status: 503, error: null };
  const { exchange } = exchangeOf({}, { ...LONG, hops: [{ kind: "refused", refusal }] });

  deepEqual(await exchange.reply(inOnePiece(FIRST)), { kind: "refused", refusal });
});

Deno.test("6 an answer goes on for so many calls, and then the client gets the token", async () => {
  const hops = Array.from({ length: 2 * MAX_HOPS }, () => answered(inOnePiece(FIRST)));
  const { exchange, hopped } = exchangeOf({}, { ...LONG, hops });

  const { choices: [choice] } = await jsonOf(await exchange.reply(inOnePiece(FIRST)));

  equal(hopped.length, MAX_HOPS - 1);
  deepEqual(
    [choice.finish_reason, choice.message.extra_content.google.continuation_token],
    ["length", "t1"],
  );
});

Deno.test("6 where the loop is off the client gets the token at once", async () => {
  const { exchange, hopped } = exchangeOf();

  const { choices: [choice] } = await jsonOf(await exchange.reply(inOnePiece(FIRST)));

  equal(hopped.length, 0);
  deepEqual(
    [choice.finish_reason, choice.message.extra_content.google.continuation_token],
    ["length", "t1"],
  );
});

Deno.test("8 joinUsage() keeps the first prompt and sums what was made", () => {
  const joined = joinUsage(
    {
      promptTokenCount: 10,
      cachedContentTokenCount: 4,
      candidatesTokenCount: 5,
      thoughtsTokenCount: 1,
      totalTokenCount: 16,
      candidatesTokensDetails: [{ modality: "TEXT", tokenCount: 5 }],
    },
    {
      promptTokenCount: 17,
      candidatesTokenCount: 3,
      thoughtsTokenCount: 2,
      totalTokenCount: 22,
      serviceTier: "flex",
    },
  );

  deepEqual(joined, {
    promptTokenCount: 10,
    cachedContentTokenCount: 4,
    promptTokensDetails: undefined,
    candidatesTokenCount: 8,
    thoughtsTokenCount: 3,
    toolUsePromptTokenCount: 0,
    totalTokenCount: 21,
    candidatesTokensDetails: [{ modality: "TEXT", tokenCount: 5 }],
    serviceTier: "flex",
  });
});

Deno.test("8 joinUsage() takes what there is when one call counted nothing", () => {
  const counts = { totalTokenCount: 1 };

  deepEqual(
    [joinUsage(null, counts), joinUsage(counts, null), joinUsage(null, null)],
    [counts, counts, null],
  );
});

function counted({ prompt, output }: { prompt: number; output: number }) {
  return {
    promptTokenCount: prompt,
    candidatesTokenCount: output,
    totalTokenCount: prompt + output,
  };
}

function answered(answer: ReturnType<typeof inOnePiece>) {
  return { kind: "answered" as const, answer };
}
