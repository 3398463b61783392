/**
 * The `$defs` of a tidied schema: every target of a reference under one plain name.
 *
 * Definitions may stand anywhere in what a client sends: in `definitions`, under a property, behind an
 * id. Here each gets a place under `#/$defs`, with a name that needs no escaping.
 *
 * @module
 */

import type { JsonRecord } from "./json.ts";
import { isRecord } from "./json.ts";
import { nameOfReference } from "./references.ts";

/** Names definitions and remembers which of them are in use. */
export class Definitions {
  /** Targets in use, in the order of their first use; it may grow while it is walked. */
  readonly used = new Set<JsonRecord>();
  readonly #root: JsonRecord;
  readonly #names = new Map<JsonRecord, string>();
  readonly #taken = new Set<string>();

  /** Those of `root`, which keep their names and their order. */
  constructor(root: JsonRecord) {
    this.#root = root;
    for (const declared of [root.$defs, root.definitions].filter(isRecord)) {
      for (const [name, schema] of Object.entries(declared)) {
        if (isRecord(schema)) this.#name(schema, name);
      }
    }
  }

  /** How to refer to a target, which is in use from now on. */
  refer(target: JsonRecord, reference: string): string {
    if (target === this.#root) return "#";
    this.used.add(target);
    return `#/$defs/${this.#names.get(target) ?? this.#name(target, nameOfReference(reference))}`;
  }

  /** What is written for the used targets, by name. */
  entries<T>(written: ReadonlyMap<JsonRecord, T>): Record<string, T> {
    return Object.fromEntries(
      [...this.#names].flatMap(([target, name]) => {
        const schema = written.get(target);
        return schema === undefined ? [] : [[name, schema]];
      }),
    );
  }

  #name(target: JsonRecord, wanted: string): string {
    const plain = wanted.replace(/[^\w.-]/g, "_") || "schema";
    let name = plain;
    for (let number = 2; this.#taken.has(name); number++) name = `${plain}_${number}`;
    this.#taken.add(name);
    this.#names.set(target, name);
    return name;
  }
}
