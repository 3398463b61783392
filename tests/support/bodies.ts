/**
 * Bodies of Gemini's that a test composes piece by piece.
 *
 * @module
 */

const encoder = new TextEncoder();

/** An event of an answer that goes on. */
export const MORE = { candidates: [{ content: { parts: [{ text: "more" }], role: "model" } }] };
/** The last event of an answer. */
export const LAST = {
  candidates: [{ content: { parts: [{ text: "last" }], role: "model" }, finishReason: "STOP" }],
  usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 4, totalTokenCount: 7 },
};

/** A value as an event. */
export function event(value: unknown): string {
  return `data: ${JSON.stringify(value)}\r\n\r\n`;
}

/** An error as Google writes it. */
export function googleError(code: number, status: string, message: string): string {
  return JSON.stringify({ error: { code, message, status } }, null, 2) + "\n";
}

/** An answer whose body comes in these pieces, each when it is wanted; then it ends or breaks off. */
export function inPieces(
  pieces: readonly string[],
  { breaks = false, type = "text/event-stream" }: { breaks?: boolean; type?: string } = {},
): Response {
  let next = 0;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      const piece = pieces[next++];
      if (piece !== undefined) return controller.enqueue(encoder.encode(piece));
      if (breaks) controller.error(new TypeError("connection reset"));
      else controller.close();
    },
  }, { highWaterMark: 0 });
  return new Response(body, { headers: { "content-type": type } });
}

/** What the events of a stream carry. */
export function eventsOf(text: string): readonly {
  readonly candidates?: readonly { readonly finishReason?: string }[];
  readonly error?: {
    readonly code: number;
    readonly status: string;
    readonly message: string;
    readonly details?: readonly Record<string, unknown>[];
  };
}[] {
  return text.split(/\r?\n\r?\n/).map((block) => block.trim()).filter((block) => block !== "")
    .map((block) => JSON.parse(block.replace(/^data: /, "")));
}
