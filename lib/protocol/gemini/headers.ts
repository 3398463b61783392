/**
 * Which headers pass between a client and Gemini.
 *
 * The promise, in both directions: what is not named here does not pass. So there is nothing to
 * strip, and no `Connection` header of a client can take away one of ours. The results are pairs,
 * because copying whole `Headers` is the largest cost within reach of a proxy.
 *
 * @module
 */

/** Headers as `fetch` and `Response` take them. */
export type HeaderPairs = [name: string, value: string][];

/** What {@linkcode upstreamHeaders} takes besides the client's headers. */
export interface UpstreamHeadersOptions {
  /** The secret of the key that makes the attempt. Left out, the headers are good for any key. */
  readonly secret?: string;
  /** Whether a body follows. */
  readonly hasBody?: boolean;
}

const JSON_TYPE = "application/json";
const STREAM_TYPE = "text/event-stream";
const PLAIN = /^[\x20-\x7e]{1,512}$/;
const SECONDS = /^\d{1,5}$/;

/** Media types an answer may have, in the spelling clients get. */
const ANSWER_TYPES: ReadonlyMap<string, string> = new Map([
  [JSON_TYPE, `${JSON_TYPE}; charset=UTF-8`],
  [STREAM_TYPE, STREAM_TYPE],
  ["text/plain", "text/plain; charset=UTF-8"],
]);

/**
 * What Gemini gets to see of a client's headers: the SDK's name, its time-out, and `accept` when it
 * is JSON or events.
 *
 * A body is always announced as JSON, whatever the client called it: `curl -d` calls it a form, and
 * Google would take `application/x-protobuf` for something we do not proxy.
 */
export function upstreamHeaders(
  incoming: Headers,
  { secret, hasBody = true }: UpstreamHeadersOptions = {},
): HeaderPairs {
  const pairs: HeaderPairs = [];
  if (hasBody) pairs.push(["content-type", JSON_TYPE]);

  const accept = incoming.get("accept");
  if (accept === JSON_TYPE || accept === STREAM_TYPE) pairs.push(["accept", accept]);
  copy(incoming, pairs, "x-goog-api-client", PLAIN);
  copy(incoming, pairs, "x-server-timeout", SECONDS);

  if (secret !== undefined) pairs.push(["x-goog-api-key", secret]);
  return pairs;
}

/**
 * What a client gets to see of Gemini's headers, and what keeps caches and browsers away from the
 * answer.
 *
 * A media type that Gemini has no reason to send becomes `application/octet-stream`, so that
 * nothing can be shown as a page of our origin.
 */
export function clientHeaders(upstream: Pick<Headers, "get">): HeaderPairs {
  const pairs: HeaderPairs = [
    ["content-type", answerType(upstream.get("content-type"))],
    ["cache-control", "private, no-store, no-transform"],
    ["x-content-type-options", "nosniff"],
  ];
  copy(upstream, pairs, "server-timing", PLAIN);
  copy(upstream, pairs, "x-gemini-service-tier", PLAIN);
  return pairs;
}

function answerType(type: string | null): string {
  const [mediaType = ""] = (type ?? "").split(";", 1);
  return ANSWER_TYPES.get(mediaType.trim().toLowerCase()) ?? "application/octet-stream";
}

function copy(from: Pick<Headers, "get">, to: HeaderPairs, name: string, grammar: RegExp): void {
  const value = from.get(name);
  if (value !== null && grammar.test(value)) to.push([name, value]);
}
