/**
 * Usage over time as bars: what a chart draws, and what it says to those who do not see it.
 *
 * @module
 */

import type { EpochMs } from "../../domain/ids.ts";
import { stepsBetween, type TimeStep } from "../../domain/time_step.ts";
import type { UsageGroup, UsageQuery } from "../../domain/usage_store.ts";
import { addSums, requestsIn, type UsageSums } from "../../domain/usage_sums.ts";

/** What outcomes are drawn in one colour, from the bottom of a bar to its top. */
export const TONES = ["good", "waiting", "bad", "off"] as const;

/** A colour, by what it means. */
export type Tone = typeof TONES[number];

/** A part of a bar, in hundredths of the chart's height. */
export interface BarPart {
  /** What it stands for. */
  readonly tone: Tone;
  /** From the top. */
  readonly y: number;
  /** Downwards from there. */
  readonly height: number;
}

/** One hour or day. */
export interface Bar {
  /** When it began, as people read it. */
  readonly name: string;
  /** How many requests it had, by colour. */
  readonly counts: Readonly<Record<Tone, number>>;
  /** What is drawn; parts without a request are missing. */
  readonly parts: readonly BarPart[];
}

/** A chart. */
export interface UsageChart {
  /** In the order of time, the empty ones too. */
  readonly bars: readonly Bar[];
  /** What the top of the chart stands for: a round number. */
  readonly top: number;
  /** How many requests there were, by colour. */
  readonly totals: Readonly<Record<Tone, number>>;
  /** What it shows, in a sentence. */
  readonly said: string;
}

/** The chart of these groups, whatever they tell apart. */
export function usageChart(
  groups: readonly UsageGroup[],
  { step, from, to }: Pick<UsageQuery, "step" | "from" | "to">,
): UsageChart {
  const sums = new Map<EpochMs, UsageSums>(stepsBetween(step, from, to).map((at) => [at, {}]));
  const all: UsageSums = {};
  for (const group of groups) {
    const sum = sums.get(group.at) ?? {};
    sums.set(group.at, sum);
    addSums(sum, group.sums);
    addSums(all, group.sums);
  }
  const steps = [...sums].sort(([a], [b]) => a - b);
  const most = Math.max(1, ...steps.map(([, sum]) => requestsIn(sum)));
  const top = roundUp(most);
  const bars = steps.map(([at, sum]): Bar => {
    const counts = countsOf(sum);
    return { name: stepName(step, at), counts, parts: partsOf(counts, top) };
  });
  const totals = countsOf(all);
  return { bars, top, totals, said: sentence(bars, totals) };
}

function countsOf(sums: UsageSums): Record<Tone, number> {
  const { served = 0, exhausted = 0, limited = 0, refused = 0, broken = 0, left = 0 } = sums;
  return { good: served, waiting: exhausted + limited, bad: refused + broken, off: left };
}

function partsOf(counts: Readonly<Record<Tone, number>>, top: number): BarPart[] {
  let y = 100;
  return TONES.flatMap((tone) => {
    const height = rounded(100 * counts[tone] / top);
    y = rounded(y - height);
    return height === 0 ? [] : [{ tone, y, height }];
  });
}

/** A number with few digits, and little room above the highest bar. */
function roundUp(most: number): number {
  const unit = 10 ** Math.floor(Math.log10(most));
  return ([1, 1.2, 1.5, 2, 3, 4, 5, 6, 8].find((n) => n * unit >= most) ?? 10) * unit;
}

function rounded(share: number): number {
  return Math.round(share * 100) / 100;
}

function stepName(step: TimeStep, at: EpochMs): string {
  const iso = new Date(at).toISOString();
  return step === "day" ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${iso.slice(11, 16)}`;
}

function sentence(bars: readonly Bar[], { good, waiting, bad, off }: Bar["counts"]): string {
  const [first, last] = [bars.at(0)?.name ?? "", bars.at(-1)?.name ?? ""];
  return `From ${first} to ${last} UTC: ${good} served, ${waiting} out of quota or over a limit, ` +
    `${bad} refused or broken, ${off} left by their client`;
}
