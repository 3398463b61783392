/**
 * Usage as a table for spreadsheets.
 *
 * The promise: no cell is more than a number, a moment, an id or the name of a model, so none can be
 * taken for a formula.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4180
 * @module
 */

import type { UsageDimension } from "../../domain/usage_store.ts";
import { OUTCOMES, TOKEN_COUNTS } from "../../domain/usage_sums.ts";
import type { UsageItem } from "./usage_item.ts";

/** A line of names and a line for each item. */
export function usageCsv(items: readonly UsageItem[], by: UsageDimension): string {
  const names = [
    "at",
    by,
    "requests",
    ...OUTCOMES,
    "retriesSaved",
    ...TOKEN_COUNTS.map((name) => `${name}Tokens`),
    "totalTokens",
    "p50Ms",
    "p95Ms",
  ];
  const lines = items.map((item) => [
    item.at,
    safe(item[by] ?? ""),
    item.requests,
    ...OUTCOMES.map((name) => item.outcomes[name]),
    item.retriesSaved,
    ...TOKEN_COUNTS.map((name) => item.tokens[name]),
    item.tokens.total,
    item.latencyMs?.p50 ?? "",
    item.latencyMs?.p95 ?? "",
  ]);
  return [names, ...lines].map((cells) => `${cells.join(",")}\r\n`).join("");
}

/** Ids and names of models hold nothing else; what else stood in storage is not shown. */
function safe(text: string): string {
  return /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(text) ? text : "";
}
