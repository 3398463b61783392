/**
 * What a route consists of.
 *
 * @module
 */

import type { ComponentType } from "preact";
import type { PageProps } from "./context.ts";
import type { RouteHandler } from "./handlers.ts";

/** A page, a layout or the app wrapper; an `async` function may answer with a `Response` instead. */
export type RouteComponent<State> = ComponentType<PageProps<unknown, State>>;

/** What a layout leaves out of what is around it. */
export interface LayoutConfig {
  /** Without the layouts of the folders above. */
  skipInheritedLayouts?: boolean;
  /** Without `_app.tsx`. */
  skipAppWrapper?: boolean;
}

/** What a route says of itself. */
export interface RouteConfig extends LayoutConfig {
  /** Another address than the file's place says. */
  routeOverride?: string;
}

/** A handler, a page, or both. */
export interface Route<State> {
  /** The page. */
  component?: RouteComponent<State> | undefined;
  /** What happens before the page is rendered, or instead. */
  handler?: RouteHandler<unknown, State> | undefined;
  /** What the route says of itself. */
  config?: RouteConfig | undefined;
}
