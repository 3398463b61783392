/**
 * How files of each type begin.
 *
 * @module
 */

/** Bytes for characters up to 255. */
export function bytesOf(latin1: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(latin1, (character) => character.charCodeAt(0));
}

/** The first bytes of a PNG. */
export const PNG = bytesOf("\x89PNG\r\n\x1a\n\0\0\0\rIHDR");

/** The first bytes of a file of each type that is taken. */
export const BEGINNINGS: readonly (readonly [mimeType: string, bytes: Uint8Array])[] = [
  ["image/png", PNG],
  ["image/jpeg", bytesOf("\xff\xd8\xff\xe0\0\x10JFIF\0")],
  ["image/gif", bytesOf("GIF89a\x01\0\x01\0")],
  ["image/webp", bytesOf("RIFF\n\0\0\0WEBPVP8 ")],
  ["image/heic", bytesOf("\0\0\0\x18ftypheic\0\0\0\0mif1heic")],
  ["image/avif", bytesOf("\0\0\0\x1cftypavif\0\0\0\0avifmif1")],
  ["application/pdf", bytesOf("%PDF-1.7\n%\xe2\xe3\xcf\xd3")],
  ["audio/mpeg", bytesOf("\xff\xfb\x90\x64\0\0")],
  ["audio/wav", bytesOf("RIFF$\0\0\0WAVEfmt ")],
  ["audio/ogg", bytesOf("OggS\0\x02\0\0")],
  ["audio/flac", bytesOf('fLaC\0\0\0"')],
  ["video/mp4", bytesOf("\0\0\0\x20ftypisom\0\0\x02\0isomiso2")],
  [
    "video/webm",
    bytesOf("\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm"),
  ],
];
