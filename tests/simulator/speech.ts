/**
 * What a model says, piece by piece, before it is put into responses.
 *
 * @module
 */

import type { Part } from "./generate_request.ts";

/** A speech; its pieces are made when asked for. */
export interface Speech {
  /** What is thought before the first piece. */
  readonly thought?: string;
  /** How many pieces there are, at least 1. */
  readonly length: number;
  /** The n-th piece. */
  piece(at: number): readonly Part[];
  /** All pieces in one. */
  whole(): readonly Part[];
}

/** How large a speech is. */
export interface SpeechSize {
  /** How many pieces to make. */
  events: number;
  /** The least size of a piece in bytes. */
  eventBytes: number;
}

/** Says the beginning of the prompt back, and then goes on. */
export function echo(prompt: string, { events, eventBytes }: SpeechSize): Speech {
  return textSpeech(
    events,
    (at) =>
      (at === 0 ? `You said: “${echoOf(prompt)}”.` : ` This is part ${at + 1}.`)
        .padEnd(eventBytes, " word"),
  );
}

/** Says one text, cut into as many pieces as wanted, if it has as many letters. */
export function cutText(text: string, { events, eventBytes }: SpeechSize): Speech {
  // White space at the end changes neither a sentence nor JSON.
  const letters = [...text.padEnd(events * eventBytes, " ")];
  const size = Math.ceil(letters.length / events) || 1;
  const length = Math.ceil(letters.length / size) || 1;
  return textSpeech(length, (at) => letters.slice(at * size, (at + 1) * size).join(""));
}

/** Says parts, one in a piece. */
export function partByPart(parts: readonly Part[]): Speech {
  return { length: parts.length, piece: (at) => [parts[at]!], whole: () => parts };
}

function textSpeech(length: number, textAt: (at: number) => string): Speech {
  return {
    length,
    piece: (at) => [{ text: textAt(at) }],
    whole: () => [{ text: Array.from({ length }, (_, at) => textAt(at)).join("") }],
  };
}

function echoOf(prompt: string): string {
  // Whole characters, never half of a surrogate pair.
  const letters = [...prompt.slice(0, 400)];
  return letters.slice(0, 200).join("").replace(/\p{Cs}$/u, "");
}
