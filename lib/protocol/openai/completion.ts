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
  MessageDelta,
} from "./chat_delta.ts";
import type { ExtraContent, GoogleExtras } from "./extra_content.ts";
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

/** A message, as far as it has been said. */
class Draft {
  content: string | null = null;
  refusal: string | null = null;
  reasoning: string | null = null;
  legacyCall: CalledFunction | null = null;
  readonly calls: Omit<CallDelta, "index">[] = [];
  readonly images: ImageDelta[] = [];
  readonly sounds: AudioDelta[] = [];
  readonly annotations: Annotation[] = [];
  extras: GoogleExtras | null = null;

  add({ content, refusal, reasoning_content, function_call, ...more }: MessageDelta): void {
    if (content !== undefined) this.content = (this.content ?? "") + content;
    if (refusal !== undefined) this.refusal = (this.refusal ?? "") + refusal;
    if (reasoning_content !== undefined) {
      this.reasoning = (this.reasoning ?? "") + reasoning_content;
    }
    if (function_call !== undefined) this.legacyCall ??= function_call;
    for (const { index: _index, ...call } of more.tool_calls ?? []) this.calls.push(call);
    if (more.images !== undefined) this.images.push(...more.images);
    if (more.audio !== undefined) this.sounds.push(more.audio);
    for (const annotation of more.annotations ?? []) this.annotations.push(annotation);
    if (more.extra_content !== undefined) {
      this.extras = { ...this.extras, ...more.extra_content.google };
    }
  }
}

function messageOf(
  deltas: readonly ChoiceDelta[],
  soundAs: "pcm16" | "wav",
): CompletionMessage {
  const draft = new Draft();
  for (const { delta } of deltas) draft.add(delta);
  const { content, refusal, reasoning, legacyCall, calls, images, sounds, annotations } = draft;
  return {
    role: "assistant",
    content,
    refusal,
    ...(reasoning !== null && { reasoning_content: reasoning }),
    ...(calls.length > 0 && { tool_calls: calls }),
    ...(legacyCall !== null && { function_call: legacyCall }),
    ...(images.length > 0 && { images }),
    ...(sounds.length > 0 && { audio: soundOf(sounds, soundAs) }),
    ...(annotations.length > 0 && { annotations }),
    ...(draft.extras !== null && { extra_content: { google: draft.extras } }),
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
