/**
 * An app: told what to do step by step, then asked for its handler.
 *
 * @module
 */

import { buildOf } from "./build.ts";
import { type Command, compile, type Compiled } from "./commands.ts";
import type { ConnectionInfo, Middleware, ResolvedFreshConfig } from "./context.ts";
import type { Method } from "./handlers.ts";
import { HttpError, statusOf } from "./http_error.ts";
import { addNonceTo, nonceOf } from "./nonce.ts";
import { PageContext } from "./page_context.ts";
import type { LayoutConfig, Route, RouteComponent } from "./route.ts";
import { runSteps } from "./run_steps.ts";

/** Of requests that come from no connection, as in tests. */
const NO_CONNECTION: ConnectionInfo = {
  remoteAddr: { transport: "tcp", hostname: "localhost" },
  completed: Promise.resolve(),
};

/** Passes requests through middlewares to routes. */
export class App<State> {
  /** How the app is set up. */
  readonly config: ResolvedFreshConfig;
  readonly #commands: Command<State>[] = [];

  /** An app that does nothing yet. */
  constructor({ mode = "production" }: { mode?: ResolvedFreshConfig["mode"] } = {}) {
    this.config = { root: ".", basePath: "", mode };
  }

  /** Adds middlewares for everything. */
  use(...middlewares: Middleware<State>[]): this;
  /** Adds middlewares for what is at a path, or below it. */
  use(path: string, ...middlewares: Middleware<State>[]): this;
  use(first: string | Middleware<State>, ...more: Middleware<State>[]): this {
    return typeof first === "string"
      ? this.#tell({ kind: "middleware", folder: foldersOf(first), run: more })
      : this.#tell({ kind: "middleware", folder: [], run: [first, ...more] });
  }

  /** Answers a path with a page, a handler, or both. */
  route(pattern: string, route: Route<State>): this {
    return this.#tell({ kind: "route", folder: foldersOf(pattern), pattern, route });
  }

  /** Puts a layout around the pages below a path. */
  layout(path: string, component: RouteComponent<State>, config: LayoutConfig = {}): this {
    return this.#tell({ kind: "layout", folder: foldersOf(path), component, config });
  }

  /** Puts a component around every page; the one that renders `<html>`. */
  appWrapper(component: RouteComponent<State>): this {
    return this.#tell({ kind: "app", component });
  }

  /** What is shown for errors below a path; it sees them as `error`. */
  onError(path: string, route: Route<State> | Middleware<State>): this {
    return this.#tell({ kind: "error", folder: foldersOf(path), route: routeOf(route) });
  }

  /** What is shown for what is not there. */
  notFound(route: Route<State> | Middleware<State>): this {
    return this.#tell({ kind: "notFound", route: routeOf(route) });
  }

  /** Answers `GET`, and `HEAD`. */
  get(pattern: string, ...run: Middleware<State>[]): this {
    return this.#handle(["GET"], pattern, run);
  }

  /** Answers `POST`. */
  post(pattern: string, ...run: Middleware<State>[]): this {
    return this.#handle(["POST"], pattern, run);
  }

  /** Answers every method. */
  all(pattern: string, ...run: Middleware<State>[]): this {
    return this.#handle("ALL", pattern, run);
  }

  /** Adds the routes of the app's files. */
  fsRoutes(): this {
    return this.#tell({ kind: "files" });
  }

  /** The function that answers requests. It never rejects. */
  handler(): (request: Request, info?: ConnectionInfo) => Promise<Response> {
    const build = buildOf(this);
    const compiled = compile(this.#commands, build);

    return async (req, info = NO_CONNECTION) => {
      const match = compiled.table.match(req.method, pathOf(req.url));
      const last = lastOf(req.method, match);
      const { pattern: route = null, params = {} } = match ?? {};
      const ctx = new PageContext<State>(
        { req, info, route, params, config: this.config, build },
        last,
      );
      try {
        const response = await runSteps(ctx, match?.found ?? compiled.otherwise, last);
        return req.method === "HEAD" ? await withoutBody(response) : response;
      } catch (error) {
        return plainError(error, build.report);
      }
    };
  }

  #handle(methods: readonly Method[] | "ALL", pattern: string, run: Middleware<State>[]): this {
    return this.#tell({ kind: "handler", folder: foldersOf(pattern), pattern, methods, run });
  }

  #tell(command: Command<State>): this {
    this.#commands.push(command);
    return this;
  }
}

/** The path of an address, cut out of it: parsing would cost more than all else that we do. */
function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("://") + 3);
  if (start < 0) return "/";
  const end = url.slice(start).search(/[?#]/);
  const path = end < 0 ? url.slice(start) : url.slice(start, start + end);
  return path.includes("//") ? path.replace(/\/{2,}/g, "/") : path;
}

/** What is at the end when no step answers. */
function lastOf<T>(
  method: string,
  match: ReturnType<Compiled<T>["table"]["match"]>,
): () => Promise<Response> {
  if (match === null || match.found !== null) return () => Promise.reject(new HttpError(404));
  if (method !== "OPTIONS") return () => Promise.reject(new HttpError(405));
  const headers = { allow: match.methods.join(", ") };
  return () => Promise.resolve(new Response(null, { status: 204, headers }));
}

async function withoutBody(response: Response): Promise<Response> {
  if (response.body === null) return response;
  await response.body.cancel();
  const { status, headers } = response;
  const bare = new Response(null, { status, headers });
  const nonce = nonceOf(response);
  return nonce === null ? bare : addNonceTo(bare, nonce);
}

/** Nobody has a page for this error. What it says is for us, unless it was meant as an answer. */
function plainError(error: unknown, report: (error: unknown) => void): Response {
  const status = statusOf(error);
  if (status >= 500) report(error);
  const text = error instanceof HttpError ? error.message : "Internal server error";
  return new Response(text, { status });
}

function routeOf<State>(route: Route<State> | Middleware<State>): Route<State> {
  return typeof route === "function" ? { handler: route } : route;
}

/** Each part of a path is a folder, so that what was told of `/admin` also is for `/admin` itself. */
function foldersOf(path: string): string[] {
  return path.split("/").filter((name) => name !== "" && name !== "*");
}
