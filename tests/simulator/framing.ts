/**
 * Puts the pieces of a stream on the wire, in Google's two forms.
 *
 * With `alt=sse` a piece is `data: {…}\r\n\r\n`, and nothing marks the end. Without it
 * the pieces are one JSON array, sent bit by bit.
 *
 * @module
 */

import { errorBody, type GoogleError } from "./google_error.ts";

/** Where a piece stands in its stream. */
export interface Place {
  at: number;
  last: boolean;
}

const encoder = new TextEncoder();

/** Frames a piece of an answer. */
export function frame(piece: unknown, sse: boolean, place: Place): Uint8Array<ArrayBuffer> {
  return encoder.encode(
    sse ? `data: ${JSON.stringify(piece)}\r\n\r\n` : item(JSON.stringify(piece, null, 2), place),
  );
}

/**
 * Frames an error after the stream began.
 *
 * The form `data` follows the framing; `tail` does not, as Google sometimes does not
 * either: indented JSON without `data:` before it, or without a comma.
 */
export function frameError(
  error: GoogleError,
  { sse, form, at }: { sse: boolean; form: "data" | "tail"; at: number },
): Uint8Array<ArrayBuffer> {
  const body = errorBody(error);
  if (form === "tail") return encoder.encode(body);
  return frame(JSON.parse(body), sse, { at, last: true });
}

function item(json: string, { at, last }: Place): string {
  return `${at === 0 ? "[" : ",\r\n"}${json}\n${last ? "]" : ""}`;
}
