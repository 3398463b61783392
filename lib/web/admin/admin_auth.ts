/**
 * Who may administer.
 *
 * The promise: nothing of the admin plane runs before someone said who asks, not even the search for
 * an address; and a client's access token opens none of it. The token is kept and compared as a
 * digest, so neither memory nor timing tells of it.
 *
 * @module
 */

import { timingSafeEqual } from "node:crypto";
import { sha256 } from "@noble/hashes/sha2.js";
import type { Actor } from "../../domain/actor.ts";
import { RotatorError, UNAUTHENTICATED } from "../../domain/errors.ts";

/** Tells who asks; null when it is nobody we know. */
export type AuthenticateAdmin = (request: Request) => Actor | null | Promise<Actor | null>;

/** The shortest token, in characters. */
const MIN_TOKEN_CHARACTERS = 32;
const BEARER = /^bearer +/i;

/**
 * Tells the admin access token from every other text.
 *
 * @throws {RangeError} when the token is short enough to be guessed.
 */
export function createTokenCheck(adminToken: string): (text: string) => boolean {
  if (adminToken.length < MIN_TOKEN_CHARACTERS) {
    throw new RangeError(
      `Cannot use the admin access token: it has less than ${MIN_TOKEN_CHARACTERS} characters`,
    );
  }
  const wanted = digest(adminToken);
  return (text) => timingSafeEqual(digest(text), wanted);
}

/**
 * Knows whoever presents the token as `Authorization: Bearer`, and nowhere else.
 *
 * @throws {RangeError} when the token is short enough to be guessed.
 */
export function byAdminToken(adminToken: string): AuthenticateAdmin {
  const isAdminToken = createTokenCheck(adminToken);
  return ({ headers }) => {
    const authorization = headers.get("authorization") ?? "";
    if (!BEARER.test(authorization)) return null;
    return isAdminToken(authorization.replace(BEARER, "")) ? { kind: "admin_token" } : null;
  };
}

/** Asks the first for those who present a Bearer token, right or wrong, and the second for all others. */
export function bearerOr(byBearer: AuthenticateAdmin, other: AuthenticateAdmin): AuthenticateAdmin {
  return (request) =>
    BEARER.test(request.headers.get("authorization") ?? "") ? byBearer(request) : other(request);
}

/** The one error for all who are not an admin. */
export function notAdmin(): RotatorError {
  return new RotatorError(
    UNAUTHENTICATED,
    "Cannot authenticate: present the admin access token as Authorization: Bearer",
  );
}

function digest(text: string): Uint8Array {
  return sha256(new TextEncoder().encode(text));
}
