/**
 * The admin API as a table: addresses, and what may be done there.
 *
 * The table is the policy. What is not in it is not found, a method that an address does not list is
 * not allowed there, and nobody can add a route that goes around the one who authenticates.
 *
 * @module
 */

import type { Context, Hono } from "hono";
import type { Actor } from "../../domain/actor.ts";
import { METHOD_NOT_ALLOWED, NOT_FOUND, RotatorError } from "../../domain/errors.ts";
import type { KeyId, PoolId, TokenId } from "../../domain/ids.ts";
import { adminErrorReply } from "../admin_error.ts";
import type { Entry } from "../entry.ts";
import type { Target } from "../target.ts";

/** A request by someone who may. */
export interface AdminCall {
  /** With its body unread. */
  readonly request: Request;
  /** What stood behind the question mark. */
  readonly query: URLSearchParams;
  /** Who asks. */
  readonly admin: Actor;
  /** What the address names. */
  readonly ids: PathIds;
}

/** The ids in the address; reading one throws `not_found` when it cannot be an id. */
export interface PathIds {
  /** `:pool` */
  readonly pool: PoolId;
  /** `:key` */
  readonly key: KeyId;
  /** `:token` */
  readonly token: TokenId;
  /** `:request`, as clients see it in `x-request-id`. */
  readonly request: string;
}

/** Answers one method of one address. */
export type AdminHandler = (call: AdminCall) => Promise<Response>;

/** What may be done at an address. */
export type Resource = { readonly [Method in AdminMethod]?: AdminHandler };

/** The methods of the admin API; HEAD comes with GET. */
export type AdminMethod = "GET" | "POST" | "PATCH" | "DELETE";

/** Resources by their address, with `:pool`, `:key`, `:token` and `:request` for ids. */
export type RouteTable = Readonly<Record<`/api/${string}`, Resource>>;

/** What the app knows of a request. */
export interface AdminEnv {
  /** From the front door; a call that does not come through it has none. */
  Bindings: Partial<Entry>;
  /** Set before any route runs. */
  Variables: { admin: Actor; target: Target };
}

/** Puts every resource of a table into the app. */
export function mountRoutes(app: Hono<AdminEnv>, table: RouteTable): void {
  for (const [path, resource] of Object.entries(table)) {
    for (const [method, handler] of Object.entries(resource)) {
      app.on(method, path, (context) => handler(callOf(context)));
    }
    app.all(path, () => wrongMethod(resource));
  }
}

/** Everything the router finds no route for. */
export function nothingHere(): RotatorError {
  return new RotatorError(
    NOT_FOUND,
    "Cannot find this address: start at /api/pools or /api/tokens",
  );
}

const ID = /^[0-9a-z]{26}$/;
const REQUEST_ID = /^[0-9a-f-]{36}$/;

function callOf(context: Context<AdminEnv>): AdminCall {
  const id = <Id extends string>(what: keyof PathIds): Id => {
    const text = context.req.param(what) ?? "";
    // It is not repeated, because a secret may have been put in its place.
    if (!(what === "request" ? REQUEST_ID : ID).test(text)) {
      throw new RotatorError(NOT_FOUND, `Cannot find ${what}: what the address names is no id`);
    }
    return text as Id;
  };
  return {
    request: context.req.raw,
    query: context.get("target").query,
    admin: context.get("admin"),
    ids: {
      get pool() {
        return id<PoolId>("pool");
      },
      get key() {
        return id<KeyId>("key");
      },
      get token() {
        return id<TokenId>("token");
      },
      get request() {
        return id("request");
      },
    },
  };
}

function wrongMethod(resource: Resource): Response {
  const allowed = Object.keys(resource).flatMap((name) => name === "GET" ? [name, "HEAD"] : [name])
    .join(", ");
  const error = new RotatorError(
    METHOD_NOT_ALLOWED,
    `Cannot do this here: allowed are ${allowed}`,
  );
  const reply = adminErrorReply(error);
  reply.headers.set("allow", allowed);
  return reply;
}
