/**
 * What a message is made of, as OpenAI's clients write it.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/create#chat-create-messages
 * @module
 */

import * as v from "valibot";
import { fields, type Maybe, type Schema } from "../check_request.ts";
import { anyObject, listOf, maybe, text } from "../fields.ts";

/** Text. */
export interface TextPart {
  /** Tells the kinds of parts apart. */
  readonly type: "text";
  /** What is said. */
  readonly text: string;
}

/** A part of a message. */
export type ContentPart =
  | TextPart
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

const image = fields({
  type: v.literal("image_url"),
  image_url: mediaUrl,
  extra_content: maybe(anyObject),
});

const textOnly = fields({ type: v.literal("text", "must be text"), text });

const inputFile = fields({
  file_data: maybe(text),
  file_id: maybe(text),
  filename: maybe(text),
  format: maybe(text),
});

const anyPart: Schema<ContentPart> = v.variant("type", [
  textOnly,
  fields({ type: v.literal("refusal"), refusal: text }),
  image,
  fields({ type: v.literal("video_url"), video_url: mediaUrl }),
  fields({ type: v.literal("input_audio"), input_audio: fields({ data: text, format: text }) }),
  fields({ type: v.literal("file"), file: inputFile }),
  // The form of OpenAI's newer API, which clients mix in.
  v.pipe(
    fields({ type: v.literal("input_file"), ...inputFile.entries }),
    v.transform(({ type: _type, ...file }) => ({ type: "file" as const, file })),
  ),
], "must be one of text, image_url, input_audio, file, video_url, refusal");

/** What most messages say: a text, or a list of parts. */
export const content: Schema<Maybe<string | ContentPart[]>> = contentOf(anyPart);

/** What is said in text only. */
export const textContent: Schema<Maybe<string | TextPart[]>> = contentOf<TextPart>(textOnly);

/** An image by itself. */
export const imagePart: Schema<ImagePart> = image;

function contentOf<Part>(part: Schema<Part>): Schema<Maybe<string | Part[]>> {
  const parts = listOf(part, "must be a string or a list of parts");
  return maybe(
    v.lazy((value): Schema<string | Part[]> => typeof value === "string" ? text : parts),
  );
}
