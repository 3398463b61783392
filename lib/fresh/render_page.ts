/**
 * Renders a page inside its layouts and the app wrapper.
 *
 * The page comes first and what is around it afterwards, so that the head can hold what the page wants
 * there. An async component may answer with a `Response`, which then is the answer.
 *
 * @module
 */

import { type ComponentType, Fragment, type FunctionComponent, h, type VNode } from "preact";
import { jsxTemplate } from "preact/jsx-runtime";
import { renderToString } from "preact-render-to-string";
import type { PageProps } from "./context.ts";
import { HeadContext } from "./head.ts";
import { addNonceTo } from "./nonce.ts";
import type { PageContext } from "./page_context.ts";
import "./render_hooks.ts";
import { RenderState, whileRendering } from "./render_state.ts";
import type { LayoutConfig, RouteComponent } from "./route.ts";

/** How a page is answered with. */
export interface Answer {
  /** Its status and headers. */
  readonly init: ResponseInit;
  /** What the page does without. */
  readonly config: LayoutConfig;
}

/** Renders a page; the answer says with which nonce. */
export async function renderPage<State>(
  ctx: PageContext<State>,
  page: VNode,
  { init, config }: Answer,
): Promise<Response> {
  const layouts = config.skipInheritedLayouts ? [] : ctx.surroundings.layouts;
  const app = config.skipAppWrapper ? null : ctx.surroundings.app;

  let inner = page;
  for (const layout of layouts.toReversed()) {
    const child = inner;
    const around = await componentOf(ctx, layout, { Component: () => child });
    if (around instanceof Response) return around;
    inner = around;
  }
  const hole: { html: string } = { html: "" };
  const shell = app && await componentOf(ctx, app, { Component: () => raw(hole.html) });
  if (shell instanceof Response) return shell;

  const state = new RenderState({
    nonce: crypto.randomUUID().replaceAll("-", ""),
    path: ctx.url.pathname.replace(/(?<=.)\/$/, ""),
    assets: ctx.build.assets,
  });
  const html = whileRendering(state, () => documentOf(inner, { shell, hole, state }));
  const headers = new Headers(init.headers);
  headers.set("content-type", "text/html; charset=utf-8");
  return addNonceTo(new Response(`<!DOCTYPE html>${html}`, { ...init, headers }), state.nonce);
}

/** The element of a page, a layout or the app wrapper. */
export async function componentOf<State>(
  ctx: PageContext<State>,
  component: RouteComponent<State>,
  { Component = () => null, data }: { Component?: FunctionComponent; data?: unknown },
): Promise<VNode | Response> {
  const { config, url, req, params, info, state, isPartial, error, route } = ctx;
  const props: PageProps<unknown, State> = {
    config,
    url,
    req,
    params,
    info,
    state,
    isPartial,
    error,
    route,
    Component,
    data,
  };
  ctx.Component = Component;
  return isAsync(component)
    ? await component(props) ?? h(Fragment, null)
    : h(component, props) as VNode;
}

/** Where the page goes, in what is around it. */
interface Shell {
  readonly shell: VNode | null;
  readonly hole: { html: string };
  readonly state: RenderState;
}

function documentOf(page: VNode, { shell, hole, state }: Shell): string {
  hole.html = renderToString(h(HeadContext.Provider, { value: state.head }, page));
  state.isShell = true;
  const html = shell === null
    ? hole.html
    : renderToString(h(HeadContext.Provider, { value: state.head }, shell));

  return renderToString(completed(raw(html), state));
}

/** Adds what the app wrapper left out: browsers put comments elsewhere in a document that lacks it. */
function completed(inner: VNode, { seen }: RenderState): VNode {
  const body = seen.body ? inner : h("body", null, inner);
  const whole = seen.head
    ? body
    : h(Fragment, null, h("head", null, h("meta", { charset: "utf-8" })), body);
  return seen.html ? whole : h("html", null, whole);
}

/** Preact's renderer writes a template as it is. */
function raw(html: string): VNode {
  return jsxTemplate([html]);
}

/** A component that has to be awaited; Preact cannot do that. */
type AsyncComponent<State> = (
  props: PageProps<unknown, State>,
) => Promise<VNode | Response | null>;

function isAsync<State>(
  component: ComponentType<PageProps<unknown, State>> | AsyncComponent<State>,
): component is AsyncComponent<State> {
  return component.constructor.name === "AsyncFunction";
}
