/**
 * The files that are handed to Gemini: what they are called, and how they begin.
 *
 * Promise: a type is one of this table, so nothing that a browser would run (HTML, SVG) is among them.
 *
 * @module
 */

/** One type of file. */
export interface MediaType {
  /** What Gemini is told. */
  readonly mimeType: string;
  /** Whether a file begins as those of this type do. */
  begins(bytes: Uint8Array): boolean;
}

/** Every beginning that is looked for is over by then. */
const BEGINNING_BYTES = 64;

const HEIF = /^.{4}ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1)/s;
const MP3 = /^(?:ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb])/;

const BEGINNINGS: ReadonlyMap<string, RegExp> = new Map([
  ["image/png", /^\x89PNG\r\n.\n/s],
  ["image/jpeg", /^\xff\xd8\xff/],
  ["image/gif", /^GIF8[79]a/],
  ["image/webp", /^RIFF.{4}WEBP/s],
  ["image/heic", HEIF],
  ["image/heif", HEIF],
  ["image/avif", /^.{4}ftyp(?:avi[fs]|mif1|msf1)/s],
  ["application/pdf", /^%PDF-/],
  ["audio/mpeg", MP3],
  ["audio/mp3", MP3],
  ["audio/wav", /^RIFF.{4}WAVE/s],
  ["audio/ogg", /^OggS/],
  ["audio/flac", /^fLaC/],
  ["video/mp4", /^.{4}ftyp(?!hei|hev|mif|msf|avi)/s],
  ["video/webm", /^.E\xdf\xa3.{0,52}webm/s],
]);

/** Names that servers use and Gemini does not list. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ["image/jpg", "image/jpeg"],
  ["audio/x-wav", "audio/wav"],
  ["audio/wave", "audio/wav"],
  ["audio/vnd.wave", "audio/wav"],
  ["audio/x-flac", "audio/flac"],
]);

/** The type that a `content-type` header names; null when it is none that is taken. */
export function mediaTypeOf(contentType: string | null): MediaType | null {
  const name = contentType?.split(";")[0]?.trim().toLowerCase() ?? "";
  const mimeType = OTHER_NAMES.get(name) ?? name;
  const beginning = BEGINNINGS.get(mimeType);
  if (beginning === undefined) return null;
  return {
    mimeType,
    begins: (bytes) => beginning.test(String.fromCharCode(...bytes.subarray(0, BEGINNING_BYTES))),
  };
}
