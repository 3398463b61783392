/**
 * Our cookies: which there are, and how they are set.
 *
 * Over https they are `__Host-` cookies: no other host can set them, and they never travel in the
 * clear. On this machine without https that prefix and `Secure` are left out, because Safari would not
 * keep them.
 *
 * @module
 */

import { parse, serialize } from "hono/utils/cookie";
import { SESSION_LIFE_MS } from "../../domain/session.ts";

/** A cookie of ours. */
export type CookieName = "gkr_session" | "gkr_github";

const MAX_AGE_SECONDS: Readonly<Record<CookieName, number>> = {
  gkr_session: SESSION_LIFE_MS / 1_000,
  gkr_github: 10 * 60,
};
/** Everything we put into a cookie, and nothing that is worth asking storage for otherwise. */
const VALUE = /^[\w.-]{20,2000}$/;

/** What a request brings; null when it brings nothing that we could have set. */
export function readCookie(
  { headers }: Pick<Request, "headers">,
  name: CookieName,
  { secure }: { secure: boolean },
): string | null {
  const full = fullName(name, secure);
  const value = parse(headers.get("cookie") ?? "", full)[full];
  return value !== undefined && VALUE.test(value) ? value : null;
}

/** `Set-Cookie` for a value; null takes the cookie away. */
export function setCookie(
  name: CookieName,
  value: string | null,
  { secure }: { secure: boolean },
): string {
  return serialize(fullName(name, secure), value ?? "", {
    path: "/",
    httpOnly: true,
    sameSite: "Lax",
    secure,
    maxAge: value === null ? 0 : MAX_AGE_SECONDS[name],
  });
}

function fullName(name: CookieName, secure: boolean): string {
  return secure ? `__Host-${name}` : name;
}
