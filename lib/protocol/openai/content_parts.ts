/**
 * What a message says, as parts for Gemini.
 *
 * @module
 */

import { type FetchedMedia } from "../../domain/ports.ts";
import type { ModelTraits } from "../gemini/generate/model_table.ts";
import type { Blob, Part } from "../gemini/generate/request.ts";
import { mediaSource, mimeTypeOfName, standardBase64, usualMimeType } from "../media.ts";
import { type Maybe, wrongField } from "../check_request.ts";
import { signatureIn } from "./extra_content.ts";
import type { ContentPart, ImagePart, InputAudio, InputFile, MediaUrl } from "./content_part.ts";
import type { Message } from "./message.ts";

/** What it takes to read parts. */
export interface PartOptions {
  /** Where the content stands: `messages[0].content`. */
  readonly at: string;
  /** Whether the model can be told of each file how closely to look. */
  readonly traits: Pick<ModelTraits, "partResolution">;
  /** Files of the web that were fetched for this request, by their address. */
  readonly fetched: ReadonlyMap<string, FetchedMedia>;
}

/**
 * The parts of a message, in order; empty texts are none.
 *
 * @throws {RotatorError} `invalid_request` for a file that cannot be had.
 */
export function partsOf(
  content: Maybe<string | readonly ContentPart[]>,
  options: PartOptions,
): Part[] {
  if (content === null || content === undefined || content === "") return [];
  if (typeof content === "string") return [{ text: content }];
  return content
    .map((part, index) => partOf(part, { ...options, at: `${options.at}[${index}]` }))
    .filter(({ text }) => text !== "");
}

/** The texts of a message, one for each part; files are left out. */
export function textsOf(content: Maybe<string | readonly ContentPart[]>): string[] {
  if (content === null || content === undefined) return [];
  const texts = typeof content === "string"
    ? [content]
    : content.map((part) =>
      part.type === "text" ? part.text : part.type === "refusal" ? part.refusal : ""
    );
  return texts.filter((text) => text !== "");
}

/** Addresses on the web that somebody would have to fetch, each once. */
export function remoteUrls(messages: readonly Message[]): string[] {
  const urls = new Set<string>();
  for (const message of messages) {
    const images = message.role === "assistant" ? message.images ?? [] : [];
    const parts = typeof message.content === "string" ? [] : message.content ?? [];
    for (const part of [...parts, ...images]) {
      const url = part.type === "image_url"
        ? part.image_url.url
        : part.type === "video_url"
        ? part.video_url.url
        : null;
      if (url !== null && mediaSource(url).kind === "remote") urls.add(url);
    }
  }
  return [...urls];
}

function partOf(part: ContentPart, options: PartOptions): Part {
  switch (part.type) {
    case "text":
      return { text: part.text };
    case "refusal":
      return { text: part.refusal };
    case "image_url":
      return imagePart(part, options);
    case "video_url":
      return mediaPart(part.video_url, { ...options, at: `${options.at}.video_url` });
    case "input_audio":
      return { inlineData: audioOf(part.input_audio, `${options.at}.input_audio.data`) };
    case "file":
      return filePart(part.file, `${options.at}.file`);
  }
}

/** An image, with its signature when it is one that we gave out. */
export function imagePart(part: ImagePart, options: PartOptions): Part {
  const signature = signatureIn(part.extra_content);
  return {
    ...mediaPart(part.image_url, { ...options, at: `${options.at}.image_url` }),
    ...(signature !== null && { thoughtSignature: signature }),
  };
}

function mediaPart({ url, detail }: MediaUrl, { at, traits, fetched }: PartOptions): Part {
  const level = traits.partResolution ? RESOLUTIONS.get(detail ?? "") : undefined;
  const resolution = level === undefined ? {} : { mediaResolution: { level } };
  const source = mediaSource(url);
  switch (source.kind) {
    case "inline":
      return { inlineData: source.blob, ...resolution };
    case "google":
      return { fileData: { fileUri: source.uri }, ...resolution };
    case "remote": {
      const media = fetched.get(url);
      if (media === undefined) throw wrongField(`${at}.url`, NOT_FETCHED);
      return { inlineData: { mimeType: media.mimeType, data: media.base64 }, ...resolution };
    }
    case "unknown":
      throw wrongField(`${at}.url`, NO_MEDIA);
  }
}

const NOT_FETCHED = "is on the web, and files there are not fetched here; " +
  "send it as a data URL (data:image/png;base64,…)";
const NO_MEDIA = "must be a data URL, a file of Google's (files/…) or a video of YouTube's";
const RESOLUTIONS: ReadonlyMap<string, string> = new Map([
  ["low", "MEDIA_RESOLUTION_LOW"],
  ["high", "MEDIA_RESOLUTION_HIGH"],
]);

/** Raw samples have no header that would tell how fast they are. */
const PCM = "audio/pcm;rate=24000";

function audioOf({ data, format }: InputAudio, at: string): Blob {
  const source = mediaSource(data);
  if (source.kind === "inline") return source.blob;
  const base64 = standardBase64(data);
  if (base64 === null || base64 === "") throw wrongField(at, "must be base64");
  const kind = format.trim().toLowerCase();
  return { mimeType: kind === "pcm16" ? PCM : usualMimeType(`audio/${kind}`), data: base64 };
}

/** The type of a file that nobody looked at. */
const ANY_BYTES = "application/octet-stream";

function filePart({ file_data, file_id, filename, format }: InputFile, at: string): Part {
  const named = format ?? mimeTypeOfName(filename ?? "");
  if (file_data) {
    const source = mediaSource(file_data);
    const data = source.kind === "inline" ? source.blob.data : standardBase64(file_data);
    if (data === null) throw wrongField(`${at}.file_data`, "must be a data URL or base64");
    const told = source.kind === "inline" && source.blob.mimeType !== ANY_BYTES
      ? source.blob.mimeType
      : named;
    // OpenAI itself takes PDFs only, so some clients do not say what else it could be.
    const mimeType = told ?? (filename ? null : "application/pdf");
    if (mimeType === null) {
      throw wrongField(
        `${at}.filename`,
        "must tell by its ending what the file is; or give a format",
      );
    }
    return { inlineData: { mimeType: usualMimeType(mimeType), data } };
  }
  if (!file_id) throw wrongField(at, "must have file_data or file_id");
  const source = mediaSource(file_id);
  if (source.kind !== "google") {
    throw wrongField(`${at}.file_id`, "must be a file of Google's, such as files/abc");
  }
  return {
    fileData: { fileUri: source.uri, ...(named !== null && { mimeType: usualMimeType(named) }) },
  };
}
