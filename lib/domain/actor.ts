/**
 * Who administers: whose name stands beside a change.
 *
 * @module
 */

/** A person, or a script, that may change things here. */
export type Actor =
  /** Whoever holds the admin access token. */
  | { readonly kind: "admin_token" }
  /** Someone whose GitHub account is on the list. The id is who they are; a login may change hands. */
  | { readonly kind: "github"; readonly id: number; readonly login: string };

/** The actor as people read it: `admin token`, `octocat`. */
export function actorName(actor: Actor): string {
  return actor.kind === "admin_token" ? "admin token" : actor.login;
}
