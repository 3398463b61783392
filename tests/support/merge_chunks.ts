/**
 * Puts a streamed chat completion together the way clients do, into the shape of a unary answer.
 *
 * A stream that no client could be sure of is an `AssertionError`: another id on the way, a role twice,
 * a choice that goes on after its finish or never comes to one, usage anywhere but at the end.
 *
 * @module
 */

import { deepStrictEqual as deepEqual, ok, strictEqual as equal } from "node:assert";
import { Buffer } from "node:buffer";
import type {
  ChatCompletion,
  ChatCompletionAudio,
  ChatCompletionChunk,
} from "openai/resources/chat/completions";
import type {
  CallDelta,
  Chunk,
  ChunkChoice,
  Delta,
  ExtraContent,
  MergedCall,
  MergedChoice,
  MergedCompletion,
  MergedMessage,
} from "./chat_completion.ts";
import { first, joined, listed, mergeRecords, present } from "./pieces.ts";

/**
 * Merges the chunks of one stream, in their order.
 *
 * Text that stays empty becomes null, and a field that no chunk has is absent.
 */
export function mergeChunks(chunks: readonly Chunk[]): MergedCompletion {
  const [opening] = chunks;
  ok(opening, "a stream has chunks");
  const { id, created, model } = opening;
  chunks.forEach((chunk) => {
    deepEqual(
      { object: chunk.object, id: chunk.id, created: chunk.created, model: chunk.model },
      { object: "chat.completion.chunk", id, created, model },
    );
  });

  const usageAt = chunks.findIndex(({ usage }) => usage != null);
  const emptyAt = chunks.findIndex(({ choices }) => choices.length === 0);
  equal(emptyAt, usageAt, "the chunk without choices is the one with usage");
  ok(usageAt === -1 || usageAt === chunks.length - 1, "usage comes last");

  const byIndex = Map.groupBy(chunks.flatMap(({ choices }) => choices), ({ index }) => index);
  return {
    id,
    object: "chat.completion",
    created,
    model,
    choices: [...byIndex.values()].map(mergeChoice).sort((a, b) => a.index - b.index),
    ...present({
      usage: first(chunks.map(({ usage }) => usage)),
      service_tier: first(chunks.map(({ service_tier }) => service_tier)),
    }),
  };
}

function mergeChoice(pieces: readonly ChunkChoice[]): MergedChoice {
  const finishAt = pieces.findIndex(({ finish_reason }) => finish_reason !== null);
  const finish = pieces[finishAt];
  ok(finish?.finish_reason, "a choice is finished");
  equal(finishAt, pieces.length - 1, "nothing follows the finish of a choice");

  const deltas = pieces.map(({ delta }) => delta);
  const roles = deltas.map(({ role }) => role);
  equal(roles[0], "assistant", "the first delta says who speaks");
  equal(roles.findLastIndex((role) => role !== undefined), 0, "the role is said once");

  return {
    index: finish.index,
    message: mergeMessage(deltas),
    logprobs: mergeLogprobs(pieces.flatMap(({ logprobs }) => logprobs ?? [])),
    finish_reason: finish.finish_reason,
    ...present({ native_finish_reason: finish.native_finish_reason }),
  };
}

function mergeMessage(deltas: readonly Delta[]): MergedMessage {
  return {
    role: "assistant",
    content: joined(deltas.map(({ content }) => content)),
    refusal: joined(deltas.map(({ refusal }) => refusal)),
    ...present({
      reasoning_content: joined(deltas.map(({ reasoning_content }) => reasoning_content)),
      tool_calls: mergeCalls(deltas.flatMap(({ tool_calls }) => tool_calls ?? [])),
      images: listed(deltas.map(({ images }) => images)),
      annotations: listed(deltas.map(({ annotations }) => annotations)),
      audio: mergeAudio(deltas.flatMap(({ audio }) => audio ?? [])),
      extra_content: mergeExtras(deltas),
    }),
  };
}

function mergeCalls(deltas: readonly CallDelta[]): MergedCall[] | null {
  const byIndex = Map.groupBy(deltas, ({ index }) => index);
  deepEqual([...byIndex.keys()], [...byIndex.keys()].map((_, n) => n), "calls are counted from 0");
  return byIndex.size === 0 ? null : [...byIndex.values()].map(mergeCall);
}

function mergeCall(pieces: readonly CallDelta[]): MergedCall {
  const id = first(pieces.map(({ id }) => id));
  const type = first(pieces.map(({ type }) => type));
  const name = first(pieces.map((piece) => piece.function?.name));
  ok(id && name && type === "function", "a call has an id, a type and a name");
  return {
    id,
    type,
    function: { name, arguments: pieces.map((piece) => piece.function?.arguments).join("") },
    ...present({ extra_content: mergeExtras(pieces) }),
  };
}

/** Each piece is base64 of its own, so padding may stand where the pieces meet. */
function mergeAudio(
  pieces: readonly ChatCompletionChunk.Choice.Delta.Audio[],
): ChatCompletionAudio | null {
  if (pieces.length === 0) return null;
  const id = first(pieces.map(({ id }) => id));
  const expires_at = first(pieces.map(({ expires_at }) => expires_at));
  ok(id && expires_at !== null, "audio has an id and an end");
  return {
    id,
    data: Buffer.concat(pieces.map(({ data = "" }) => Buffer.from(data, "base64")))
      .toString("base64"),
    expires_at,
    transcript: pieces.map(({ transcript }) => transcript).join(""),
  };
}

function mergeLogprobs(
  pieces: readonly ChatCompletionChunk.Choice.Logprobs[],
): ChatCompletion.Choice.Logprobs | null {
  if (pieces.length === 0) return null;
  return {
    content: listed(pieces.map(({ content }) => content)),
    refusal: listed(pieces.map(({ refusal }) => refusal)),
  };
}

function mergeExtras(pieces: readonly ExtraContent[]): ExtraContent["extra_content"] | null {
  const [extras, ...more] = pieces.map(({ extra_content }) => extra_content)
    .filter((extras) => extras !== undefined);
  return extras === undefined ? null : more.reduce(mergeRecords, extras);
}
