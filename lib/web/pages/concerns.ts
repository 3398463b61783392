/**
 * What needs a person, in words, with where to go about it.
 *
 * @module
 */

import type { SumsItem } from "../admin/usage_item.ts";
import type { CountedPool } from "./pool_view.ts";

/** Something that a person should look at. */
export interface Concern {
  /** `error` when clients notice, `warning` when they will. */
  readonly kind: "error" | "warning";
  /** What is wrong. */
  readonly text: string;
  /** What to do about it. */
  readonly action: { readonly href: string; readonly name: string };
}

/** Below this share of served requests something is wrong with the pools, not with a client. */
const POOR_SUCCESS = 0.95;
/** And this many requests have to be served or not before a share says anything. */
const MIN_REQUESTS = 10;

/** What is wrong, what clients notice first. */
export function concernsOf(pools: readonly CountedPool[], lastHour: SumsItem): Concern[] {
  const found = [...pools.flatMap(concernsOfPool), ...concernsOfHour(lastHour)];
  return found.sort((a, b) => a.kind === b.kind ? 0 : a.kind === "error" ? -1 : 1);
}

function concernsOfPool({ pool: { id, name }, counts: { ready, cooling, disabled } }: CountedPool) {
  const action = { href: `/admin/pools/${id}`, name: "See its keys" };
  const concerns: Concern[] = [];
  if (ready + cooling + disabled === 0) {
    const text = `“${name}” has no keys, so its tokens get 503.`;
    return [{ kind: "warning", text, action: { ...action, name: "Add keys" } } as const];
  }
  if (ready === 0) {
    const rest = cooling > 0 ? "the first to be ready again serves" : "all are disabled";
    concerns.push({ kind: "error", text: `“${name}” has no key that is ready: ${rest}.`, action });
  }
  if (disabled > 0 && ready + cooling > 0) {
    const text = `“${name}” has ${
      disabled === 1 ? "a disabled key" : `${disabled} disabled keys`
    }.`;
    concerns.push({ kind: "warning", text, action });
  }
  return concerns;
}

function concernsOfHour({ successRate, outcomes }: SumsItem): Concern[] {
  const judged = outcomes.served + outcomes.exhausted + outcomes.broken;
  if (successRate === null || judged < MIN_REQUESTS || successRate >= POOR_SUCCESS) return [];
  const share = Math.round((1 - successRate) * 100);
  return [{
    kind: "error",
    text: `${share} % of the requests of this hour and the last were not served.`,
    action: { href: "/admin/requests", name: "See why" },
  }];
}
