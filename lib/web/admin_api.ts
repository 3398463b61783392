/**
 * The admin plane: pools, keys, tokens and what happens to them, as JSON under `/api`.
 *
 * Promises: nothing happens before it is known who asks, so an address that does not exist answers 401
 * to everybody else; every answer is private and never stored; no answer allows another origin. It is
 * called by `fetch`, because it answers every address, and must not be merged into another app.
 *
 * @module
 */

import { Hono } from "hono";
import { RotatorError } from "../domain/errors.ts";
import { activityRoutes } from "./admin/activity.ts";
import { type AuthenticateAdmin, bearerOr, byAdminToken, notAdmin } from "./admin/admin_auth.ts";
import { keyRoutes } from "./admin/keys.ts";
import { overviewRoutes } from "./admin/overview.ts";
import { poolRoutes } from "./admin/pools.ts";
import { requestRoutes } from "./admin/requests.ts";
import { type AdminEnv, mountRoutes, nothingHere } from "./admin/route_table.ts";
import type { AdminServices } from "./admin/services.ts";
import { tokenRoutes } from "./admin/tokens.ts";
import { usageRoutes } from "./admin/usage.ts";
import { adminErrorReply } from "./admin_error.ts";
import { parseTarget } from "./target.ts";

/** What the admin API is made of. */
export interface AdminApiParts extends AdminServices {
  /** `ADMIN_ACCESS_TOKEN`; only its digest is kept. */
  readonly adminToken: string;
  /** Knows those who present no Bearer token; nobody unless given. */
  readonly bySession?: AuthenticateAdmin;
}

/** The admin plane as a Hono app: `app.fetch(request, { target, record })`. */
export type AdminApi = Hono<AdminEnv>;

/**
 * The admin API for whoever presents the admin access token, or is signed in.
 *
 * @throws {RangeError} when the token has less than 32 characters.
 */
export function createAdminApi(
  { adminToken, bySession = () => null, ...services }: AdminApiParts,
): AdminApi {
  return createAdminApp(services, bearerOr(byAdminToken(adminToken), bySession));
}

/** The same behind another way to tell who asks. */
export function createAdminApp(
  services: AdminServices,
  authenticate: AuthenticateAdmin,
): AdminApi {
  const app: AdminApi = new Hono();

  app.use(async (context, next) => {
    const { raw: request } = context.req;
    const admin = await authenticate(request);
    if (admin === null) throw notAdmin();
    context.set("admin", admin);
    context.set("target", context.env?.target ?? parseTarget(request));
    await next();
  });

  mountRoutes(app, {
    ...poolRoutes(services),
    ...keyRoutes(services),
    ...tokenRoutes(services),
    ...usageRoutes(services),
    ...overviewRoutes(services),
    ...activityRoutes(services),
    ...requestRoutes(services),
  });

  app.notFound(() => {
    throw nothingHere();
  });

  app.onError((error, { env }) => {
    const record = env?.record;
    if (record) record.cause = error instanceof RotatorError ? error.cause ?? null : error;
    return adminErrorReply(error, record?.id ?? crypto.randomUUID());
  });

  return app;
}
