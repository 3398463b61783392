/**
 * What an app is told to do, in the order in which it was told.
 *
 * @module
 */

import type { Middleware } from "./context.ts";
import type { Method } from "./handlers.ts";
import type { Manifest } from "./manifest.ts";
import type { PageContext } from "./page_context.ts";
import { fileRoutes } from "./file_routes.ts";
import { renderRoute } from "./render_route.ts";
import type { LayoutConfig, Route, RouteComponent } from "./route.ts";
import { RouteTable } from "./route_table.ts";
import type { Step } from "./run_steps.ts";
import { Segment, type Shared } from "./segment.ts";

/** One thing an app is told; `folder` says which part of the site it is for. */
export type Command<State> =
  | { kind: "middleware"; folder: readonly string[]; run: readonly Middleware<State>[] }
  | {
    kind: "layout";
    folder: readonly string[];
    component: RouteComponent<State>;
    config: LayoutConfig;
  }
  | { kind: "app"; component: RouteComponent<State> }
  | { kind: "error"; folder: readonly string[]; route: Route<State> }
  | { kind: "notFound"; route: Route<State> }
  | { kind: "route"; folder: readonly string[]; pattern: string; route: Route<State> }
  | {
    kind: "handler";
    folder: readonly string[];
    pattern: string;
    methods: readonly Method[] | "ALL";
    run: readonly Middleware<State>[];
  }
  | { kind: "files" };

/** An app, ready to answer. */
export interface Compiled<State> {
  /** What answers a path. */
  readonly table: RouteTable<readonly Step<State>[]>;
  /** What happens to a path that nothing answers. */
  readonly otherwise: readonly Step<State>[];
}

/** Does what an app was told. Routes get the middlewares and layouts that were told before them. */
export function compile<State>(
  commands: readonly Command<State>[],
  { manifest, report }: { manifest: Manifest | null; report: (error: unknown) => void },
): Compiled<State> {
  const shared: Shared<State> = { notFound: null, report };
  const root = new Segment<State>(shared);
  const table = new RouteTable<readonly Step<State>[]>();

  function follow(command: Command<State>): void {
    switch (command.kind) {
      case "middleware":
        root.at(command.folder).middlewares.push(...command.run);
        break;
      case "layout":
        root.at(command.folder).layout = command;
        break;
      case "app":
        root.app = command.component;
        break;
      case "error":
        root.at(command.folder).errorRoute = command.route;
        break;
      case "notFound":
        shared.notFound = command.route;
        break;
      case "route":
        table.add(command.route.config?.routeOverride ?? command.pattern, "ALL", [
          ...root.at(command.folder).steps(),
          stepOf(command.route),
        ]);
        break;
      case "handler":
        table.add(command.pattern, command.methods, [
          ...root.at(command.folder).steps(),
          ...command.run,
        ]);
        break;
      case "files":
        if (manifest !== null) fileRoutes<State>(manifest).forEach(follow);
        break;
    }
  }

  commands.forEach(follow);
  return { table, otherwise: root.steps() };
}

function stepOf<State>(route: Route<State>): Step<State> {
  return (ctx: PageContext<State>) => renderRoute(ctx, route, { status: 200, anyMethod: false });
}
