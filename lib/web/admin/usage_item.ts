/**
 * Usage as the admin API shows it.
 *
 * @module
 */

import { tokensOf } from "../../domain/finished_request.ts";
import { percentile } from "../../domain/latency.ts";
import type { UsageDimension, UsageGroup } from "../../domain/usage_store.ts";
import {
  LATENCY_METRICS,
  OUTCOMES,
  requestsIn,
  TOKEN_COUNTS,
  type UsageSums,
} from "../../domain/usage_sums.ts";
import { iso } from "./moment.ts";

/** What something came to. */
export interface SumsItem {
  /** Whatever became of them. Of keys: attempts, of which a request may take several. */
  readonly requests: number;
  /** The same by what they came to. */
  readonly outcomes: Readonly<Record<typeof OUTCOMES[number], number>>;
  /** Of those that could be served, the share that was: 0 to 1; null when there was none. */
  readonly successRate: number | null;
  /** Requests that another key served when the first could not. */
  readonly retriesSaved: number;
  /** As Gemini counted them; `total` leaves out `cached`, which is a part of `prompt`. */
  readonly tokens: Readonly<Record<typeof TOKEN_COUNTS[number] | "total", number>>;
  /** Until an answer began, in milliseconds, told from a histogram; null where it is not counted. */
  readonly latencyMs: { readonly p50: number; readonly p95: number } | null;
}

/** Sums of one token, key, model or pool, named by what it is, in one step. */
export type UsageItem =
  & { readonly at: string }
  & { readonly [Dimension in UsageDimension]?: string }
  & SumsItem;

/** Shows a group. */
export function usageItem({ at, of, sums }: UsageGroup, by: UsageDimension): UsageItem {
  return { at: iso(at), [by]: of, ...sumsItem(sums) };
}

/** Shows sums. */
export function sumsItem(sums: UsageSums): SumsItem {
  return {
    requests: requestsIn(sums),
    outcomes: pick(sums, OUTCOMES),
    successRate: successRate(sums),
    retriesSaved: sums.retriesSaved ?? 0,
    tokens: { ...pick(sums, TOKEN_COUNTS), total: tokensOf(sums) },
    latencyMs: latency(sums),
  };
}

/** What clients got wrong, or did not wait for, says nothing about us. */
function successRate({ served = 0, exhausted = 0, broken = 0 }: UsageSums): number | null {
  const all = served + exhausted + broken;
  return all === 0 ? null : served / all;
}

function latency(sums: UsageSums): SumsItem["latencyMs"] {
  const buckets = LATENCY_METRICS.map((metric) => sums[metric] ?? 0);
  const [p50, p95] = [percentile(buckets, 0.5), percentile(buckets, 0.95)];
  return p50 === null || p95 === null ? null : { p50, p95 };
}

function pick<Name extends keyof UsageSums>(
  sums: UsageSums,
  names: readonly Name[],
): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, sums[name] ?? 0])) as Record<Name, number>;
}
