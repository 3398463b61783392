/**
 * Measures what our service costs, against the least a proxy can cost on the same machine.
 *
 *     deno task bench [--quick] [--json] [--profile DIR]
 *
 * Only ratios are worth reading: machines differ, and this one does other things meanwhile. An aim that
 * is missed is told; the exit code is 1 only when something was answered wrongly. `--profile` leaves a
 * CPU profile of our service in a folder, and slows it down.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { castFor, learnQuestions } from "./bench/cast.ts";
import { type Bench, measure, type Pace } from "./bench/compare.ts";
import { measureBigPool } from "./bench/measures/big_pool.ts";
import { measureChat, measureChatEvents, measureChatFirstByte } from "./bench/measures/chat.ts";
import { measureFaultPool } from "./bench/measures/fault_pool.ts";
import { measureMemory } from "./bench/measures/memory.ts";
import { measureEvents, measureFirstByte } from "./bench/measures/streams.ts";
import { measureUnary } from "./bench/measures/unary.ts";
import { openStage } from "./bench/stage.ts";
import { formatTable, isMet, type Row } from "./bench/table.ts";

const THOROUGH: Pace = { rounds: 5, forMs: 1_500, aloneMs: 900, rampMs: 150 };
const QUICK: Pace = { rounds: 3, forMs: 500, aloneMs: 350, rampMs: 100 };
const WARM_UP_MS = 800;

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    profile: { type: "string" },
  },
});

// Whoever has a proxy in the environment does not want us to measure it.
Deno.env.set("NO_PROXY", "127.0.0.1");

const interruption = listenForInterruption();
await using stage = await openStage({ profileDir: options.profile });
const bench: Bench = {
  stage,
  pace: options.quick ? QUICK : THOROUGH,
  wrongs: [],
  say: (what) => console.error(`… ${what}`),
};
const rows = await Promise.race([measureAll(bench), interruption.promise]);
interruption.ignore();
Deno.exitCode = rows === null ? 130 : report(rows, bench.wrongs);

/** Prints everything; returns the exit code. */
function report(rows: readonly Row[], wrongs: readonly string[]): number {
  if (options.json) {
    console.log(JSON.stringify({ rows: rows.map((row) => ({ ...row, met: isMet(row) })), wrongs }));
  } else {
    console.log(`\n${formatTable(rows)}`);
  }
  for (const wrong of wrongs) console.error(`wrong: ${wrong}`);
  return wrongs.length > 0 ? 1 : 0;
}

async function measureAll(bench: Bench): Promise<Row[]> {
  const { short, long } = await castFor(bench.stage);
  const questions = await learnQuestions(bench.stage);
  bench.say("warming up");
  for (const target of [short.direct, short.bare, short.metered, short.unmetered]) {
    await measure(bench, target, { ...questions.short, connections: 32, forMs: WARM_UP_MS });
  }
  for (const target of [long.bare, long.metered, long.unmetered]) {
    await measure(bench, target, { ...questions.longStream, connections: 4, forMs: WARM_UP_MS });
  }
  return [
    ...await measureUnary(bench, short, questions.short),
    ...await measureFirstByte(bench, short, questions.shortStream),
    ...await measureEvents(bench, long, questions.longStream),
    ...await measureChat(bench, short, questions.short),
    ...await measureChatFirstByte(bench, short, questions.shortStream),
    ...await measureChatEvents(bench, long, questions.longStream),
    ...await measureMemory(bench, "after all that"),
    ...await measureFaultPool(bench, questions.short),
    ...await measureBigPool(bench, short, questions.short),
  ];
}

/** A promise that comes true when someone wants us to stop. */
function listenForInterruption(): { readonly promise: Promise<null>; ignore(): void } {
  const { promise, resolve } = Promise.withResolvers<null>();
  const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  const stop = () => resolve(null);
  for (const signal of signals) Deno.addSignalListener(signal, stop);
  return {
    promise,
    ignore() {
      for (const signal of signals) Deno.removeSignalListener(signal, stop);
    },
  };
}
