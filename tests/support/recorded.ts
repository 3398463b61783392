/**
 * Recorded exchanges of `tests/fixtures/recorded`, read so that a test can walk over all of them.
 *
 * Streams came in three framings; a test that is not about framing reads `responses`, or asks for the
 * one framing that Gemini uses with `alt=sse`.
 *
 * @module
 */

import { event } from "./bodies.ts";
import { sseData } from "./sse_events.ts";

/** What was asked for; the first two are answered with the same kind of value. */
export type Operation =
  | "generate"
  | "stream"
  | "embed-batch"
  | "models-list"
  | "openai-compat-chat";

/** One recorded exchange. */
export interface Recorded {
  /** Its path below the folder; `source` in the index tells where it came from. */
  readonly name: string;
  readonly kind: "unary" | "stream";
  /** `array` is a stream without `alt=sse`; a refused stream is `json`. */
  readonly format: "json" | "sse" | "array";
  readonly status: number;
  /** The model that was asked, where that was recorded. */
  readonly model: string | null;
  /** What is remarkable in the answer, such as `function-call` or `finish:SAFETY`. */
  readonly features: readonly string[];
  /** The body's bytes, exactly as they are in the folder. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The body as text. */
  readonly text: string;
  /** The body of the request; null where only the answer was kept. */
  readonly request: unknown;
  /** The values in the answer: one, or every chunk of a stream; a refusal gives its error object. */
  readonly responses: readonly unknown[];
}

interface Entry extends Pick<Recorded, "kind" | "format" | "status" | "model" | "features"> {
  readonly file: string;
  readonly request: string | null;
  readonly operation: Operation;
}

const FOLDER = new URL("../fixtures/recorded/", import.meta.url);

/** Every answer to `generateContent` and `streamGenerateContent`, refusals included. */
export function recordedAnswers(): readonly Recorded[] {
  return [...recordedExchanges("generate"), ...recordedExchanges("stream")];
}

/** Every recorded exchange of one operation, read anew so that no test sees another's changes. */
export function recordedExchanges(operation: Operation): readonly Recorded[] {
  const entries: Entry[] = JSON.parse(Deno.readTextFileSync(new URL("index.json", FOLDER)));
  return entries.filter((entry) => entry.operation === operation).map(read);
}

/** The answer as `alt=sse` frames it, lines ended by CRLF; an answer that is no stream is one event. */
export function sseOf({ format, text, responses }: Recorded): Uint8Array<ArrayBuffer> {
  const events = format === "sse"
    ? text.replace(/\r?\n/g, "\r\n")
    : responses.map((response) => event(response)).join("");
  return new TextEncoder().encode(events);
}

function read({ file, request, kind, format, status, model, features }: Entry): Recorded {
  const bytes = Deno.readFileSync(new URL(file, FOLDER));
  const text = new TextDecoder().decode(bytes);
  return {
    name: file,
    kind,
    format,
    status,
    model,
    features,
    bytes,
    text,
    request: request === null ? null : JSON.parse(Deno.readTextFileSync(new URL(request, FOLDER))),
    responses: responsesIn(text, format),
  };
}

function responsesIn(text: string, format: Recorded["format"]): readonly unknown[] {
  switch (format) {
    case "sse":
      return sseData(text).map((data) => JSON.parse(data));
    case "array":
      return JSON.parse(text);
    case "json":
      return [JSON.parse(text)];
  }
}
