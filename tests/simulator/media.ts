/**
 * The smallest picture and the dullest sound that are still well formed.
 *
 * @module
 */

import type { Part } from "./generate_request.ts";
import type { Speech } from "./speech.ts";

/** A picture of one transparent dot. */
export const PICTURE: Part = {
  inlineData: {
    mimeType: "image/png",
    data: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAA" +
      "AABJRU5ErkJggg==",
  },
};

/** 48 bytes of silence: a multiple of three, so that base64 of pieces joins into base64. */
const SILENCE = "A".repeat(64);

/** A sound of so many pieces, without a container, as Google sends it. */
export function soundOf(pieces: number): Speech {
  const sound = (count: number): readonly Part[] => [{
    inlineData: { mimeType: "audio/L16;codec=pcm;rate=24000", data: SILENCE.repeat(count) },
  }];
  return { length: pieces, piece: () => sound(1), whole: () => sound(pieces) };
}
