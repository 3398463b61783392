/**
 * Which models are counted by name.
 *
 * Every name that is counted takes room in storage for a year, and a client may send whatever it likes.
 * The promise: a token counts under 200 names a day at most, for each process. Names that Gemini has
 * answered for are told apart before those it has not; what is too much, or looks like a secret that
 * was put in the place of a model, counts as `other`.
 *
 * @module
 */

import type { ModelName, TokenId } from "../domain/ids.ts";
import { redact } from "../domain/redact.ts";
import { NO_MODEL, OTHER_MODELS } from "../domain/usage_store.ts";

/** Names that Gemini answered for, for all tokens together. */
const MAX_PROVEN = 150;
/** Names of one token's that Gemini has not answered for. */
const MAX_UNPROVEN = 40;
/** And of all tokens', because they stand in memory. */
const MAX_UNPROVEN_OF_ALL = 10_000;

/** One use of a name. */
export interface NameUse {
  /** Whose request it is. */
  readonly token: TokenId;
  /** The day it counts for; each has room for other names. */
  readonly day: string;
  /** Whether somebody else than the client knows this model. */
  readonly isProven: boolean;
}

/** The names of one day. */
export class ModelNames {
  readonly #proven = new Set<ModelName>();
  readonly #unproven = new Map<TokenId, Set<ModelName>>();
  #unprovenOfAll = 0;
  #day = "";

  /** The name that a request counts under. */
  nameOf(model: ModelName | null, { token, day, isProven }: NameUse): ModelName {
    if (model === null) return NO_MODEL;
    if (day !== this.#day) this.#beginDay(day);
    if (this.#proven.has(model)) return model;
    if (isProven && this.#proven.size < MAX_PROVEN) {
      this.#proven.add(model);
      return model;
    }
    return redact(model) === model && this.#isRoomFor(model, token) ? model : OTHER_MODELS;
  }

  #isRoomFor(model: ModelName, token: TokenId): boolean {
    const names = this.#unproven.get(token) ?? new Set();
    if (names.has(model)) return true;
    if (names.size >= MAX_UNPROVEN || this.#unprovenOfAll >= MAX_UNPROVEN_OF_ALL) return false;
    this.#unproven.set(token, names.add(model));
    this.#unprovenOfAll += 1;
    return true;
  }

  #beginDay(day: string): void {
    this.#day = day;
    this.#proven.clear();
    this.#unproven.clear();
    this.#unprovenOfAll = 0;
  }
}
