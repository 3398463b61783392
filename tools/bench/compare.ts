/**
 * Loads targets in turn, in short rounds, so that a machine that slows down slows all of them.
 *
 * @module
 */

import type { LoadOrder, LoadReport } from "./load.ts";
import type { Stage } from "./stage.ts";
import { cpuSeconds } from "./usage_of_process.ts";

/** Someone to load. */
export interface Target {
  readonly origin: string;
  readonly secret: string;
  readonly pid: number;
  /** What is asked of it, where that differs from what the others are asked. */
  readonly asks?: Pick<LoadOrder, "path" | "bodyBytes" | "body">;
}

/** The same for all targets of a comparison. */
export type LoadShape = Pick<LoadOrder, "path" | "connections" | "bodyBytes"> & {
  readonly forMs: number;
  readonly atMost?: number;
};

/** What one load came to. */
export interface Measured extends LoadReport {
  /** Seconds of CPU per 1,000 requests. */
  readonly cpu: { readonly server: number; readonly simulator: number; readonly client: number };
}

/** Where a benchmark plays, how long, and what went wrong so far. */
export interface Bench {
  readonly stage: Stage;
  readonly pace: Pace;
  readonly wrongs: string[];
  /** Says what is being done. */
  say(what: string): void;
}

/** How long everything takes. */
export interface Pace {
  readonly rounds: number;
  /** A load of many connections, and one of a single connection, which settles sooner. */
  readonly forMs: number;
  readonly aloneMs: number;
  readonly rampMs: number;
}

/** Loads every target once per round; each second round goes backwards. */
export async function compare<Name extends string>(
  bench: Bench,
  targets: Readonly<Record<Name, Target>>,
  shape: LoadShape,
): Promise<Record<Name, Measured[]>> {
  const names = Object.keys(targets) as Name[];
  const measured = Object.fromEntries(
    names.map((name) => [name, [] as Measured[]]),
  ) as unknown as Record<Name, Measured[]>;
  for (let round = 0; round < bench.pace.rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      measured[name].push(await measure(bench, targets[name], shape));
    }
  }
  return measured;
}

/** Loads one target once. */
export async function measure(
  { stage, pace, wrongs }: Bench,
  { origin, secret, pid, asks }: Target,
  shape: LoadShape,
): Promise<Measured> {
  const order = { origin, secret, rampMs: pace.rampMs, ...shape, ...asks };
  const pids = [pid, stage.simulator.pid, stage.client.pid];
  const before = await Promise.all(pids.map(cpuSeconds));
  const report = await stage.load(order);
  const after = await Promise.all(pids.map(cpuSeconds));

  const { requests, wrong, firstWrong } = report;
  if (wrong > 0) {
    wrongs.push(
      `${wrong} of ${requests} answers of ${origin}${order.path}, such as: ${firstWrong}`,
    );
  }
  const [server = NaN, simulator = NaN, client = NaN] = after.map((seconds, at) =>
    (seconds - before[at]!) / requests * 1_000
  );
  return { ...report, cpu: { server, simulator, client } };
}
