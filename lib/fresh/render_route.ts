/**
 * Answers with a route: its handler first, then its page with what the handler says.
 *
 * @module
 */

import type { HandlerFn, PageResponse } from "./handlers.ts";
import type { PageContext } from "./page_context.ts";
import { componentOf } from "./render_page.ts";
import type { Route } from "./route.ts";
import { Fragment, h } from "preact";

/** How a route is answered with when it leaves that open. */
export interface RouteDefaults {
  /** The status of its page. */
  readonly status: number;
  /** Whether its page answers methods that its handler does not. */
  readonly anyMethod: boolean;
}

/** Runs the route; methods that it does not answer go on to whoever is next. */
export async function renderRoute<State>(
  ctx: PageContext<State>,
  route: Route<State>,
  { status, anyMethod }: RouteDefaults,
): Promise<Response> {
  const handle = handlerOf(route, ctx.req.method, anyMethod);
  if (handle === null) return await ctx.next();

  const answer = await handle(ctx);
  if (answer instanceof Response) return answer;
  return await renderAnswer(ctx, route, { ...answer, status: answer.status ?? status });
}

async function renderAnswer<State>(
  ctx: PageContext<State>,
  { component, config = {} }: Route<State>,
  { data, headers, status = 200 }: PageResponse<unknown>,
): Promise<Response> {
  ctx.data = data;
  const page = component === undefined
    ? h(Fragment, null)
    : await componentOf(ctx, component, { data });
  if (page instanceof Response) return page;
  return await ctx.render(page, headers === undefined ? { status } : { status, headers }, config);
}

/** A page needs no handler to be shown. */
function handlerOf<State>(
  { component, handler }: Route<State>,
  method: string,
  anyMethod: boolean,
): HandlerFn<unknown, State> | null {
  if (typeof handler === "function") return handler;
  const show = component === undefined ? null : showPage;
  if (handler === undefined) return show;

  const found = Reflect.get(handler, method) as HandlerFn<unknown, State> | undefined;
  if (found !== undefined && Object.hasOwn(handler, method)) return found;
  if (method === "HEAD" || method === "GET") return handler.GET ?? show;
  return anyMethod ? show : null;
}

function showPage(): PageResponse<unknown> {
  return { data: undefined };
}
