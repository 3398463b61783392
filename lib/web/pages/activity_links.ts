/**
 * Addresses of the activity page: of which kind, about what, and from which row on.
 *
 * @module
 */

import { type ActivityRequest, AUDIT_KINDS } from "../../domain/audit.ts";

/** A link that chooses what is shown. */
export interface FilterLink {
  /** What it says. */
  readonly name: string;
  /** Where it goes. */
  readonly href: string;
  /** Whether one is there. */
  readonly isHere: boolean;
}

const NAMES = { pool: "Pools", key: "Keys", token: "Tokens", session: "Sign-ins" } as const;

/** Everything, or one kind. */
export function kindLinks({ kind, target }: ActivityRequest): FilterLink[] {
  return [undefined, ...AUDIT_KINDS].map((one) => ({
    name: one === undefined ? "Everything" : NAMES[one],
    href: activityHref({ kind: one, target }),
    isHere: one === kind,
  }));
}

/** The page of these rows. */
export function activityHref({ kind, target, cursor }: ActivityRequest): string {
  const search = new URLSearchParams();
  if (kind !== undefined) search.set("kind", kind);
  if (target !== undefined) search.set("target", target);
  if (cursor !== undefined) search.set("cursor", cursor);
  return search.size === 0 ? "/admin/activity" : `/admin/activity?${search}`;
}
