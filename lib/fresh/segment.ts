/**
 * One folder of the site: its middlewares, its layout, and what it shows when something goes wrong.
 *
 * @module
 */

import { statusOf } from "./http_error.ts";
import type { PageContext, Surroundings } from "./page_context.ts";
import { renderRoute } from "./render_route.ts";
import type { LayoutConfig, Route, RouteComponent } from "./route.ts";
import type { Step } from "./run_steps.ts";

/** What all folders of an app share. */
export interface Shared<State> {
  /** The page for what is not there; without one, `errorRoute` has it. */
  notFound: Route<State> | null;
  /** Hears of errors that are our fault. */
  readonly report: (error: unknown) => void;
}

/** A folder; the root has no parent. */
export class Segment<State> {
  /** In the order in which they run. */
  readonly middlewares: Step<State>[] = [];
  /** Around the pages of this folder and of those below. */
  layout: { component: RouteComponent<State>; config: LayoutConfig } | null = null;
  /** Around everything. */
  app: RouteComponent<State> | null = null;
  /** Shown instead of a page that fails, here or below. */
  errorRoute: Route<State> | null = null;
  readonly #parent: Segment<State> | null;
  readonly #shared: Shared<State>;
  readonly #children = new Map<string, Segment<State>>();

  /** An empty folder. */
  constructor(shared: Shared<State>, parent: Segment<State> | null = null) {
    this.#shared = shared;
    this.#parent = parent;
  }

  /** The folder at a path below this one. */
  at(path: readonly string[]): Segment<State> {
    const [name, ...rest] = path;
    if (name === undefined) return this;
    const child = this.#children.get(name) ?? new Segment(this.#shared, this);
    this.#children.set(name, child);
    return child.at(rest);
  }

  /** What happens to a request for something in this folder, from the root down. */
  steps(): Step<State>[] {
    const above = this.#parent?.steps() ?? [];
    return [...above, ...(this.#mattersToPages() ? [this.#guard()] : []), ...this.middlewares];
  }

  /** Folders of an API have nothing to guard; the root minds `notFound`, which may come later. */
  #mattersToPages(): boolean {
    return this.#parent === null || this.layout !== null || this.errorRoute !== null ||
      this.app !== null;
  }

  #guard(): Step<State> {
    const { app, layout, errorRoute } = this;
    return async (ctx) => {
      const outer = ctx.surroundings;
      ctx.surroundings = withOwn(outer, { app, layout });
      try {
        return await ctx.next();
      } catch (error) {
        return await this.#answerError(ctx, error, errorRoute);
      } finally {
        ctx.surroundings = outer;
      }
    };
  }

  async #answerError(
    ctx: PageContext<State>,
    error: unknown,
    errorRoute: Route<State> | null,
  ): Promise<Response> {
    ctx.error = error;
    const status = statusOf(error);
    const route = status === 404 ? this.#shared.notFound ?? errorRoute : errorRoute;
    if (route === null) throw error;

    if (status >= 500) this.#shared.report(error);
    return await renderRoute(ctx, route, { status, anyMethod: true });
  }
}

function withOwn<State>(
  outer: Surroundings<State>,
  { app, layout }: Pick<Segment<State>, "app" | "layout">,
): Surroundings<State> {
  const inherited = layout?.config.skipInheritedLayouts ? [] : outer.layouts;
  return {
    app: layout?.config.skipAppWrapper ? null : app ?? outer.app,
    layouts: layout === null ? inherited : [...inherited, layout.component],
  };
}
