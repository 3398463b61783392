/**
 * Makes the app of a manifest, for whoever listens.
 *
 * Upstream Fresh has no such function: there, the build gives an `App` its files.
 *
 * @module
 */

import { App } from "./app.ts";
import { type Assets, NO_ASSETS } from "./assets.ts";
import { setBuild } from "./build.ts";
import type { ConnectionInfo } from "./context.ts";
import { registerIslands } from "./islands.ts";
import type { Manifest } from "./manifest.ts";
import { staticFiles } from "./static_files.ts";

/** What an app is given besides its manifest. */
export interface AppParts {
  /** What browsers load; without it, pages are rendered and nothing in them moves. */
  readonly assets?: Assets;
  /** Hears of every error that is our fault; people see its status and no more. */
  readonly report?: (error: unknown) => void;
}

/** Answers a request, with `state` as the `ctx.state` of its middlewares and pages. Never rejects. */
export type AnswerRequest<State> = (
  request: Request,
  state: State,
  info?: ConnectionInfo,
) => Promise<Response>;

/**
 * Makes the app.
 *
 * @throws {TypeError} when a file of the manifest does not export what its name promises.
 */
export function createApp<State extends object>(
  manifest: Manifest,
  { assets = NO_ASSETS, report = console.error }: AppParts = {},
): AnswerRequest<State> {
  const states = new WeakMap<Request, State>();
  const app = new App<State>({ mode: assets.dev ? "development" : "production" })
    .use(staticFiles())
    .use((ctx) => {
      Object.assign(ctx.state, states.get(ctx.req));
      return ctx.next();
    })
    .fsRoutes();
  setBuild(app, { manifest, assets, report });
  registerIslands(manifest);
  const handle = app.handler();

  return (request, state, info) => {
    states.set(request, state);
    return handle(request, info);
  };
}
