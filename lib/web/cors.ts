/**
 * Lets browsers use the client plane from other origins.
 *
 * The promise: never with credentials. A page can only use a token that it holds itself, so `*` is
 * harmless; with a list of origins, the others are told nothing. Preflights are answered from
 * memory, before authentication, because browsers send none with them.
 *
 * @module
 */

import type { HeaderPairs } from "../protocol/gemini/headers.ts";

/** Origins that may read our answers: all, or exactly these (`https://app.example`). */
export type AllowedOrigins = "*" | ReadonlySet<string>;

const ALLOWED_METHODS = "GET, POST, OPTIONS";
const ALLOWED_HEADERS = [
  "authorization",
  "content-type",
  "x-goog-api-key",
  "x-goog-api-client",
  "x-server-timeout",
];
// OpenAI's SDKs send a dozen of these, and more with each version.
const SDK_HEADER = /^(?:x-stainless|openai)-[a-z0-9-]{1,40}$/;
const MAX_SDK_HEADERS = 32;
const EXPOSED_HEADERS = "x-request-id, retry-after, retry-after-ms, x-should-retry, " +
  "server-timing, x-gkr-model-version, x-gkr-ignored, x-gkr-usage";
const MAX_AGE_SECONDS = 86_400;

/** The headers that let a browser hand our answer to the page that asked. */
export function corsHeaders(origin: string | null, allowedOrigins: AllowedOrigins): HeaderPairs {
  const pairs: HeaderPairs = allowedOrigins === "*" ? [] : [["vary", "Origin"]];
  // Only browsers send an origin, and nobody else looks for the answer.
  if (origin === null) return pairs;
  const allowed = allowedOrigin(origin, allowedOrigins);
  if (allowed === null) return pairs;
  pairs.push(["access-control-allow-origin", allowed]);
  pairs.push(["access-control-expose-headers", EXPOSED_HEADERS]);
  return pairs;
}

/** Answers a preflight. An origin that is not allowed gets an answer that allows nothing. */
export function preflight(headers: Headers, allowedOrigins: AllowedOrigins): Response {
  const pairs: HeaderPairs = [
    ["cache-control", "private, no-store"],
    ["vary", "Origin, Access-Control-Request-Headers"],
  ];
  const allowed = allowedOrigin(headers.get("origin"), allowedOrigins);
  if (allowed !== null) {
    const asked = headers.get("access-control-request-headers") ?? "";
    pairs.push(["access-control-allow-origin", allowed]);
    pairs.push(["access-control-allow-methods", ALLOWED_METHODS]);
    pairs.push(["access-control-allow-headers", allowedHeaders(asked).join(", ")]);
    pairs.push(["access-control-max-age", String(MAX_AGE_SECONDS)]);
  }
  return new Response(null, { status: 204, headers: pairs });
}

function allowedOrigin(origin: string | null, allowedOrigins: AllowedOrigins): string | null {
  if (allowedOrigins === "*") return "*";
  return origin !== null && allowedOrigins.has(origin) ? origin : null;
}

function allowedHeaders(asked: string): string[] {
  const names = asked.split(",").map((name) => name.trim().toLowerCase());
  const ofSdks = names.filter((name) => SDK_HEADER.test(name)).slice(0, MAX_SDK_HEADERS);
  return [...ALLOWED_HEADERS, ...ofSdks];
}
