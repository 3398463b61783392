/**
 * What a token has used today and in the last seven days, as rows of a table.
 *
 * @module
 */

import { type EpochMs, later } from "../../domain/ids.ts";
import { startOf, STEP_MS } from "../../domain/time_step.ts";
import type { Token } from "../../domain/token.ts";
import type { UsageGroup, UsageQuery } from "../../domain/usage_store.ts";
import { addSums, OUTCOMES, type UsageSums } from "../../domain/usage_sums.ts";
import { type SumsItem, sumsItem } from "../admin/usage_item.ts";

/** What is counted, in both spans. */
export interface TokenUsageRow {
  /** In words. */
  readonly name: string;
  /** Since midnight, UTC. */
  readonly today: string;
  /** Today and the six days before. */
  readonly week: string;
  /** Whether it is a part of the last row that is none. */
  readonly isPart: boolean;
}

const OUTCOME_NAMES: Readonly<Record<typeof OUTCOMES[number], string>> = {
  served: "served",
  exhausted: "no key had quota",
  refused: "refused",
  broken: "broken off",
  limited: "over the token's limits",
  left: "client left",
};

/** What to ask for. */
export function tokenUsageQuery({ id }: Pick<Token, "id">, now: EpochMs): UsageQuery {
  const from = later(startOf("day", now), -6 * STEP_MS.day);
  return { by: "token", step: "day", from, to: later(now, 1), token: id };
}

/** What came back, as rows; none for a token that was not used. Outcomes that never came are left out. */
export function tokenUsageRows(groups: readonly UsageGroup[], now: EpochMs): TokenUsageRow[] {
  const midnight = startOf("day", now);
  const today = sumOf(groups.filter(({ at }) => at >= midnight));
  const week = sumOf(groups);
  if (week.requests === 0) return [];

  const row = (name: string, count: (sums: SumsItem) => number, isPart = false) => ({
    name,
    today: count(today).toLocaleString("en-US"),
    week: count(week).toLocaleString("en-US"),
    isPart,
  });
  return [
    row("Requests", ({ requests }) => requests),
    ...OUTCOMES.filter((outcome) => week.outcomes[outcome] > 0)
      .map((outcome) => row(OUTCOME_NAMES[outcome], ({ outcomes }) => outcomes[outcome], true)),
    row("Tokens", ({ tokens }) => tokens.total),
    row("of prompts", ({ tokens }) => tokens.prompt + tokens.toolUse, true),
    row("of answers", ({ tokens }) => tokens.output + tokens.thoughts, true),
  ];
}

function sumOf(groups: readonly UsageGroup[]): SumsItem {
  const sums: UsageSums = {};
  for (const group of groups) addSums(sums, group.sums);
  return sumsItem(sums);
}
