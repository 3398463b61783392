/**
 * What every middleware, handler and page gets to see of a request.
 *
 * @module
 */

import type { FunctionComponent, VNode } from "preact";
import type { LayoutConfig } from "./route.ts";

/** How the app is set up. */
export interface ResolvedFreshConfig {
  /** Where the app's files are. */
  readonly root: string;
  /** Before every path; always empty here. */
  readonly basePath: string;
  /** `development` reloads pages when the server starts again. */
  readonly mode: "development" | "production";
}

/** Who asks: what `Deno.serve` tells of the connection. */
export interface ConnectionInfo {
  /** The other end; behind a proxy, the proxy. */
  readonly remoteAddr: { readonly transport: string; readonly hostname?: string };
  /** Settles when the answer is sent, or was not. */
  readonly completed: Promise<void>;
}

/** One for each request, from the first middleware to the page. */
export interface Context<State> {
  /** How the app is set up. */
  readonly config: ResolvedFreshConfig;
  /** The address, with repeated slashes in its path made one. */
  readonly url: URL;
  /** The request as it came. */
  readonly req: Request;
  /** The pattern of the route that matched, such as `/pools/:pool`. */
  readonly route: string | null;
  /** What stood in the route's brackets, decoded. */
  readonly params: Record<string, string>;
  /** Shared by all middlewares, handlers and pages of this request. */
  readonly state: State;
  /** What the handler gave to its page. */
  data: unknown;
  /** What was thrown, once something was. */
  error: unknown;
  /** Who asks. */
  readonly info: ConnectionInfo;
  /** Always false: partials are not rendered here. */
  readonly isPartial: boolean;
  /** In layouts and the app wrapper: what is inside. */
  Component: FunctionComponent;
  /** Goes on with the next middleware, or with the route. */
  next: () => Promise<Response>;
  /** Sends the browser elsewhere. A path stays on this host, whatever it begins with. */
  redirect(pathOrUrl: string, status?: number): Response;
  /** Renders a page inside its layouts and the app wrapper. */
  render(vnode: VNode | null, init?: ResponseInit, config?: LayoutConfig): Promise<Response>;
  /** Answers with text. */
  text(content: string, init?: ResponseInit): Response;
  /** Answers with HTML as it is: nothing is added to it. */
  html(content: string, init?: ResponseInit): Response;
  /** Answers with JSON. */
  json(content: unknown, init?: ResponseInit): Response;
}

/** The name that {@linkcode Context} had. */
export type FreshContext<State = unknown> = Context<State>;

/** Does its part of the work, and hands on with `ctx.next()`. */
export type Middleware<State> = (ctx: Context<State>) => Response | Promise<Response>;

/** What pages, layouts and the app wrapper get as props. */
export type PageProps<Data = unknown, State = unknown> =
  & Pick<
    Context<State>,
    | "config"
    | "url"
    | "req"
    | "params"
    | "info"
    | "state"
    | "isPartial"
    | "Component"
    | "error"
    | "route"
  >
  & {
    /** What the handler gave to the page. */
    data: Data;
  };
