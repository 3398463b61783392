/**
 * Who serves next in one pool, as far as this isolate knows.
 *
 * What selection needs lives in memory; storage is asked in the background. Every claim of turns also
 * tells whether keys or cooldowns changed elsewhere, and a pool in use looks for that every two
 * seconds. So a change made by one isolate holds in all others within ten seconds at most, and no
 * request waits for storage while its pool is in use.
 *
 * @module
 */

import type { Clock } from "../domain/clock.ts";
import type { KeyId, ModelName, PoolId } from "../domain/ids.ts";
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
  /** Keys that cool for it are left out. */
  readonly model: ModelName;
  /** Keys this request has tried; none of them is chosen again. */
  readonly tried?: ReadonlySet<KeyId> | undefined;
  /** Serves though it is not its turn, if it is ready and has not been tried. */
  readonly preferred?: KeyId | undefined;
}

/** What rotation is made of. */
export interface RotationParts {
  /** Asked behind the answers while a pool is in use. */
  readonly store: RotationStore;
  /** Wall clock for cooldowns, monotonic clock for the age of what is known. */
  readonly clock: Clock;
  /** Takes claims and looks for changes; a shutdown waits for them. */
  readonly inBackground: InBackground;
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
  readonly #own = new Set<OwnCooldown>();
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
      claim: (count) => {
        const claiming = parts.store.claimTurns(id, count);
        // Nobody waits for a claim made ahead, but a shutdown has to; a failure is told there too.
        parts.inBackground("claim turns", claiming);
        return claiming;
      },
      claimed: ({ marks }) => this.#hear(marks),
      failed: () => {},
    }, parts.clock);
  }

  /** The pool's settings as last read; null when it was deleted. */
  get pool(): Pool | null {
    return this.#pool;
  }

  /** The pool's settings, as new as a choice would find them: a change of this process is in them. */
  settings(): Pool | null | Promise<Pool | null> {
    const nowMs = this.#parts.clock.monotonicMs();
    if (this.#mustWaitForNews(nowMs)) return this.#news().then(() => this.#pool);
    if (nowMs - this.#lookedAtMs > LOOK_EVERY_MS) this.#look();
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
    const own: OwnCooldown = { cooldown, savedBefore: Infinity };
    this.#own.add(own);
    this.#ready.cool(cooldown);
    saving.then(
      () => own.savedBefore = this.#lists,
      // Nobody else knows of it, so nobody could end it by hand: it lasts until the next news.
      () => this.#own.delete(own),
    );
  }

  /** Ends a suspicion here and now; storage is the caller's to tell. */
  clearSuspicion(subject: CoolingSubject): void {
    for (const own of this.#own) {
      const { cooldown } = own;
      if (cooldown.subject === subject && cooldown.reason === "suspect") this.#own.delete(own);
    }
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
    this.#lookedAtMs = this.#parts.clock.monotonicMs();
    await Promise.all([this.#readRoster(), this.#readCooldowns()]);
    this.#changesKnown = changes;
    return this.#pool !== null;
  }

  #chooseNow(wanted: Wanted): Choice | Promise<Choice> {
    const ready = this.#readyFor(wanted.model);
    if (ready.length === 0) return this.#noneReady(wanted.model);
    const turn = this.#turns.take();
    if (typeof turn !== "number") return this.#chooseLater(turn, wanted);
    return chosen(ready, turn, wanted);
  }

  /** While a turn is on its way a key may begin to cool, or be taken out. */
  async #chooseLater(claiming: Promise<number>, wanted: Wanted): Promise<Choice> {
    const turn = await claiming;
    await this.#news();
    const ready = this.#readyFor(wanted.model);
    return ready.length === 0 ? this.#noneReady(wanted.model) : chosen(ready, turn, wanted);
  }

  #readyFor(model: ModelName): readonly Key[] {
    return this.#ready.ready(model, this.#parts.clock.now());
  }

  #noneReady(model: ModelName): Choice {
    const next = this.#ready.nextReady(model, this.#parts.clock.now());
    return next === null ? { kind: "empty" } : { kind: "cooling", ...next };
  }

  async #chooseAfterNews(wanted: Wanted): Promise<Choice> {
    await this.#news();
    return this.#chooseNow(wanted);
  }

  /** Resolves when what is known is new enough. */
  async #news(): Promise<void> {
    // A look that is under way may have begun before our own change: then another is due.
    for (let looks = 0; looks < 2; looks++) {
      if (!this.#mustWaitForNews(this.#parts.clock.monotonicMs())) return;
      const look = this.#look();
      this.#isAwaited = true;
      await look;
    }
  }

  /** Whether what is known may be wrong, and storage is likely to know better soon. */
  #mustWaitForNews(nowMs: number): boolean {
    // Storage out of reach must not stop a pool that is known: what is known then goes on serving.
    if (nowMs - this.#failedAtMs <= STALE_AFTER_MS) return false;
    if (this.#changes !== this.#changesKnown) return true;
    if (this.#looking !== null) return this.#isAwaited;
    return nowMs - this.#lookedAtMs > STALE_AFTER_MS;
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

  /** Taken over as soon as it is read, whatever else fails: storage opens only keys of its last lists. */
  async #readRoster(): Promise<void> {
    const roster = await this.#parts.store.loadRoster(this.id);
    this.#pool = roster?.pool ?? null;
    this.#keys = roster?.keys ?? [];
    this.#ready.setKeys(this.#keys);
    this.#marks = { ...this.#marks, roster: roster?.mark ?? null };
  }

  async #readCooldowns(): Promise<void> {
    const list = ++this.#lists;
    const { cooldowns, mark } = await this.#parts.store.loadCooldowns(this.id);
    this.#takeCooldowns(cooldowns, list);
    this.#marks = { ...this.#marks, cooldowns: mark };
  }

  #takeCooldowns(cooldowns: readonly Cooldown[], list: number): void {
    for (const own of this.#own) {
      if (own.savedBefore < list) this.#own.delete(own);
    }
    this.#ready.setCooldowns([...cooldowns, ...[...this.#own].map(({ cooldown }) => cooldown)]);
  }

  #differ({ roster, cooldowns }: PoolMarks): boolean {
    return roster !== this.#marks.roster || cooldowns !== this.#marks.cooldowns;
  }
}

function chosen(
  ready: readonly Key[],
  turn: number,
  { tried, preferred }: Wanted,
): Choice {
  const first = preferred === undefined || tried?.has(preferred)
    ? undefined
    : ready.find(({ id }) => id === preferred);
  const key = first ?? pickKey(ready, { turn, tried });
  return key === null ? { kind: "spent" } : { kind: "key", key };
}
