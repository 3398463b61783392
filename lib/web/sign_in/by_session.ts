/**
 * Who asks, by the session of their browser.
 *
 * A browser sends its cookie with whatever any page makes it send. So the promise: what changes
 * something has to come from our own origin and, in the API, to be JSON, which no form can send.
 *
 * @module
 */

import type { Actor } from "../../domain/actor.ts";
import { FORBIDDEN, RotatorError } from "../../domain/errors.ts";
import type { AuthenticateAdmin } from "../admin/admin_auth.ts";
import { checkOrigin, type OwnOrigin } from "./own_origin.ts";
import type { SessionDesk } from "./session_desk.ts";

/** Methods that change nothing. */
const READING: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/** What it is made of. */
export interface BySessionParts {
  /** Finds sessions. */
  readonly desk: Pick<SessionDesk, "find">;
  /** Where changes have to come from. */
  readonly own: OwnOrigin;
}

/**
 * For pages: who asks; null when they are not signed in.
 *
 * A form of another origin's page gets `forbidden`, signed in or not.
 */
export function actorOfPage({ desk, own }: BySessionParts): (r: Request) => Promise<Actor | null> {
  return async (request) => {
    if (!READING.has(request.method)) checkOrigin(request, own);
    return (await desk.find(request))?.actor ?? null;
  };
}

/**
 * For `/api`: who asks; null when they are not signed in.
 *
 * Whoever is signed in and asks for a change in another way than our own pages do gets `forbidden`.
 */
export function bySession({ desk, own }: BySessionParts): AuthenticateAdmin {
  return async (request) => {
    const session = await desk.find(request);
    if (session === null) return null;
    if (READING.has(request.method)) return session.actor;
    checkOrigin(request, own);
    checkJson(request);
    return session.actor;
  };
}

function checkJson({ headers }: Request): void {
  const [type = ""] = (headers.get("content-type") ?? "").split(";");
  if (type.trim().toLowerCase() === "application/json") return;
  throw new RotatorError(
    FORBIDDEN,
    "Cannot change this from a browser: send content-type application/json, even without a body",
  );
}
