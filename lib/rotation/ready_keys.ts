/**
 * Which keys are ready for a model, kept so that asking costs nothing.
 *
 * A pool of 10,000 keys answers as fast as one of ten: the list for a model is worked out once and
 * holds until the next cooldown begins or ends. Models without a cooldown of their own share a list,
 * so that a client who invents model names cannot fill the memory.
 *
 * @module
 */

import { type EpochMs, EVERY_MODEL, type ModelName } from "../domain/ids.ts";
import { type Cooldown, type CoolingSubject, coolingSubjects, type Key } from "../domain/key.ts";

/** What pauses a pool whose keys all cool: the one that ends first. */
export interface NextReady {
  /** When its cooldown ends; a suspicion is named only when nothing else cools. */
  readonly until: EpochMs;
  /** Its reason is what clients and operators hear. */
  readonly cooldown: Cooldown;
}

interface Ready {
  readonly keys: readonly Key[];
  /** The first moment at which the list may be longer. */
  readonly until: EpochMs;
  /** Set when no key is ready though some are enabled. */
  readonly next: NextReady | null;
}

const FOREVER = Infinity as EpochMs;

/** The keys of one pool with their cooldowns. */
export class ReadyKeys {
  #enabled: readonly Key[] = [];
  readonly #cooldowns = new Map<ModelName, Map<CoolingSubject, Cooldown>>();
  readonly #lists = new Map<ModelName, Ready>();

  /** Takes over the pool's keys; disabled ones do not count. */
  setKeys(keys: readonly Key[]): void {
    this.#enabled = keys.filter((key) => key.disabled === null);
    this.#lists.clear();
  }

  /** Takes over the pool's cooldowns, forgetting those known before. */
  setCooldowns(cooldowns: Iterable<Cooldown>): void {
    this.#cooldowns.clear();
    for (const cooldown of cooldowns) this.cool(cooldown);
    this.#lists.clear();
  }

  /** Adds a cooldown; of two for one subject and model the later end wins. */
  cool(cooldown: Cooldown): void {
    const { model, subject } = cooldown;
    const ofModel = this.#cooldowns.get(model) ?? new Map<CoolingSubject, Cooldown>();
    if ((ofModel.get(subject)?.until ?? 0) >= cooldown.until) return;

    this.#cooldowns.set(model, ofModel.set(subject, cooldown));
    if (model === EVERY_MODEL) this.#lists.clear();
    else this.#lists.delete(model);
  }

  /** Ends a suspicion, and no other cooldown. */
  clearSuspicion(subject: CoolingSubject): void {
    const everyModel = this.#cooldowns.get(EVERY_MODEL);
    if (everyModel?.get(subject)?.reason !== "suspect") return;
    everyModel.delete(subject);
    this.#lists.clear();
  }

  /** The cooldown of a subject for a model, running or ended. */
  cooldownOf(subject: CoolingSubject, model: ModelName): Cooldown | null {
    return this.#cooldowns.get(model)?.get(subject) ?? null;
  }

  /** How many keys are not disabled. */
  get enabledCount(): number {
    return this.#enabled.length;
  }

  /** The keys that may serve this model now, in the order of their ids. */
  ready(model: ModelName, now: EpochMs): readonly Key[] {
    if (this.#cooldowns.size === 0) return this.#enabled;
    return this.#list(model, now).keys;
  }

  /** When the first of the cooling keys is ready again; null unless all of them cool. */
  nextReady(model: ModelName, now: EpochMs): NextReady | null {
    return this.#list(model, now).next;
  }

  #list(model: ModelName, now: EpochMs): Ready {
    const name = this.#cooldowns.has(model) ? model : EVERY_MODEL;
    const known = this.#lists.get(name);
    if (known !== undefined && now < known.until) return known;

    const list = this.#workOut(name, now);
    this.#lists.set(name, list);
    return list;
  }

  #workOut(model: ModelName, now: EpochMs): Ready {
    const concerning = [this.#cooldowns.get(model), this.#cooldowns.get(EVERY_MODEL)]
      .filter((ofModel) => ofModel !== undefined);
    const keys: Key[] = [];
    let until = FOREVER;
    let next: Cooldown | null = null;
    for (const key of this.#enabled) {
      const cooldown = longest(key, concerning, now);
      if (cooldown === null) keys.push(key);
      else {
        until = Math.min(until, cooldown.until) as EpochMs;
        if (next === null || promisesMore(cooldown, next)) next = cooldown;
      }
    }
    return { keys, until, next: keys.length > 0 || next === null ? null : nextFrom(next) };
  }
}

function nextFrom(cooldown: Cooldown): NextReady {
  return { until: cooldown.until, cooldown };
}

/** A suspicion ends without a promise: the key may be dead. Any other cooldown ends in a ready key. */
function promisesMore(one: Cooldown, other: Cooldown): boolean {
  const [oneSuspect, otherSuspect] = [one.reason === "suspect", other.reason === "suspect"];
  return oneSuspect === otherSuspect ? one.until < other.until : otherSuspect;
}

/** The cooldown that keeps this key from serving longest; null when none runs. */
function longest(
  key: Key,
  concerning: readonly ReadonlyMap<CoolingSubject, Cooldown>[],
  now: EpochMs,
): Cooldown | null {
  let found: Cooldown | null = null;
  for (const subject of coolingSubjects(key)) {
    for (const ofModel of concerning) {
      const cooldown = ofModel.get(subject);
      if (cooldown && cooldown.until > now && cooldown.until > (found?.until ?? 0)) {
        found = cooldown;
      }
    }
  }
  return found;
}
