/**
 * Answers with whole bodies, under the headers that Google sends.
 *
 * @module
 */

import { errorBody, type GoogleError } from "./google_error.ts";
import type { Route } from "./routes.ts";
import type { OpenCall } from "./tally.ts";

/** Headers that Google sends with every answer. */
export const USUAL_HEADERS = {
  "vary": "Origin, X-Origin, Referer",
  "server-timing": "gfet4t7; dur=12",
} as const;

/** The content type of unary answers. */
export const JSON_TYPE = "application/json; charset=UTF-8";

const encoder = new TextEncoder();

/** Answers with a whole body and ends the call. */
export function reply(
  call: OpenCall,
  { status = 200, type = JSON_TYPE, headers = {}, body, outcome }: {
    status?: number;
    type?: string;
    headers?: Record<string, string>;
    body: Uint8Array<ArrayBuffer> | string;
    outcome: string;
  },
): Response {
  const bytes = typeof body === "string" ? encoder.encode(body) : body;
  call.sent(bytes.byteLength);
  call.end(outcome);
  return new Response(bytes, {
    status,
    headers: { "content-type": type, ...USUAL_HEADERS, ...headers },
  });
}

/** A value as a body, indented as Google indents it. */
export function jsonBody(value: unknown): Uint8Array<ArrayBuffer> {
  return encoder.encode(JSON.stringify(value, null, 2) + "\n");
}

/** Answers with JSON. */
export function replyJson(call: OpenCall, value: unknown): Response {
  return reply(call, { body: jsonBody(value), outcome: "served" });
}

/**
 * Answers with an error.
 *
 * The body is always plain JSON; but for a call with `alt=sse` Google labels it as an
 * event stream all the same.
 */
export function replyError(
  call: OpenCall,
  error: GoogleError,
  { outcome, sse = false }: { outcome: string; sse?: boolean },
): Response {
  return reply(call, {
    status: error.code,
    type: sse ? "text/event-stream" : JSON_TYPE,
    body: errorBody(error),
    outcome,
  });
}

/** Ends a call that nobody waits for any more; 499 is what Google's log would say. */
export function replyCancelled(call: OpenCall): Response {
  return reply(call, { status: 499, body: "", outcome: "cancelled" });
}

/** Whether errors of this route are labelled as an event stream. */
export function isSse(route: Route): boolean {
  return route.kind === "run" && route.verb === "streamGenerateContent" && route.sse;
}
