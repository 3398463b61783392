/**
 * Short answers: throughput, latency, and what they cost.
 *
 * @module
 */

import type { Cast, Question } from "../cast.ts";
import { type Bench, compare, type Measured } from "../compare.ts";
import { atLeast, atMost, rowOfOne, rowOfPair } from "../rows.ts";
import type { Row } from "../table.ts";

/** Measures everything about short answers. */
export async function measureUnary(bench: Bench, cast: Cast, question: Question): Promise<Row[]> {
  return [
    ...await alone(bench, cast, question),
    ...await steady(bench, cast, question),
    ...await crowded(bench, cast, question),
  ];
}

const rate = ({ perSecond }: Measured) => perSecond;
const p50 = ({ p50Ms }: Measured) => p50Ms;

async function alone(bench: Bench, cast: Cast, question: Question): Promise<Row[]> {
  bench.say("short answers, 1 connection");
  const { direct, bare, metered, unmetered } = cast;
  const forMs = bench.pace.aloneMs;
  const found = await compare(bench, { direct, bare, metered, unmetered }, {
    ...question,
    connections: 1,
    forMs,
  });
  const added = (rounds: readonly Measured[]) =>
    rounds.map(({ p50Ms }, round) => p50Ms - p50(found.direct[round]!));
  return [
    ...ratePair("1 connection", found),
    rowOfPair(
      { measure: "added p50, 1 connection, metered", unit: "ms" },
      { bare: added(found.bare), ours: added(found.metered) },
    ),
    rowOfPair(
      { measure: "added p50, 1 connection, unmetered", unit: "ms" },
      { bare: added(found.bare), ours: added(found.unmetered) },
    ),
  ];
}

async function steady(bench: Bench, cast: Cast, question: Question): Promise<Row[]> {
  bench.say("short answers, 32 connections");
  const { bare, metered, unmetered, keys } = cast;
  const { stage, pace: { forMs } } = bench;
  const kvBefore = await stage.kvCounts();
  const callsBefore = await stage.callsByKey();
  const shape = { ...question, connections: 32, forMs };
  const found = await compare(bench, { bare, metered, unmetered }, shape);
  const kvAfter = await stage.kvCounts();
  const callsAfter = await stage.callsByKey();

  const requests = [...found.metered, ...found.unmetered]
    .reduce((sum, { requests }) => sum + requests, 0);
  const asked = kvAfter.reads - kvBefore.reads + kvAfter.writes - kvBefore.writes;
  const shares = keys.map((key) => callsAfter[key]!.attempts - (callsBefore[key]?.attempts ?? 0));
  return [
    ...ratePair("32 connections", found, { aim: atLeast(1.1) }),
    ...cpuRows(found),
    rowOfOne(
      { measure: "KV operations per 1,000 requests", unit: "", aim: atMost(100) },
      asked / requests * 1_000,
    ),
    rowOfOne(
      { measure: "fairness over 10 keys, most / least", unit: "", aim: atMost(1.02) },
      Math.max(...shares) / Math.min(...shares),
    ),
  ];
}

async function crowded(bench: Bench, cast: Cast, question: Question): Promise<Row[]> {
  bench.say("short answers, 256 connections");
  const { bare, metered, unmetered } = cast;
  const shape = { ...question, connections: 256, forMs: bench.pace.forMs };
  const found = await compare(bench, { bare, metered, unmetered }, shape);
  return ratePair("256 connections", found, { aim: atLeast(1.1) });
}

type Found = Readonly<Record<"bare" | "metered" | "unmetered", readonly Measured[]>>;

function ratePair(
  where: string,
  found: Found,
  aim: { aim?: ReturnType<typeof atLeast> } = {},
): Row[] {
  return (["metered", "unmetered"] as const).map((pool) =>
    rowOfPair(
      { measure: `requests a second, ${where}, ${pool}`, unit: "/s", ...aim },
      { bare: found.bare.map(rate), ours: found[pool].map(rate) },
    )
  );
}

function cpuRows({ bare, metered, unmetered }: Found): Row[] {
  const row = (who: string, ours: readonly Measured[], part: keyof Measured["cpu"]) =>
    rowOfPair({ measure: `CPU per 1,000 requests, ${who}`, unit: "s" }, {
      bare: bare.map(({ cpu }) => cpu[part]),
      ours: ours.map(({ cpu }) => cpu[part]),
    });
  return [
    row("metered", metered, "server"),
    row("unmetered", unmetered, "server"),
    row("the simulator's part", metered, "simulator"),
    row("the load client's part", metered, "client"),
  ];
}
