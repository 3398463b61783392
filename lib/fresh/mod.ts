/**
 * The specifier `fresh`: the part of Fresh 2.3's public API that this project uses.
 *
 * Fresh is published on JSR, which cannot be a given when this is built. Whatever imports only `fresh`
 * and `fresh/runtime` runs on either; the contract of both is `tests/contracts/fresh_test.tsx`. Left
 * out: partials, web sockets, JSX as props of islands, and mounting apps in apps.
 *
 * @module
 */

export { App } from "./app.ts";
export type {
  ConnectionInfo,
  Context,
  FreshContext,
  Middleware,
  PageProps,
  ResolvedFreshConfig,
} from "./context.ts";
export { csp, type CSPOptions } from "./csp.ts";
export { createDefine, type Define } from "./define.ts";
export {
  type HandlerByMethod,
  type HandlerFn,
  type Method,
  page,
  type PageResponse,
  type RouteData,
  type RouteHandler,
} from "./handlers.ts";
export { HttpError } from "./http_error.ts";
export type { LayoutConfig, Route, RouteComponent, RouteConfig } from "./route.ts";
export { staticFiles } from "./static_files.ts";
