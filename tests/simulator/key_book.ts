/**
 * Remembers every key: how it behaves, whose project it is, and its calls.
 *
 * @module
 */

import type { SimulatorOptions } from "./contract.ts";
import { wayOf } from "./sim_keys.ts";
import { Tally } from "./tally.ts";
import { type KeyWays, type Way, wayList } from "./ways.ts";

/** One key. */
export interface KeyRecord {
  readonly secret: string;
  /** A project number, or the name that a test gave. */
  project: string;
  ways: readonly Way[];
  /** How many ways of the list have been used. */
  step: number;
  /** How many calls met a `flaky` way. */
  flaked: number;
  tally: Tally;
}

/** All keys, by secret. */
export class KeyBook {
  #records = new Map<string, KeyRecord>();
  #options: Pick<SimulatorOptions, "keys" | "projects">;

  constructor(options: Pick<SimulatorOptions, "keys" | "projects">) {
    this.#options = options;
    this.reset();
  }

  /** The record of a key; made when it is seen for the first time. */
  of(secret: string): KeyRecord {
    const known = this.#records.get(secret);
    if (known !== undefined) return known;
    const record: KeyRecord = {
      secret,
      project: this.#options.projects?.[secret] ?? projectOf(secret),
      ways: wayList(this.#options.keys?.[secret] ?? wayOf(secret) ?? "invalid"),
      step: 0,
      flaked: 0,
      tally: new Tally(),
    };
    this.#records.set(secret, record);
    return record;
  }

  /** Gives a key new ways, from the first of them. */
  setWays(secret: string, ways: KeyWays): void {
    Object.assign(this.of(secret), { ways: wayList(ways), step: 0, flaked: 0 });
  }

  /** Every key seen or set. */
  all(): IterableIterator<KeyRecord> {
    return this.#records.values();
  }

  /** Starts anew, with the keys of the options. */
  reset(): void {
    this.#records.clear();
    for (const secret of Object.keys(this.#options.keys ?? {})) this.of(secret);
  }
}

/** Takes the way for a key's next call; the last one repeats. */
export function nextWay(key: KeyRecord): Way {
  const way = key.ways[Math.min(key.step, key.ways.length - 1)];
  key.step++;
  return way!;
}

function projectOf(secret: string): string {
  // Google numbers projects with twelve digits; any number will do that stays with the key.
  let number = 7;
  for (const letter of secret) number = (number * 31 + letter.charCodeAt(0)) % 899_999_999_981;
  return String(100_000_000_000 + number);
}
