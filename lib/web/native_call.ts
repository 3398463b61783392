/**
 * A client's native request as a call that any key can make.
 *
 * The body is kept as it came: it is not parsed, and Gemini says what is wrong with it.
 *
 * @module
 */

import type { Deadlines } from "../domain/deadlines.ts";
import { INVALID_REQUEST, METHOD_NOT_ALLOWED, NOT_FOUND, RotatorError } from "../domain/errors.ts";
import type { GeminiCall } from "../protocol/gemini/exchange.ts";
import { upstreamHeaders } from "../protocol/gemini/headers.ts";
import {
  type GeminiMiss,
  type GeminiRoute,
  parseGeminiRoute,
  upstreamPath,
  upstreamQuery,
} from "../protocol/gemini/route.ts";
import { MAX_BODY_BYTES, readBody } from "./read_body.ts";
import type { Target } from "./target.ts";

/** A secret that was put where a model belongs goes no further: not to Gemini, not into the log. */
const SECRET = /AIza|gkr_|AQ\.|ya29\./;

/**
 * Which call the target is.
 *
 * @throws {RotatorError} `not_found`, `method_not_allowed` or `invalid_request` when it is none we make.
 */
export function nativeRoute({ method, segments, path }: Target): GeminiRoute {
  const route = parseGeminiRoute(method, segments);
  if (route === null) {
    throw new RotatorError(
      NOT_FOUND,
      `Cannot find "${shorten(path)}": it is no address of Gemini's API`,
    );
  }
  if (route.kind !== "route") throw missed(route, method);
  if (route.model !== null && SECRET.test(route.model)) {
    throw new RotatorError(
      INVALID_REQUEST,
      "Cannot use this model: its name looks like a key or an access token",
    );
  }
  return route;
}

/**
 * The call, with its body read.
 *
 * @throws {RotatorError} as `readBody` and `upstreamQuery` do.
 */
export async function nativeCall(
  route: GeminiRoute,
  { request, query, deadlines }: {
    readonly request: Request;
    readonly query: URLSearchParams;
    readonly deadlines: Deadlines;
  },
): Promise<GeminiCall> {
  const target = upstreamPath(route) + upstreamQuery(query, route);
  const hasBody = route.verb === "POST";
  return {
    method: route.verb,
    target,
    headers: upstreamHeaders(request.headers, { hasBody }),
    body: hasBody ? await readBody(request, { maxBytes: MAX_BODY_BYTES, deadlines }) : null,
    model: route.model,
    framing: route.streams ? query.get("alt") === "sse" ? "sse" : "array" : null,
  };
}

function missed(miss: GeminiMiss, method: string): RotatorError {
  switch (miss.kind) {
    case "wrong_method":
      return new RotatorError(
        METHOD_NOT_ALLOWED,
        `Cannot serve ${method} here: only ${miss.allow} is possible`,
      );
    case "not_proxied":
      return new RotatorError(
        NOT_FOUND,
        `Cannot serve "${miss.family}": this part of Gemini's API is not proxied yet`,
      );
    case "bad_model":
      return new RotatorError(
        INVALID_REQUEST,
        "Cannot read the model: its name may have letters, digits, dots, dashes and underscores",
      );
  }
}

function shorten(path: string): string {
  return path.length > 80 ? `${path.slice(0, 80)}…` : path;
}
