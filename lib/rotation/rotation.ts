/**
 * Who serves next, for every pool this isolate has in use.
 *
 * What selection needs lives in memory; storage is asked in the background. Every claim of turns also
 * tells whether keys or cooldowns changed elsewhere, and a pool in use looks for that every two
 * seconds. So a change made by one isolate holds in all others within ten seconds at most, and no
 * request waits for storage while its pool is in use.
 *
 * @module
 */

import type { Clock } from "../domain/clock.ts";
import { EVERY_MODEL, type KeyId, type ModelName, type PoolId } from "../domain/ids.ts";
import type { Cooldown, CoolingSubject, Key } from "../domain/key.ts";
import type { Pool } from "../domain/pool.ts";
import type { InBackground, PoolMarks, RotationStore } from "../domain/ports.ts";
import { pickKey } from "./pick_key.ts";
import { type NextReady, ReadyKeys } from "./ready_keys.ts";
import { TurnReserve } from "./turn_reserve.ts";

/** A pool in use asks for changes this often, if no claim has told it. */
const LOOK_EVERY_MS = 2_000;
/** A pool that was not in use for so long waits for news; so long, too, a failure keeps it from waiting. */
const STALE_AFTER_MS = 9_000;

/** Which key serves, or why none does. Callers must look. */
export type Choice =
  | { readonly kind: "key"; readonly key: Key }
  /** Every key of the pool cools for this model. */
  | ({ readonly kind: "cooling" } & NextReady)
  /** The pool has no enabled key, or is gone. */
  | { readonly kind: "empty" }
  /** Every ready key has been tried in this request. */
  | { readonly kind: "spent" };

/** What a choice is about. */
export interface Wanted {
  readonly model: ModelName;
  readonly tried?: ReadonlySet<KeyId> | undefined;
}

/** What rotation is made of. */
export interface RotationParts {
  readonly store: RotationStore;
  readonly clock: Clock;
  readonly inBackground: InBackground;
}

/** The pools in use. */
export interface Rotation {
  /** The pool's rotation; a promise only the first time. Null when there is no such pool. */
  pool(id: PoolId): PoolRotation | null | Promise<PoolRotation | null>;
  /** This process changed the pool: what was known of it is read again before the next choice. */
  changed(id: PoolId): void;
  /** The pools that are loaded. */
  loaded(): Iterable<PoolRotation>;
}

/** Makes a rotation that has no pool in use yet. */
export function createRotation(parts: RotationParts): Rotation {
  const pools = new Map<PoolId, PoolRotation>();
  const loading = new Map<PoolId, Loading>();

  async function load(id: PoolId, pool: PoolRotation): Promise<PoolRotation | null> {
    try {
      if (!await pool.refresh()) return null;
      pools.set(id, pool);
      return pool;
    } finally {
      loading.delete(id);
    }
  }

  function beginLoading(id: PoolId): Loading {
    const pool = new PoolRotation(id, parts);
    const begun = { pool, loaded: load(id, pool) };
    loading.set(id, begun);
    return begun;
  }

  return {
    pool: (id) => pools.get(id) ?? (loading.get(id) ?? beginLoading(id)).loaded,
    changed: (id) => (pools.get(id) ?? loading.get(id)?.pool)?.changed(),
    loaded: () => pools.values(),
  };
}

/** A pool that is being read for the first time. */
interface Loading {
  readonly pool: PoolRotation;
  readonly loaded: Promise<PoolRotation | null>;
}

/** A cooldown of this process that storage may not list yet. */
interface OwnCooldown {
  readonly cooldown: Cooldown;
  /** Lists asked for after so many others have it, or it was ended since. */
  savedBefore: number;
}

/** One pool's rotation in this isolate. */
export class PoolRotation {
  /** Which pool this is. */
  readonly id: PoolId;
  readonly #parts: RotationParts;
  readonly #turns: TurnReserve;
  readonly #ready = new ReadyKeys();
  readonly #own = new Map<string, OwnCooldown>();
  #lists = 0;

  #pool: Pool | null = null;
  #keys: readonly Key[] = [];
  #marks: PoolMarks = { roster: null, cooldowns: null };
  #changes = 0;
  #changesKnown = 0;

  #lookedAtMs = -Infinity;
  #failedAtMs = -Infinity;
  #looking: Promise<void> | null = null;
  #isAwaited = false;

  /** Knows nothing until {@linkcode refresh}. */
  constructor(id: PoolId, parts: RotationParts) {
    this.id = id;
    this.#parts = parts;
    this.#turns = new TurnReserve({
      claim: (count) => parts.store.claimTurns(id, count),
      claimed: ({ marks }) => this.#hear(marks),
      failed: (cause) => parts.inBackground("claim turns", Promise.reject(cause)),
    }, parts.clock);
  }

  /** The pool's settings as last read; null when it was deleted. */
  get pool(): Pool | null {
    return this.#pool;
  }

  /** All its keys, disabled ones too. */
  get keys(): readonly Key[] {
    return this.#keys;
  }

  /** How many keys are not disabled. */
  get enabledCount(): number {
    return this.#ready.enabledCount;
  }

  /** Chooses the key for one attempt. Takes a turn when there is a choice. */
  choose(wanted: Wanted): Choice | Promise<Choice> {
    const nowMs = this.#parts.clock.monotonicMs();
    if (this.#mustWaitForNews(nowMs)) return this.#chooseAfterNews(wanted);
    if (nowMs - this.#lookedAtMs > LOOK_EVERY_MS) this.#look();
    return this.#chooseNow(wanted);
  }

  /** Pauses a key or project here and now. `saving` is the caller's word to storage. */
  cool(cooldown: Cooldown, saving: Promise<unknown>): void {
    const name = ownName(cooldown);
    const own: OwnCooldown = { cooldown, savedBefore: Infinity };
    this.#own.set(name, own);
    this.#ready.cool(cooldown);
    saving.then(
      () => own.savedBefore = this.#lists,
      // Nobody else knows of it, so nobody could end it by hand: it lasts until the next news.
      () => this.#own.get(name) === own && this.#own.delete(name),
    );
  }

  /** Ends a suspicion here and now; storage is the caller's to tell. */
  clearSuspicion(subject: CoolingSubject): void {
    this.#own.delete(ownName({ subject, model: EVERY_MODEL }));
    this.#ready.clearSuspicion(subject);
  }

  /** The last cooldown of a subject for a model, even when it has ended. */
  cooldownOf(subject: CoolingSubject, model: ModelName): Cooldown | null {
    return this.#ready.cooldownOf(subject, model);
  }

  /** This process changed the pool in storage. */
  changed(): void {
    this.#changes += 1;
  }

  /** Reads everything again. False when the pool is gone. */
  async refresh(): Promise<boolean> {
    const changes = this.#changes;
    const list = ++this.#lists;
    this.#lookedAtMs = this.#parts.clock.monotonicMs();
    const [roster, paused] = await Promise.all([
      this.#parts.store.loadRoster(this.id),
      this.#parts.store.loadCooldowns(this.id),
    ]);
    this.#pool = roster?.pool ?? null;
    this.#keys = roster?.keys ?? [];
    this.#ready.setKeys(this.#keys);
    this.#takeCooldowns(paused.cooldowns, list);
    this.#marks = { roster: roster?.mark ?? null, cooldowns: paused.mark };
    this.#changesKnown = changes;
    return roster !== null;
  }

  #chooseNow(wanted: Wanted): Choice | Promise<Choice> {
    const ready = this.#readyFor(wanted.model);
    if (ready.length === 0) return this.#noneReady(wanted.model);
    const turn = this.#turns.take();
    // While the turn was on its way a key may have begun to cool.
    if (typeof turn !== "number") return turn.then((claimed) => this.#chooseWith(claimed, wanted));
    return chosen(ready, turn, wanted.tried);
  }

  #chooseWith(turn: number, { model, tried }: Wanted): Choice {
    const ready = this.#readyFor(model);
    return ready.length === 0 ? this.#noneReady(model) : chosen(ready, turn, tried);
  }

  #readyFor(model: ModelName): readonly Key[] {
    return this.#ready.ready(model, this.#parts.clock.now());
  }

  #noneReady(model: ModelName): Choice {
    const next = this.#ready.nextReady(model, this.#parts.clock.now());
    return next === null ? { kind: "empty" } : { kind: "cooling", ...next };
  }

  async #chooseAfterNews(wanted: Wanted): Promise<Choice> {
    this.#isAwaited = true;
    await this.#look();
    // A look that was under way may have begun before our own change: then another is due.
    if (this.#mustWaitForNews(this.#parts.clock.monotonicMs())) await this.#look();
    return this.#chooseNow(wanted);
  }

  /** Whether what is known may be wrong, and storage is likely to know better soon. */
  #mustWaitForNews(nowMs: number): boolean {
    // Storage out of reach must not stop a pool that is known: what is known then goes on serving.
    if (nowMs - this.#failedAtMs <= STALE_AFTER_MS) return false;
    if (this.#changes !== this.#changesKnown) return true;
    return this.#isAwaited || nowMs - this.#lookedAtMs > STALE_AFTER_MS;
  }

  /** A claim brought the marks along. */
  #hear(marks: PoolMarks): void {
    if (this.#differ(marks)) this.#look(marks);
    else this.#lookedAtMs = this.#parts.clock.monotonicMs();
  }

  /** Asks storage for news, once at a time. Never rejects: a failure is logged and tried again. */
  #look(heard: PoolMarks | null = null): Promise<void> {
    if (this.#looking !== null) return this.#looking;
    const news = this.#readNews(heard);
    this.#parts.inBackground("look for changes", news);
    this.#looking = news.then(
      () => this.#failedAtMs = -Infinity,
      () => this.#failedAtMs = this.#parts.clock.monotonicMs(),
    ).then(() => {
      this.#looking = null;
      this.#isAwaited = false;
    });
    return this.#looking;
  }

  /** Compares what storage has with what we know, and reads what differs. */
  async #readNews(heard: PoolMarks | null): Promise<void> {
    this.#lookedAtMs = this.#parts.clock.monotonicMs();
    if (this.#changes !== this.#changesKnown) return void await this.refresh();

    const marks = heard ?? await this.#parts.store.readMarks(this.id);
    if (marks.roster !== this.#marks.roster) return void await this.refresh();
    if (marks.cooldowns !== this.#marks.cooldowns) await this.#readCooldowns();
  }

  async #readCooldowns(): Promise<void> {
    const list = ++this.#lists;
    const { cooldowns, mark } = await this.#parts.store.loadCooldowns(this.id);
    this.#takeCooldowns(cooldowns, list);
    this.#marks = { ...this.#marks, cooldowns: mark };
  }

  #takeCooldowns(cooldowns: readonly Cooldown[], list: number): void {
    for (const [name, { savedBefore }] of this.#own) {
      if (savedBefore < list) this.#own.delete(name);
    }
    const own = [...this.#own.values()].map(({ cooldown }) => cooldown);
    this.#ready.setCooldowns([...cooldowns, ...own]);
  }

  #differ({ roster, cooldowns }: PoolMarks): boolean {
    return roster !== this.#marks.roster || cooldowns !== this.#marks.cooldowns;
  }
}

function chosen(
  ready: readonly Key[],
  turn: number,
  tried: ReadonlySet<KeyId> | undefined,
): Choice {
  const key = pickKey(ready, { turn, tried });
  return key === null ? { kind: "spent" } : { kind: "key", key };
}

function ownName({ subject, model }: Pick<Cooldown, "subject" | "model">): string {
  return `${subject} ${model}`;
}
