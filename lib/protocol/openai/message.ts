/**
 * Messages of a chat, as OpenAI's clients write them.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/create#chat-create-messages
 * @module
 */

import * as v from "valibot";
import { fields, type Maybe, type Schema } from "../check_request.ts";
import { anyObject, listOf, maybe, objectOf, text } from "../fields.ts";
import {
  content,
  type ContentPart,
  type ImagePart,
  imagePart,
  textContent,
  type TextPart,
} from "./content_part.ts";

/** What is said, by whoever says it. */
export type Message =
  | SystemMessage
  | UserMessage
  | AssistantMessage
  | ToolMessage
  | FunctionMessage;

/** What stands above the conversation, or is said to the model in its course. */
export interface SystemMessage {
  /** `developer` is the newer word for `system`. */
  readonly role: "system" | "developer";
  /** Text only. */
  readonly content?: Maybe<string | readonly TextPart[]>;
}

/** What the user says. */
export interface UserMessage {
  /** The person. */
  readonly role: "user";
  /** Text, or text with files. */
  readonly content?: Maybe<string | readonly ContentPart[]>;
}

/** What the model said before. */
export interface AssistantMessage {
  /** The model. */
  readonly role: "assistant";
  /** What it said. */
  readonly content?: Maybe<string | readonly ContentPart[]>;
  /** That it would not. */
  readonly refusal?: Maybe<string>;
  /** What it wanted to call. */
  readonly tool_calls?: Maybe<readonly MessageToolCall[]>;
  /** The same in the older form. */
  readonly function_call?: Maybe<{ readonly name: string; readonly arguments?: Maybe<string> }>;
  /** Images that we gave out with an answer. */
  readonly images?: Maybe<readonly ImagePart[]>;
  /** What of Gemini's has no place of its own; see `extra_content.ts`. */
  readonly extra_content?: Maybe<Record<string, unknown>>;
}

/** What a function answered. */
export interface ToolMessage {
  /** The client, for the function. */
  readonly role: "tool";
  /** Text, or text with files. */
  readonly content?: Maybe<string | readonly ContentPart[]>;
  /** Of the call that it answers. */
  readonly tool_call_id: string;
}

/** The same in the older form, which has no ids. */
export interface FunctionMessage {
  /** The client, for the function. */
  readonly role: "function";
  /** Text, or text with files. */
  readonly content?: Maybe<string | readonly ContentPart[]>;
  /** Of the function that answered. */
  readonly name: string;
}

/** A call that the model wanted to make. */
export interface MessageToolCall {
  /** By which its result refers to it. */
  readonly id?: Maybe<string>;
  /** A function with arguments in JSON. */
  readonly function?: Maybe<{ readonly name: string; readonly arguments?: Maybe<string> }>;
  /** A tool that takes one text. */
  readonly custom?: Maybe<{ readonly name: string; readonly input?: Maybe<string> }>;
  /** Its thought signature, if the client kept it. */
  readonly extra_content?: Maybe<Record<string, unknown>>;
}

const calledFunction = fields({ name: text, arguments: maybe(text) });

const toolCall: Schema<MessageToolCall> = v.pipe(
  fields({
    id: text,
    function: maybe(calledFunction),
    custom: maybe(objectOf({ name: text, input: maybe(text) })),
    extra_content: maybe(anyObject),
  }),
  v.forward(v.check((call) => !!(call.function ?? call.custom), "is missing"), ["function"]),
);

/** Any message. */
export const message: Schema<Message> = v.variant("role", [
  fields({ role: v.picklist(["system", "developer"]), content: textContent }),
  fields({ role: v.literal("user"), content }),
  fields({
    role: v.literal("assistant"),
    content,
    refusal: maybe(text),
    tool_calls: maybe(listOf(toolCall)),
    function_call: maybe(calledFunction),
    images: maybe(listOf(imagePart)),
    extra_content: maybe(anyObject),
  }),
  fields({ role: v.literal("tool"), content, tool_call_id: text }),
  fields({ role: v.literal("function"), content, name: text }),
], "must be one of system, developer, user, assistant, tool");
