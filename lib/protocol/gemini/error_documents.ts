/**
 * Finds the JSON in which an error may stand, in a body of any form.
 *
 * Google wraps errors in whatever the answer would have been: an object, an array, an event of a
 * stream, a bare tail after events. Work is linear in the length of the body and nothing is thrown.
 *
 * @module
 */

/** 256 KiB; an error is a few hundred bytes. */
const MAX_BODY_CHARS = 256 * 1024;
const MAX_BLOCKS = 16;

/** The documents of a body, in order; none for HTML and for bodies beyond 256 Ki characters. */
export function errorDocuments(body: string): readonly unknown[] {
  if (body.length > MAX_BODY_CHARS) return [];
  const text = body.trim();
  if (text.startsWith("<")) return [];

  // A body that is JSON as a whole is taken at its word: what stands in its strings, a client may
  // have written.
  const whole = parseJson(text);
  if (whole !== undefined) return [whole];

  return text.split(/\r\n\r\n|\n\n|\r\r/)
    .filter((block) => block.includes('"error"'))
    .slice(0, MAX_BLOCKS)
    .map((block) => parseJson(payloadOf(block)));
}

/** What an event carries; in other text, everything from the first brace to the last. */
function payloadOf(block: string): string {
  const data = block.split(/\r\n|\n|\r/).filter((line) => line.startsWith("data:"));
  if (data.length > 0) return data.map((line) => line.slice("data:".length)).join("\n");
  return block.slice(block.indexOf("{"), block.lastIndexOf("}") + 1);
}

/** Undefined if the text is no JSON; JSON itself has no such value. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
