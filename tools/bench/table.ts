/**
 * What was measured, as rows that a person or a program can read.
 *
 * @module
 */

import type { Spread } from "./stats.ts";

/** What we hope for. A miss is told, and is no error. */
export interface Aim {
  readonly is: "at least" | "at most";
  readonly value: number;
}

/** One measure. Where there is a ratio it is ours by bare, and the aim is about it; else about ours. */
export interface Row {
  readonly measure: string;
  readonly unit: string;
  /** Null where the bare proxy has nothing to compare, NaN where this machine cannot tell. */
  readonly bare: number | null;
  readonly ours: number;
  readonly ratio: Spread | null;
  readonly aim: Aim | null;
}

/** Whether a row is what we hope for; null where nothing is hoped for, or nothing was measured. */
export function isMet({ ours, ratio, aim }: Row): boolean | null {
  const value = ratio?.median ?? ours;
  if (aim === null || Number.isNaN(value)) return null;
  return aim.is === "at least" ? value >= aim.value : value <= aim.value;
}

/** The rows as a table for a terminal. */
export function formatTable(rows: readonly Row[]): string {
  const cells = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)
    )
      .join("  ").trimEnd();
  return cells.map((row) => `${line(row)}\n`).join("");
}

const HEAD = ["", "bare", "ours", "", "ratio", "from – to", "aim", ""];

function cellsOf(row: Row): string[] {
  const { measure, unit, bare, ours, ratio, aim } = row;
  const met = isMet(row);
  return [
    measure,
    bare === null ? "" : formatNumber(bare),
    formatNumber(ours),
    unit,
    ratio === null ? "" : ratioText(ratio.median),
    ratio === null || Number.isNaN(ratio.median)
      ? ""
      : `${ratioText(ratio.least)} – ${ratioText(ratio.most)}`,
    aim === null ? "" : `${aim.is === "at least" ? "≥" : "≤"} ${aim.value}`,
    met === null ? "" : met ? "met" : "missed",
  ];
}

/** A number with about three digits that count, or what stands for one that is not known. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return "n/a";
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 3;
  return value.toLocaleString("en", { maximumFractionDigits: digits });
}

function ratioText(ratio: number): string {
  return Number.isNaN(ratio) ? "n/a" : ratio.toFixed(2);
}
