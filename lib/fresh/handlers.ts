/**
 * What a route does with a request: a function, or one for each method.
 *
 * @module
 */

import type { Context } from "./context.ts";

/** The methods a route can answer. */
export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS";

/** What a handler returns to have its page rendered. */
export interface PageResponse<T> {
  /** The page sees it as `data`. */
  data: T;
  /** Headers of the answer. */
  headers?: HeadersInit | undefined;
  /** Status of the answer, 200 when absent. */
  status?: number | undefined;
}

/** Answers a request, or says what its page is about. */
export interface HandlerFn<Data, State> {
  /** Called once for each request. */
  (
    ctx: Context<State>,
  ): Response | PageResponse<Data> | Promise<Response | PageResponse<Data>>;
}

/** A handler for each method. `HEAD` falls back to `GET`, and `GET` to the page alone. */
export type HandlerByMethod<Data, State> = { [M in Method]?: HandlerFn<Data, State> };

/** A function that answers every method, or one for each. */
export type RouteHandler<Data, State> = HandlerFn<Data, State> | HandlerByMethod<Data, State>;

/** What the page of a handler gets as `data`. */
export type RouteData<Handler> = Handler extends HandlerFn<infer Data, never> ? Data
  : Handler extends HandlerByMethod<infer Data, never> ? Data
  : never;

/** Has the page rendered with nothing to show but itself. */
export function page(): PageResponse<undefined>;
/** Has the page rendered with `data`. */
export function page<T>(
  data: T,
  options?: { headers?: HeadersInit; status?: number },
): PageResponse<T>;
export function page<T>(
  data?: T,
  { headers, status }: { headers?: HeadersInit; status?: number } = {},
): PageResponse<T | undefined> {
  return { data, headers, status };
}
