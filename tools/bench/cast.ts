/**
 * Who is loaded in most comparisons, and with what.
 *
 * @module
 */

import { simKey } from "../../tests/simulator/simulator.ts";
import type { BenchPool } from "./admin_client.ts";
import type { Target } from "./compare.ts";
import { EVENTS, ONE_KEY, ONE_STREAM_KEY, type Stage } from "./stage.ts";

/** One kind of answer, through every way to get it. */
export interface Cast {
  readonly direct: Target;
  readonly bare: Target;
  readonly metered: Target;
  readonly unmetered: Target;
  /** The keys of the metered pool. */
  readonly keys: readonly string[];
}

/** What is asked for, and how long a good answer is. */
export interface Question {
  readonly path: string;
  readonly bodyBytes: number;
}

/** How many keys a usual pool has. */
export const USUAL_KEYS = 10;
/** Where the simulator's good keys are counted from, so that no two pools share one. */
export const FIRST_KEY_OF = { usual: 1, fault: 101, big: 1_001 } as const;

const MODEL = "/v1beta/models/gemini-2.5-flash";
const UNARY = `${MODEL}:generateContent`;
const STREAM = `${MODEL}:streamGenerateContent?alt=sse`;

/** The cast for short answers, and the one for long streams. */
export async function castFor(stage: Stage): Promise<{ short: Cast; long: Cast }> {
  return {
    short: await castOf(stage, "ok", ONE_KEY),
    long: await castOf(stage, `ok-${EVENTS}`, ONE_STREAM_KEY),
  };
}

async function castOf(stage: Stage, way: "ok" | `ok-${number}`, oneKey: string): Promise<Cast> {
  const keys = someKeys(way, FIRST_KEY_OF.usual, 2 * USUAL_KEYS);
  const metered = await stage.makePool(`${way} metered`, keys.slice(0, USUAL_KEYS));
  const unmetered = await stage.makePool(`${way} unmetered`, keys.slice(USUAL_KEYS), {
    metering: false,
  });
  return {
    direct: { ...stage.simulator, secret: oneKey },
    bare: { ...stage.bare, secret: oneKey },
    metered: throughPool(stage, metered),
    unmetered: throughPool(stage, unmetered),
    keys: metered.keys,
  };
}

/** Our service, with a pool's token. */
export function throughPool({ service }: Stage, { token }: BenchPool): Target {
  return { ...service, secret: token };
}

/** So many secrets of keys that behave alike. */
export function someKeys(
  way: Parameters<typeof simKey>[0],
  first: number,
  count: number,
): string[] {
  return Array.from({ length: count }, (_, index) => simKey(way, first + index));
}

/** What is asked for. Answers are all alike, so that a wrong one shows by its length. */
export async function learnQuestions(
  stage: Stage,
): Promise<{ short: Question; shortStream: Question; longStream: Question }> {
  return {
    short: await learn(stage, { path: UNARY, key: ONE_KEY, events: 0 }),
    shortStream: await learn(stage, { path: STREAM, key: ONE_KEY, events: 4 }),
    longStream: await learn(stage, { path: STREAM, key: ONE_STREAM_KEY, events: EVENTS }),
  };
}

async function learn(
  { simulator }: Stage,
  { path, key, events }: { path: string; key: string; events: number },
): Promise<Question> {
  const response = await fetch(simulator.origin + path, {
    method: "POST",
    headers: { "x-goog-api-key": key, "content-type": "application/json" },
    body: "{}",
  });
  const text = await response.text();
  const found = text.split("data: ").length - 1;
  if (!response.ok || found !== events) {
    throw new Error(`Cannot use the simulator: it answered ${response.status}, ${found} events`);
  }
  return { path, bodyBytes: new TextEncoder().encode(text).length };
}
