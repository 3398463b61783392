/**
 * Reads from the names of files what an app is to do.
 *
 * `index`, `[name]`, `[...rest]` and `(group)` mean what they mean upstream; so do `_app`, `_layout`,
 * `_middleware`, `_error` (or `_500`) and `_404`.
 *
 * @module
 */

import type { Command } from "./commands.ts";
import type { Middleware } from "./context.ts";
import type { RouteHandler } from "./handlers.ts";
import { exportOf, type Manifest } from "./manifest.ts";
import type { LayoutConfig, Route, RouteComponent, RouteConfig } from "./route.ts";

/** A file of `routes/`, and where it is. */
interface RouteFile {
  readonly file: string;
  readonly folder: readonly string[];
  readonly name: string;
  readonly module: object;
}

/** The order of names in a folder: what is for the whole folder comes before what is in it. */
const SPECIAL = ["_app", "_middleware", "_layout", "_error", "_500", "_404", "index"];

/**
 * Turns the routes of a manifest into commands.
 *
 * @throws {TypeError} when a file does not export what its name promises.
 */
export function fileRoutes<State>({ routes }: Manifest): Command<State>[] {
  return Object.entries(routes)
    .map(([file, module]) => placed(file, module))
    .sort(byPlace)
    .map((found) => commandOf<State>(found));
}

function placed(file: string, module: object): RouteFile {
  const parts = file.replace(/^\.?\/?routes\//, "").replace(/\.\w+$/, "").split("/");
  return { file, folder: parts.slice(0, -1), name: parts.at(-1) ?? "", module };
}

/** Special files first; then what is written out, what is in brackets, and what takes the rest. */
function byPlace(a: RouteFile, b: RouteFile): number {
  const [left, right] = [[...a.folder, a.name], [...b.folder, b.name]];
  const depth = left.findIndex((part, index) => part !== right[index]);
  const [one = "", other = ""] = [left[depth], right[depth]];
  const isSpecial = (part: string, parts: string[]) =>
    depth === parts.length - 1 && SPECIAL.includes(part);
  return rankOf(one, isSpecial(one, left)) - rankOf(other, isSpecial(other, right)) ||
    (one < other ? -1 : 1);
}

function rankOf(part: string, isSpecial: boolean): number {
  if (isSpecial) return SPECIAL.indexOf(part);
  if (part.startsWith("[...")) return SPECIAL.length + 2;
  return SPECIAL.length + (part.includes("[") ? 1 : 0);
}

function commandOf<State>(found: RouteFile): Command<State> {
  const { folder, name } = found;
  switch (name) {
    case "_app":
      return { kind: "app", component: componentOf(found) };
    case "_layout":
      return { kind: "layout", folder, component: componentOf(found), config: configOf(found) };
    case "_middleware":
      return { kind: "middleware", folder, run: middlewaresOf(found) };
    case "_error":
    case "_500":
      return { kind: "error", folder, route: routeOf(found) };
    case "_404":
      return { kind: "notFound", route: routeOf(found) };
    default:
      return { kind: "route", folder, pattern: patternOf(found), route: routeOf(found) };
  }
}

function patternOf({ folder, name }: RouteFile): string {
  const parts = (name === "index" ? folder : [...folder, name])
    .filter((part) => !/^\(.*\)$/.test(part))
    .map((part) => part.replace(/\[\.\.\.(\w+)\]/g, ":$1*").replace(/\[(\w+)\]/g, ":$1"));
  return `/${parts.join("/")}`;
}

function routeOf<State>(found: RouteFile): Route<State> {
  const { module } = found;
  const handler = exportOf(module, "handler") ?? exportOf(module, "handlers");
  const component = exportOf(module, "default");
  if (handler === undefined && component === undefined) {
    throw new TypeError(`Cannot use ${found.file} as a route: it exports no page and no handler`);
  }
  return {
    component: component === undefined ? undefined : componentOf(found),
    handler: handler as RouteHandler<unknown, State> | undefined,
    config: configOf(found),
  };
}

function componentOf<State>({ file, module }: RouteFile): RouteComponent<State> {
  const component = exportOf(module, "default");
  if (typeof component !== "function") {
    throw new TypeError(`Cannot use ${file}: expected a component as its default export`);
  }
  return component as RouteComponent<State>;
}

function middlewaresOf<State>({ file, module }: RouteFile): Middleware<State>[] {
  const found = [exportOf(module, "default") ?? exportOf(module, "handler")].flat();
  if (!found.every((middleware) => typeof middleware === "function")) {
    throw new TypeError(`Cannot use ${file}: expected a middleware as its default export`);
  }
  return found as Middleware<State>[];
}

function configOf({ module }: RouteFile): RouteConfig & LayoutConfig {
  return (exportOf(module, "config") ?? {}) as RouteConfig;
}
