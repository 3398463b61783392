/**
 * Makes a `fetch` from a handler: what the network does between the two.
 *
 * @module
 */

import { aborted, brokenConnection } from "./paced_stream.ts";

/** Answers a request. */
export type Handler = (request: Request) => Response | Promise<Response>;

/** Fetches as the global `fetch` does. */
export type Fetch = (input: Request | URL | string, init?: RequestInit) => Promise<Response>;

/**
 * Turns a handler into a stand-in for the global `fetch`.
 *
 * As with the real one, a request that is aborted rejects with the reason, an abort
 * later errors the body, gzip is undone, and redirects are followed unless the request
 * says otherwise; they lead to the handler again, whatever the host.
 */
export function fetchFrom(handle: Handler, closing: AbortSignal): Fetch {
  return async function fetch(
    input: Request | URL | string,
    init?: RequestInit,
  ): Promise<Response> {
    const request = new Request(input, init);
    request.signal.throwIfAborted();
    const response = await handle(request);
    if (request.signal.aborted || closing.aborted) {
      await response.body?.cancel();
      throw request.signal.aborted ? request.signal.reason : brokenConnection();
    }
    const location = response.headers.get("location");
    if (location === null || request.redirect === "manual") {
      return received(response, request.signal);
    }
    if (request.redirect === "error") throw new TypeError("fetch failed: unexpected redirect");
    return fetch(new Request(new URL(location, request.url), redirected(request)));
  };
}

function redirected({ headers, signal }: Request): RequestInit {
  const kept = new Headers(headers);
  // What the fetch standard drops; a key in x-goog-api-key is not among it.
  for (const name of ["authorization", "cookie", "content-type", "content-length"]) {
    kept.delete(name);
  }
  return { headers: kept, signal };
}

function received(response: Response, signal: AbortSignal): Response {
  if (response.body === null) return response;
  const headers = new Headers(response.headers);
  let body: ReadableStream<Uint8Array<ArrayBuffer>> = response.body;
  if (headers.get("content-encoding") === "gzip") {
    headers.delete("content-encoding");
    body = body.pipeThrough(new DecompressionStream("gzip"));
  }
  return new Response(abortable(body, signal), { status: response.status, headers });
}

function abortable(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  signal: AbortSignal,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  return new ReadableStream({
    start(controller) {
      aborted(signal).then(() => {
        // Errors the stream first, so that cancelling cannot look like a proper end.
        controller.error(signal.reason);
        return reader.cancel(signal.reason);
      }).catch(() => {});
    },
    async pull(controller) {
      const { done, value } = await reader.read();
      if (signal.aborted) return;
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
}
