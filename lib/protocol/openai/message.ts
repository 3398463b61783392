/**
 * Messages of a chat, as OpenAI's clients write them.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/create#chat-create-messages
 * @module
 */

import * as v from "valibot";
import { fields, type Maybe, type Schema } from "../check_request.ts";
import { anyObject, listOf, maybe, text } from "../fields.ts";

/** Who speaks. */
export type Message = SystemMessage | UserMessage | AssistantMessage | ToolMessage;

/** What stands above the conversation, or is said to the model in its course. */
export interface SystemMessage {
  /** `developer` is the newer word for `system`. */
  readonly role: "system" | "developer";
  /** Text only. */
  readonly content?: Maybe<string | readonly ContentPart[]>;
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
  /** `function` is the older form, which names the function instead of the call. */
  readonly role: "tool" | "function";
  /** Text, or text with files. */
  readonly content?: Maybe<string | readonly ContentPart[]>;
  /** Of the call that it answers. */
  readonly tool_call_id?: Maybe<string>;
  /** Of the function, in the older form. */
  readonly name?: Maybe<string>;
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

/** A part of a message. */
export type ContentPart =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "refusal"; readonly refusal: string }
  | ImagePart
  | { readonly type: "video_url"; readonly video_url: MediaUrl }
  | { readonly type: "input_audio"; readonly input_audio: InputAudio }
  | { readonly type: "file"; readonly file: InputFile };

/** An image. */
export interface ImagePart {
  /** Tells the kinds of parts apart. */
  readonly type: "image_url";
  /** Where it is. */
  readonly image_url: MediaUrl;
  /** Its thought signature, if it is one that we gave out. */
  readonly extra_content?: Maybe<Record<string, unknown>>;
}

/** Where a file is. */
export interface MediaUrl {
  /** A data URL, a file of Google's, a video of YouTube's; or https, where the operator allows it. */
  readonly url: string;
  /** How closely to look: `low`, `high` or `auto`. */
  readonly detail?: Maybe<string>;
}

/** A recording. */
export interface InputAudio {
  /** Base64. */
  readonly data: string;
  /** `wav`, `mp3`, … */
  readonly format: string;
}

/** A document, or another file. */
export interface InputFile {
  /** A data URL, or base64. */
  readonly file_data?: Maybe<string>;
  /** A file of Google's: `files/abc`, or its whole address. */
  readonly file_id?: Maybe<string>;
  /** Tells by its ending what the file is. */
  readonly filename?: Maybe<string>;
  /** What the file is, as a media type. */
  readonly format?: Maybe<string>;
}

// Some clients write the address alone.
const mediaUrl: Schema<MediaUrl> = v.lazy((value): Schema<MediaUrl> =>
  typeof value === "string"
    ? v.pipe(v.string(), v.transform((url) => ({ url })))
    : fields({ url: text, detail: maybe(text) })
);

const imagePart = fields({
  type: v.literal("image_url"),
  image_url: mediaUrl,
  extra_content: maybe(anyObject),
});

const contentPart: Schema<ContentPart> = v.variant("type", [
  fields({ type: v.literal("text"), text }),
  fields({ type: v.literal("refusal"), refusal: text }),
  imagePart,
  fields({ type: v.literal("video_url"), video_url: mediaUrl }),
  fields({ type: v.literal("input_audio"), input_audio: fields({ data: text, format: text }) }),
  fields({
    type: v.literal("file"),
    file: fields({
      file_data: maybe(text),
      file_id: maybe(text),
      filename: maybe(text),
      format: maybe(text),
    }),
  }),
], "must be one of text, image_url, input_audio, file, video_url, refusal");

const content: Schema<Maybe<string | ContentPart[]>> = v.nullish(
  v.lazy((value): Schema<string | ContentPart[]> =>
    typeof value === "string" ? text : listOf(contentPart, "must be a string or a list of parts")
  ),
);

const calledFunction = fields({ name: text, arguments: maybe(text) });

const toolCall: Schema<MessageToolCall> = fields({
  id: maybe(text),
  function: maybe(calledFunction),
  custom: maybe(fields({ name: text, input: maybe(text) })),
  extra_content: maybe(anyObject),
});

/** Any message. */
export const message: Schema<Message> = v.variant("role", [
  fields({ role: oneOfRoles("system", "developer"), content }),
  fields({ role: oneOfRoles("user"), content }),
  fields({
    role: oneOfRoles("assistant"),
    content,
    refusal: maybe(text),
    tool_calls: maybe(listOf(toolCall)),
    function_call: maybe(calledFunction),
    images: maybe(listOf<ImagePart>(imagePart)),
    extra_content: maybe(anyObject),
  }),
  fields({
    role: oneOfRoles("tool", "function"),
    content,
    tool_call_id: maybe(text),
    name: maybe(text),
  }),
], "must be one of system, developer, user, assistant, tool");

function oneOfRoles<const Roles extends readonly string[]>(...roles: Roles) {
  return v.picklist(roles);
}
