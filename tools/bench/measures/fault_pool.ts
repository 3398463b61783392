/**
 * A pool half of whose keys do not work: clients must not notice, and dead keys must be left alone.
 *
 * @module
 */

import { simKey } from "../../../tests/simulator/simulator.ts";
import { FIRST_KEY_OF, type Question, someKeys, throughPool } from "../cast.ts";
import { type Bench, measure } from "../compare.ts";
import { atLeast, atMost, rowOfOne } from "../rows.ts";
import type { Stage } from "../stage.ts";
import type { Row } from "../table.ts";

const DEAD = [...someKeys("invalid", 1, 3), ...someKeys("exhausted-day", 1, 2)];
/** Fails with 503 every fourth time, which is nobody's fault. */
const FLAKY = simKey("flaky-4");
const GOOD = someKeys("ok", FIRST_KEY_OF.fault, 4);

const WARM_UP = { connections: 8, forMs: 2_000, atMost: 500 };
/** What the warm-up taught is confirmed by a probe and stored meanwhile. */
const SETTLE_MS = 1_000;

/** Measures what faulty keys cost. */
export async function measureFaultPool(bench: Bench, { path }: Question): Promise<Row[]> {
  bench.say("a pool with faulty keys");
  const { stage, pace: { forMs } } = bench;
  const target = throughPool(stage, await stage.makePool("faults", [...DEAD, FLAKY, ...GOOD]));
  // The flaky key's answers are not prebuilt, so lengths differ; the status is what counts here.
  const question = { path, bodyBytes: null };
  const cold = await measure(bench, target, { ...question, ...WARM_UP });
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));

  const before = await attempts(stage);
  const warm = await measure(bench, target, { ...question, connections: 32, forMs });
  const after = await attempts(stage);

  const asked = cold.requests + warm.requests;
  return [
    rowOfOne(
      { measure: "faulty keys: share of requests answered", unit: "", aim: atLeast(1) },
      (asked - cold.wrong - warm.wrong) / asked,
    ),
    rowOfOne(
      { measure: "faulty keys: attempts per request, warm", unit: "", aim: atMost(1.1) },
      (after.all - before.all) / warm.requests,
    ),
    rowOfOne(
      { measure: "faulty keys: attempts on dead keys, warm", unit: "", aim: atMost(0) },
      after.dead - before.dead,
    ),
  ];
}

async function attempts(stage: Stage): Promise<{ all: number; dead: number }> {
  const calls = await stage.callsByKey();
  const sum = (keys: readonly string[]) =>
    keys.reduce((sum, key) => sum + (calls[key]?.attempts ?? 0), 0);
  const dead = sum(DEAD);
  return { dead, all: dead + sum([FLAKY, ...GOOD]) };
}
