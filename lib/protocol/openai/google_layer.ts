/**
 * Google's own OpenAI layer, which is passed on as it is.
 *
 * It is a way round our translation for whoever wants Google's: bodies are not changed, answers come as
 * Google writes them, and a stream is not read on its way.
 *
 * @see https://ai.google.dev/gemini-api/docs/openai
 * @module
 */

import type { GeminiCall } from "../gemini/exchange.ts";

/** An address of the layer that is passed on. */
export interface LayerRoute {
  /** Its method. */
  readonly method: "GET" | "POST";
  /** The path behind `/v1beta/openai/`. */
  readonly path: string;
}

const POSTS: ReadonlySet<string> = new Set([
  "chat/completions",
  "embeddings",
  "images/generations",
]);
const MODEL = /^models(?:\/(?:models\/)?[A-Za-z0-9][A-Za-z0-9._-]{0,127})?$/;

/** The route of an address, by its segments behind `openai`; null when it is none we pass on. */
export function layerRoute(rest: readonly string[]): LayerRoute | null {
  const path = rest.join("/");
  if (POSTS.has(path)) return { method: "POST", path };
  return MODEL.test(path) ? { method: "GET", path } : null;
}

/** The call, good for any key. `model` is that of the body: keys cool by model. */
export function layerCall(
  { method, path }: LayerRoute,
  { body, model }: { readonly body: Uint8Array<ArrayBuffer> | null; readonly model: string | null },
): GeminiCall {
  return {
    method,
    target: `/v1beta/openai/${path}`,
    headers: body === null ? [] : [["content-type", "application/json"]],
    body,
    model,
    framing: null,
    isForeign: true,
  };
}
