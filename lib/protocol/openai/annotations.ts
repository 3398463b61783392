/**
 * The sources of an answer, as citations of OpenAI's.
 *
 * Google counts where a citation stands in bytes of UTF-8 and is off by a few now and then; OpenAI counts
 * characters. So the cited text is looked for, nearest to where Google says it is.
 *
 * @module
 */

import type { ChatCompletionMessage } from "openai/resources/chat/completions";
import { type JsonRecord, recordOf, recordsOf, textOf } from "../json.ts";

/** A citation: which characters of the answer rest on which page. */
export type Annotation = ChatCompletionMessage.Annotation;

/** Citations of web pages, from Gemini's `groundingMetadata` and the whole text of the answer. */
export function annotationsOf(grounding: JsonRecord, text: string): Annotation[] {
  const chunks = Array.isArray(grounding.groundingChunks) ? grounding.groundingChunks : [];
  const places = new Places(text);
  return recordsOf(grounding.groundingSupports).flatMap((support) => {
    const place = places.find(recordOf(support.segment) ?? {});
    return indicesOf(support.groundingChunkIndices).flatMap((index): Annotation[] => {
      const web = recordOf(recordOf(chunks[index])?.web);
      const url = urlOf(textOf(web?.uri) ?? "");
      if (url === null) return [];
      const title = textOf(web?.title) ?? url;
      return [{ type: "url_citation", url_citation: { url, title, ...place } }];
    });
  });
}

/** What no address may hold as it is; Google writes spaces into some. */
const ILLEGAL = /[^\w\-.~:/?#@!$&'()*+,;=%]|%(?![0-9A-Fa-f]{2})/gu;

/** The address of a page of the web; null for what is none. */
function urlOf(uri: string): string | null {
  const url = uri.toWellFormed().replace(ILLEGAL, encodeURIComponent);
  return /^https?:/i.test(url) && URL.canParse(url) ? url : null;
}

interface Place {
  /** In characters: code points, as Python counts. */
  readonly start_index: number;
  /** Behind the last. */
  readonly end_index: number;
}

/** Finds places in a text. */
class Places {
  readonly #text: string;
  readonly #bytes: Uint8Array;

  constructor(text: string) {
    this.#text = text;
    this.#bytes = new TextEncoder().encode(text);
  }

  find(segment: JsonRecord): Place {
    const start = this.#unitsBefore(numberOf(segment.startIndex));
    const end = this.#unitsBefore(numberOf(segment.endIndex));
    const cited = textOf(segment.text);
    if (cited === null || this.#text.slice(start, end) === cited) return this.#place(start, end);
    const found = this.#nearest(cited, start);
    return found < 0 ? this.#place(start, end) : this.#place(found, found + cited.length);
  }

  /** How much of the text, in UTF-16, so many of its bytes are; half a character does not count. */
  #unitsBefore(bytes: number): number {
    let end = Math.min(Math.max(bytes, 0), this.#bytes.length);
    while (end > 0 && isInsideCharacter(this.#bytes[end])) end -= 1;
    return decoder.decode(this.#bytes.subarray(0, end)).length;
  }

  #nearest(cited: string, to: number): number {
    const before = this.#text.lastIndexOf(cited, to);
    const after = this.#text.indexOf(cited, to);
    if (before < 0 || after < 0) return Math.max(before, after);
    return to - before <= after - to ? before : after;
  }

  #place(start: number, end: number): Place {
    const start_index = codePoints(this.#text.slice(0, start));
    return { start_index, end_index: start_index + codePoints(this.#text.slice(start, end)) };
  }
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Bytes of a character other than its first begin with the bits 10. */
function isInsideCharacter(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

function codePoints(text: string): number {
  let count = 0;
  for (const _character of text) count += 1;
  return count;
}

function numberOf(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}

function indicesOf(value: unknown): number[] {
  return Array.isArray(value) ? value.filter((index) => Number.isInteger(index)) : [];
}
