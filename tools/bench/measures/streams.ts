/**
 * Streams: how soon they begin, and how fast they run.
 *
 * @module
 */

import type { Cast, Question } from "../cast.ts";
import { type Bench, compare, type Measured } from "../compare.ts";
import { atLeast, rowOfPair } from "../rows.ts";
import { EVENTS } from "../stage.ts";
import type { Row } from "../table.ts";

const STREAMS = 16;

/** How long the first byte of a stream takes, beyond what Gemini takes. */
export async function measureFirstByte(
  bench: Bench,
  { direct, bare, metered, unmetered }: Cast,
  question: Question,
): Promise<Row[]> {
  bench.say("first byte of a stream");
  const found = await compare(bench, { direct, bare, metered, unmetered }, {
    ...question,
    connections: 1,
    forMs: bench.pace.aloneMs,
  });
  const added = (rounds: readonly Measured[]) =>
    rounds.map(({ firstByteP50Ms }, at) => firstByteP50Ms - found.direct[at]!.firstByteP50Ms);
  return (["metered", "unmetered"] as const).map((pool) =>
    rowOfPair(
      { measure: `added first byte p50, streams, ${pool}`, unit: "ms" },
      { bare: added(found.bare), ours: added(found[pool]) },
    )
  );
}

/** How many events a second pass when the upstream sends as fast as it can. */
export async function measureEvents(
  bench: Bench,
  { bare, metered, unmetered }: Cast,
  question: Question,
): Promise<Row[]> {
  bench.say(`${STREAMS} long streams`);
  const { bodyBytes } = question;
  const shape = { ...question, connections: STREAMS, forMs: bench.pace.forMs };
  const found = await compare(bench, { bare, metered, unmetered }, shape);
  const events = ({ bytesPerSecond }: Measured) => bytesPerSecond / bodyBytes * EVENTS;
  return ([["metered", 0.45], ["unmetered", 0.95]] as const).map(([pool, aim]) =>
    rowOfPair(
      {
        measure: `events a second, ${STREAMS} streams, ${pool}`,
        unit: "/s",
        aim: atLeast(aim),
      },
      { bare: found.bare.map(events), ours: found[pool].map(events) },
    )
  );
}
