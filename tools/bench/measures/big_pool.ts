/**
 * A pool of 10,000 keys: choosing among them must not cost more than choosing among ten.
 *
 * @module
 */

import { type Cast, FIRST_KEY_OF, type Question, someKeys, throughPool } from "../cast.ts";
import { type Bench, compare, measure, type Measured } from "../compare.ts";
import { atMost } from "../rows.ts";
import { median, ratiosOf, spreadOf } from "../stats.ts";
import type { Row } from "../table.ts";

const KEYS = 10_000;
/** The first lap opens every secret. */
const LAP_MS = 15_000;

/** Measures what many keys cost. */
export async function measureBigPool(
  bench: Bench,
  { metered: small }: Cast,
  question: Question,
): Promise<Row[]> {
  bench.say(`a pool of ${KEYS} keys`);
  const { stage, pace: { forMs } } = bench;
  const pool = await stage.makePool("big", someKeys("ok", FIRST_KEY_OF.big, KEYS));
  const big = throughPool(stage, pool);
  await measure(bench, big, { ...question, connections: 32, forMs: LAP_MS, atMost: KEYS });

  const found = await compare(bench, { small, big }, { ...question, connections: 32, forMs });
  const cpu = (rounds: readonly Measured[]) => rounds.map(({ cpu }) => cpu.server);
  return [{
    measure: "CPU per 1,000 requests, 10,000 keys (by 10 keys)",
    unit: "s",
    bare: null,
    ours: median(cpu(found.big)),
    ratio: spreadOf(ratiosOf(cpu(found.big), cpu(found.small))),
    aim: atMost(1.1),
  }];
}
