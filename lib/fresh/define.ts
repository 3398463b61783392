/**
 * Says what routes are made of, so that the compiler can check it.
 *
 * @module
 */

import type { ComponentType } from "preact";
import type { Middleware, PageProps } from "./context.ts";
import type { HandlerByMethod, HandlerFn, RouteHandler } from "./handlers.ts";

/** Functions that return what they are given; only its types are looked at. */
export interface Define<State> {
  /** A handler, or one for each method. */
  handlers<Data, Handlers extends RouteHandler<Data, State> = RouteHandler<Data, State>>(
    handlers: Handlers,
  ): Handlers;
  /** A page: `define.page<typeof handler>(…)` knows what its `data` is. */
  page<
    Handler extends RouteHandler<unknown, State> = never,
    Data = Handler extends HandlerFn<infer Data, State> ? Data
      : Handler extends HandlerByMethod<infer Data, State> ? Data
      : never,
  >(render: ComponentType<PageProps<Data, State>>): ComponentType<PageProps<Data, State>>;
  /** A layout, or the app wrapper. */
  layout(
    render: ComponentType<PageProps<unknown, State>>,
  ): ComponentType<PageProps<unknown, State>>;
  /** A middleware, or several in their order. */
  middleware<M extends Middleware<State> | Middleware<State>[]>(middleware: M): M;
}

/** Makes the functions for one type of `ctx.state`; an app needs them once. */
export function createDefine<State>(): Define<State> {
  return {
    handlers: (handlers) => handlers,
    page: (render) => render,
    layout: (render) => render,
    middleware: (middleware) => middleware,
  };
}
