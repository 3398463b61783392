/**
 * The shapes of chat completions: OpenAI's, with what we add to them.
 *
 * @module
 */

import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionMessage,
  ChatCompletionMessageFunctionToolCall,
} from "openai/resources/chat/completions";

/** What only Google knows of a message or a call, under `google`. */
export interface ExtraContent {
  readonly extra_content?: Readonly<Record<string, unknown>>;
}

/** What a message carries beyond OpenAI's, whole or in pieces. */
export interface MessageExtras extends ExtraContent {
  readonly reasoning_content?: string;
  readonly images?: readonly unknown[];
}

/** What a chunk adds to the message of a choice. */
export interface Delta extends Omit<ChatCompletionChunk.Choice.Delta, "tool_calls">, MessageExtras {
  readonly annotations?: readonly ChatCompletionMessage.Annotation[];
  readonly tool_calls?: readonly CallDelta[];
}

/** What a chunk adds to a call, or the whole of it. */
export interface CallDelta extends ChatCompletionChunk.Choice.Delta.ToolCall, ExtraContent {}

/** What a chunk adds to a choice. */
export interface ChunkChoice extends Omit<ChatCompletionChunk.Choice, "delta"> {
  readonly delta: Delta;
  readonly native_finish_reason?: string;
}

/** A chunk, with what we add to OpenAI's. */
export interface Chunk extends Omit<ChatCompletionChunk, "choices"> {
  readonly choices: readonly ChunkChoice[];
}

/** A call in a merged answer. */
export interface MergedCall extends ChatCompletionMessageFunctionToolCall, ExtraContent {}

/** The message of a merged choice. */
export interface MergedMessage extends Omit<ChatCompletionMessage, "tool_calls">, MessageExtras {
  readonly tool_calls?: readonly MergedCall[];
}

/** A choice of a merged answer. */
export interface MergedChoice extends Omit<ChatCompletion.Choice, "message"> {
  readonly message: MergedMessage;
  readonly native_finish_reason?: string;
}

/** A merged answer, with what we add to OpenAI's. */
export interface MergedCompletion extends Omit<ChatCompletion, "choices"> {
  readonly choices: readonly MergedChoice[];
}
