/**
 * Where the bytes of an image, a recording or a document are: in a URL of their own, with Google, or
 * somewhere on the web.
 *
 * @module
 */

import type { Blob } from "./gemini/generate/request.ts";

/** What a URL of a client stands for. */
export type MediaSource =
  /** The bytes are in the URL. */
  | { readonly kind: "inline"; readonly blob: Blob }
  /** Google has it, or gets it itself: its own files, Cloud Storage, YouTube. */
  | { readonly kind: "google"; readonly uri: string }
  /** Somebody would have to fetch it. */
  | { readonly kind: "remote"; readonly url: string }
  /** It is none of these. */
  | { readonly kind: "unknown" };

const FILES = "https://generativelanguage.googleapis.com/v1beta/";
const GOOGLE_FILE = /^https:\/\/generativelanguage\.googleapis\.com\/(?:v1|v1beta)\/files\/[\w-]+$/;
const YOUTUBE =
  /^https?:\/\/(?:(?:www|m|music)\.)?(?:youtube\.com\/(?:watch\?|shorts\/|live\/|embed\/)|youtu\.be\/)/;

/** What a URL stands for; bare names of Google's files (`files/abc`) count too. */
export function mediaSource(url: string): MediaSource {
  if (/^data:/i.test(url)) return inline(url);
  if (/^files\/[\w-]+$/.test(url)) return { kind: "google", uri: FILES + url };
  if (GOOGLE_FILE.test(url) || YOUTUBE.test(url) || url.startsWith("gs://")) {
    return { kind: "google", uri: url };
  }
  return /^https?:\/\//i.test(url) ? { kind: "remote", url } : { kind: "unknown" };
}

/**
 * Standard base64 with padding, from any way to write it: other alphabets, white space, no padding.
 *
 * @returns null when it is no base64.
 */
export function standardBase64(text: string): string | null {
  const alphabet = text.includes("-") || text.includes("_") ? "base64url" : "base64";
  try {
    // Decoded and written anew: that is several times faster than looking at each character here.
    return Uint8Array.fromBase64(text, { alphabet }).toBase64();
  } catch {
    // Nothing else fails here.
    return null;
  }
}

/** What a file is, by the end of its name; null for a name that tells nothing. */
export function mimeTypeOfName(name: string): string | null {
  return BY_ENDING[/\.([A-Za-z0-9]{1,5})$/.exec(name)?.[1]?.toLowerCase() ?? ""] ?? null;
}

/** The usual name of a media type: `image/jpeg` for `image/jpg`. */
export function usualMimeType(type: string): string {
  const usual = type.trim().toLowerCase();
  return usual === "image/jpg" ? "image/jpeg" : usual;
}

// https://ai.google.dev/gemini-api/docs/file-input-methods
const BY_ENDING: Readonly<Record<string, string>> = {
  aac: "audio/aac",
  aiff: "audio/aiff",
  avi: "video/avi",
  bmp: "image/bmp",
  css: "text/css",
  csv: "text/csv",
  flac: "audio/flac",
  gif: "image/gif",
  heic: "image/heic",
  heif: "image/heif",
  html: "text/html",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  js: "text/javascript",
  json: "application/json",
  m4a: "audio/m4a",
  md: "text/markdown",
  mov: "video/mov",
  mp3: "audio/mp3",
  mp4: "video/mp4",
  mpeg: "video/mpeg",
  mpg: "video/mpg",
  ogg: "audio/ogg",
  pdf: "application/pdf",
  png: "image/png",
  py: "text/x-python",
  rtf: "text/rtf",
  txt: "text/plain",
  wav: "audio/wav",
  webm: "video/webm",
  webp: "image/webp",
  xml: "text/xml",
};

/** RFC 2397: `data:[type][;parameter=value][;base64],data`. */
function inline(url: string): MediaSource {
  const comma = url.indexOf(",");
  if (comma < 0) return { kind: "unknown" };
  const [type = "", ...parameters] = url.slice("data:".length, comma).split(";");
  const isBase64 = parameters.at(-1)?.trim().toLowerCase() === "base64";
  const written = url.slice(comma + 1);
  const data = isBase64
    ? standardBase64(written.includes("%") ? latin1(percentDecoded(written)) : written)
    : percentDecoded(written).toBase64();
  if (data === null || data === "") return { kind: "unknown" };
  return { kind: "inline", blob: { mimeType: usualMimeType(type || "text/plain"), data } };
}

/** The bytes that a text with `%41` in it stands for; a percent sign by itself is one. */
function percentDecoded(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  const decoded = new Uint8Array(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const code = bytes[at] === PERCENT ? hexByte(bytes[at + 1], bytes[at + 2]) : null;
    decoded[length++] = code ?? bytes[at] ?? 0;
    if (code !== null) at += 2;
  }
  return decoded.subarray(0, length);
}

const PERCENT = 0x25;

function hexByte(high = 0, low = 0): number | null {
  const digits = String.fromCharCode(high, low);
  return /^[0-9A-Fa-f]{2}$/.test(digits) ? Number.parseInt(digits, 16) : null;
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}
