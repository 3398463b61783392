/**
 * Rotation, health and storage under everything that can happen to them at once.
 *
 * A failure names its seed; `SEED=123 deno test -A tests/simulation` plays that one again and writes
 * down all that happened. `SEEDS=10000` plays more of them.
 *
 * @module
 */

import { World } from "./world.ts";

const STEPS = 200;
const SEEDS_PER_TEST = 50;
const only = Deno.env.get("SEED");
const seeds = only === undefined
  ? Array.from({ length: Number(Deno.env.get("SEEDS") ?? 600) }, (_, seed) => seed)
  : [Number(only)];

/** Plays one seed to its end. */
async function play(seed: number): Promise<void> {
  const world = new World(seed);
  try {
    await world.begin();
    for (let step = 0; step < STEPS; step++) await world.step();
    await world.end();
  } catch (cause) {
    const story = world.log.slice(only === undefined ? -5 : 0).join("\n  ");
    throw new Error(`seed=${seed} went wrong: ${cause}\n  ${story}`, { cause });
  }
}

for (let from = 0; from < seeds.length; from += SEEDS_PER_TEST) {
  const some = seeds.slice(from, from + SEEDS_PER_TEST);
  Deno.test(`every promise of rotation holds, whatever happens: seeds ${some[0]} to ${some.at(-1)}`, async () => {
    for (const seed of some) await play(seed);
  });
}
