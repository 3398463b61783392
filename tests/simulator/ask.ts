/**
 * Asks Gemini, or what stands in for it, as a client does.
 *
 * @module
 */

/** A question; only the key has to be said. */
export interface Question {
  key: string;
  verb?: string;
  model?: string;
  /** The text of the prompt. */
  prompt?: string;
  /** The body, instead of one made from the prompt. */
  body?: unknown;
  signal?: AbortSignal;
}

/** Makes the request of a question. */
export function asking(
  {
    key,
    verb = "generateContent",
    model = "gemini-2.5-flash",
    prompt = "Why is the sky blue?",
    body = { contents: [{ role: "user", parts: [{ text: prompt }] }] },
    signal,
  }: Question,
  { origin = "https://generativelanguage.googleapis.com" }: { origin?: string } = {},
): Request {
  return new Request(`${origin}/v1beta/models/${model}:${verb}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-goog-api-key": key },
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** The verb of a stream as server-sent events. */
export const STREAM = "streamGenerateContent?alt=sse";

/** Reads the events of a stream that ends properly. */
export async function eventsOf(response: Response): Promise<Generated[]> {
  const blocks = (await response.text()).split("\r\n\r\n");
  return blocks.slice(0, -1).map((block) => JSON.parse(block.replace(/^data: /, "")));
}

/** The parts of an answer that tests look at. */
export interface Generated {
  candidates: {
    content: { parts: { text: string }[]; role: string };
    finishReason?: string;
  }[];
  usageMetadata: {
    promptTokenCount: number;
    candidatesTokenCount: number;
    totalTokenCount: number;
  };
  modelVersion: string;
  responseId: string;
}

/** The body of an error. */
export interface Refused {
  error: { code: number; message: string; status: string; details?: Record<string, unknown>[] };
}

/** The text of an answer, or of all events of one. */
export function textOf(...answers: Generated[]): string {
  return answers.flatMap((answer) => answer.candidates[0]!.content.parts)
    .map((part) => part.text).join("");
}
