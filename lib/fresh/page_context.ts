/**
 * The context of one request.
 *
 * Most requests are for an API, and look at nothing but `req` and `state`: the rest is made when it is
 * asked for.
 *
 * @module
 */

import { Fragment, type FunctionComponent, h, isValidElement, type VNode } from "preact";
import type { Build } from "./build.ts";
import type { ConnectionInfo, Context, ResolvedFreshConfig } from "./context.ts";
import { renderPage } from "./render_page.ts";
import type { LayoutConfig, RouteComponent } from "./route.ts";

/** What is put around a page. */
export interface Surroundings<State> {
  /** The app wrapper. */
  readonly app: RouteComponent<State> | null;
  /** The layouts, the outermost first. */
  readonly layouts: readonly RouteComponent<State>[];
}

/** What a context is made from. */
export interface ContextParts {
  /** The request as it came. */
  readonly req: Request;
  /** Who asks. */
  readonly info: ConnectionInfo;
  /** The pattern that matched. */
  readonly route: string | null;
  /** What stood in its brackets. */
  readonly params: Record<string, string>;
  /** How the app is set up. */
  readonly config: ResolvedFreshConfig;
  /** What the app is made of. */
  readonly build: Build;
}

/** {@linkcode Context}, and what rendering needs besides. */
export class PageContext<State> implements Context<State> {
  /** The request as it came. */
  readonly req: Request;
  /** Who asks. */
  readonly info: ConnectionInfo;
  /** The pattern that matched. */
  readonly route: string | null;
  /** What stood in its brackets. */
  readonly params: Record<string, string>;
  /** How the app is set up. */
  readonly config: ResolvedFreshConfig;
  /** What the app is made of. */
  readonly build: Build;
  /** Filled by middlewares. */
  readonly state = {} as State;
  /** Partials are not rendered here. */
  readonly isPartial = false;
  /** What the handler gave to its page. */
  data: unknown = undefined;
  /** What was thrown. */
  error: unknown = null;
  /** What is inside a layout or the app wrapper. */
  Component: FunctionComponent = () => null;
  /** Goes on. */
  next: () => Promise<Response>;
  /** What is put around pages, as far as the request has come. */
  surroundings: Surroundings<State> = { app: null, layouts: [] };
  #url: URL | null = null;

  /** The context of a request that nobody has looked at yet. */
  constructor(
    { req, info, route, params, config, build }: ContextParts,
    next: () => Promise<Response>,
  ) {
    this.req = req;
    this.info = info;
    this.route = route;
    this.params = params;
    this.config = config;
    this.build = build;
    this.next = next;
  }

  /** The address. */
  get url(): URL {
    if (this.#url === null) {
      this.#url = new URL(this.req.url);
      this.#url.pathname = this.#url.pathname.replace(/\/{2,}/g, "/");
    }
    return this.#url;
  }

  /** Sends the browser elsewhere; `//evil.example` is a path of ours, not a host. */
  redirect(pathOrUrl: string, status = 302): Response {
    const [, path = "", rest = ""] = /^([^?#]*)(.*)$/s.exec(pathOrUrl) ?? [];
    const location = /^[/\\]/.test(path) ? path.replace(/[/\\]{2,}/g, "/") + rest : pathOrUrl;
    return new Response(null, { status, headers: { location } });
  }

  /** Renders a page. */
  async render(
    vnode: VNode | null,
    init: ResponseInit = {},
    config: LayoutConfig = {},
  ): Promise<Response> {
    if (vnode !== null && !isValidElement(vnode)) {
      throw new TypeError("Cannot render a page: expected JSX");
    }
    return await renderPage(this, vnode ?? h(Fragment, null), { init, config });
  }

  /** Answers with text. */
  text(content: string, init?: ResponseInit): Response {
    return new Response(content, init);
  }

  /** Answers with HTML. */
  html(content: string, init: ResponseInit = {}): Response {
    const headers = new Headers(init.headers);
    headers.set("content-type", "text/html; charset=utf-8");
    return new Response(content, { ...init, headers });
  }

  /** Answers with JSON. */
  json(content: unknown, init?: ResponseInit): Response {
    return Response.json(content, init);
  }
}
