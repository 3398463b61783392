/**
 * Calls by a `fetch` that was handed in: a simulator's, or a platform's.
 *
 * @module
 */

import { readChunks } from "./chunks.ts";
import { type ChunkReader, keyHeader, type Send } from "./wire.ts";

/** Sends to the base URL by this `fetch`. */
export function createFetchWire(baseUrl: string, fetch: typeof globalThis.fetch): Send {
  return async (request, secret, line) => {
    const { method, target, headers, body } = request;
    const aborter = new AbortController();
    line.whenHungUp(() => aborter.abort());
    const response = await fetch(baseUrl + target, {
      method,
      headers: [...headers, keyHeader(request, secret)],
      body,
      redirect: "manual",
      signal: aborter.signal,
    });
    return {
      status: response.status,
      headers: response.headers,
      body: response.body === null ? NOTHING : readChunks(response.body),
    };
  };
}

const NOTHING: ChunkReader = {
  read: () => Promise.resolve(null),
  cancel: () => Promise.resolve(),
};
