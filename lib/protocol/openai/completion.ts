/**
 * A chat completion in one piece.
 *
 * @module
 */

import type { CompletionUsage } from "openai/resources/completions";
import { joinBase64, wavOf } from "./audio.ts";
import type { Annotation } from "./annotations.ts";
import type { ChatAnswer, ChoiceEnd } from "./chat_answer.ts";
import type {
  AudioDelta,
  CallDelta,
  CalledFunction,
  ChoiceDelta,
  ImageDelta,
} from "./chat_delta.ts";
import type { ExtraContent } from "./extra_content.ts";
import type { ChatCompletion } from "openai/resources/chat/completions";
import { completionUsage, serviceTier } from "./usage.ts";

/** What is the same in every piece of an answer. */
export interface AnswerHead {
  /** `chatcmpl-` and Google's own id. */
  readonly id: string;
  /** In seconds since 1970. */
  readonly created: number;
  /** As the client named it. */
  readonly model: string;
}

/** A completion. */
export interface Completion extends AnswerHead {
  /** What it is. */
  readonly object: "chat.completion";
  /** By index. */
  readonly choices: readonly Choice[];
  /** What was counted. */
  readonly usage: CompletionUsage;
  /** How urgently it was served. */
  readonly service_tier?: "default" | "flex" | "priority";
}

/** One of the answers. */
export interface Choice extends ChoiceEnd {
  /** What was said. */
  readonly message: CompletionMessage;
  /** How likely its tokens were. */
  readonly logprobs: ChatCompletion.Choice.Logprobs | null;
}

/** What was said. */
export interface CompletionMessage {
  /** The model. */
  readonly role: "assistant";
  /** Text; null when there is none. */
  readonly content: string | null;
  /** That there is no answer, and why; null when there is one. */
  readonly refusal: string | null;
  /** What the model thought. */
  readonly reasoning_content?: string;
  /** What it wants to call. */
  readonly tool_calls?: readonly Omit<CallDelta, "index">[];
  /** The same in the older form. */
  readonly function_call?: CalledFunction;
  /** Images. */
  readonly images?: readonly ImageDelta[];
  /** Sound. */
  readonly audio?: Required<AudioDelta>;
  /** Sources. */
  readonly annotations?: readonly Annotation[];
  /** What OpenAI has no place for. */
  readonly extra_content?: ExtraContent;
}

/** The whole of an answer, from everything that it added. */
export function completion(
  head: AnswerHead,
  { answer, deltas, soundAs }: {
    readonly answer: Pick<ChatAnswer, "usage" | "ends">;
    readonly deltas: readonly ChoiceDelta[];
    /** Raw samples as they are, or as a file. */
    readonly soundAs: "pcm16" | "wav";
  },
): Completion {
  const tier = serviceTier(answer.usage);
  return {
    id: head.id,
    object: "chat.completion",
    created: head.created,
    model: head.model,
    choices: answer.ends.map((end) => {
      const own = deltas.filter(({ index }) => index === end.index);
      return { ...end, message: messageOf(own, soundAs), logprobs: logprobsOf(own) };
    }),
    usage: completionUsage(answer.usage),
    ...(tier !== null && { service_tier: tier }),
  };
}

function messageOf(
  deltas: readonly ChoiceDelta[],
  soundAs: "pcm16" | "wav",
): CompletionMessage {
  const all = <T>(pick: (delta: ChoiceDelta["delta"]) => T | undefined): T[] =>
    deltas.map(({ delta }) => pick(delta)).filter((value) => value !== undefined);
  const textOf = (pieces: readonly string[]) => pieces.length === 0 ? null : pieces.join("");

  const reasoning = textOf(all(({ reasoning_content }) => reasoning_content));
  const calls = all(({ tool_calls }) => tool_calls).flat();
  const legacyCall = all(({ function_call }) => function_call)[0];
  const images = all(({ images }) => images).flat();
  const sounds = all(({ audio }) => audio);
  const annotations = all(({ annotations }) => annotations).flat();
  const extras = all(({ extra_content }) => extra_content?.google);
  return {
    role: "assistant",
    content: textOf(all(({ content }) => content)),
    refusal: textOf(all(({ refusal }) => refusal)),
    ...(reasoning !== null && { reasoning_content: reasoning }),
    ...(calls.length > 0 && { tool_calls: calls.map(({ index: _index, ...call }) => call) }),
    ...(legacyCall !== undefined && { function_call: legacyCall }),
    ...(images.length > 0 && { images }),
    ...(sounds.length > 0 && { audio: soundOf(sounds, soundAs) }),
    ...(annotations.length > 0 && { annotations }),
    ...(extras.length > 0 && { extra_content: { google: Object.assign({}, ...extras) } }),
  };
}

function soundOf(
  sounds: readonly AudioDelta[],
  soundAs: "pcm16" | "wav",
): Required<AudioDelta> {
  const data = joinBase64(sounds.map(({ data }) => data));
  const [first] = sounds;
  return {
    id: first?.id ?? "",
    expires_at: first?.expires_at ?? 0,
    data: soundAs === "wav" ? wavOf(data) : data,
    transcript: first?.transcript ?? "",
  };
}

function logprobsOf(deltas: readonly ChoiceDelta[]): Choice["logprobs"] {
  const told = deltas.map(({ logprobs }) => logprobs).filter((logprobs) => logprobs !== null);
  if (told.length === 0) return null;
  return { content: told.flatMap(({ content }) => content ?? []), refusal: null };
}
