/**
 * A pool, a Gemini, a KV that misbehaves and some isolates, in which everything that happens follows
 * from one seed.
 *
 * @module
 */

import assert from "node:assert/strict";
import { EVERY_MODEL, type KeyId, type PoolId } from "../../lib/domain/ids.ts";
import { coolingSubjects, type Key } from "../../lib/domain/key.ts";
import type { KeyVerdict } from "../../lib/domain/outcome.ts";
import type { ProbeVerdict } from "../../lib/domain/ports.ts";
import { KeyHealth } from "../../lib/relay/key_health.ts";
import type { Kv } from "../../lib/storage/kv.ts";
import { anIsolate, type Isolate } from "../rotation/isolate.ts";
import { aSecret, seededRandom } from "../support/builders.ts";
import { type HandClock, handClock } from "../support/hand_clock.ts";
import { type Meddle, memoryKv } from "../support/kv.ts";
import { Oracle, type Witness } from "./oracle.ts";

const MODELS = ["gemini-2.5-pro", "gemini-2.5-flash"];
const PROJECTS = [null, null, "north", "south"];
const MAX_ATTEMPTS = 4;
/** The longest that an operation of a storage out of order takes. */
const SLOWEST_MS = 5_000;
const NONE: KeyVerdict = { kind: "none" };

/** One isolate, and what the oracle knows of it. */
interface Player {
  readonly witness: Witness;
  readonly isolate: Isolate;
  readonly health: KeyHealth;
  /** What it has begun and not ended. */
  readonly underWay: Set<Promise<unknown>>;
  /** It was killed: nothing that it does counts any more. */
  isGone: boolean;
}

/** What Gemini thinks of a key. */
interface Truth {
  isDead: boolean;
  /** When each model has quota again. */
  readonly emptyUntil: Map<string, number>;
}

/** Everything, made from a seed. */
export class World {
  /** What happened, for whoever has to find out why it went wrong. */
  readonly log: string[] = [];
  readonly #random: () => number;
  readonly #clock: HandClock = handClock();
  readonly #oracle: Oracle = new Oracle(this.#clock);
  readonly #kv: Kv = memoryKv();
  readonly #truth = new Map<string, Truth>();
  readonly #faults: unknown[] = [];
  #players: Player[] = [];
  #pool = "" as PoolId;
  #started = 0;
  #secrets = 0;

  /** Nothing happens before {@linkcode begin}. */
  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  /** A pool with some keys, and one to three isolates. */
  async begin(): Promise<void> {
    this.#players = Array.from({ length: 1 + this.#upTo(3) }, () => this.#start());
    const { pools } = this.#anyone().isolate;
    this.#pool = (await this.#done(pools.create({ name: "pool", metering: true }))).id;
    for (let n = this.#upTo(6); n >= 0; n--) await this.#addKey();
  }

  /** Something happens, and then some time passes. */
  async step(): Promise<void> {
    await this.#something();
    const ms = this.#chance(0.05) ? 1_200_000 * this.#random() : 1_500 * this.#random();
    await this.#pass(Math.floor(ms));
    this.#throwFaults();
  }

  /** Everything works again, and after a while all isolates agree with storage about every key. */
  async end(): Promise<void> {
    for (const player of this.#players) this.#heal(player);
    await this.#pass(60_000);
    await this.#done(this.#anyone().isolate.pools.update(this.#pool, { name: "ended" }));
    for (let second = 0; second < 12; second++) {
      for (const player of this.#players) this.#request(player, "a-model-nobody-knows");
      await this.#pass(1_000);
    }
    await this.#pass(60_000);
    for (const { underWay } of this.#players) {
      assert.equal(underWay.size, 0, "somebody still waits");
    }
    this.#throwFaults();
    await this.#checkKeys();
    for (const player of this.#players) await this.#checkAgreement(player);
  }

  async #something(): Promise<void> {
    const dice = this.#random();
    if (dice < 0.50) this.#burst();
    else if (dice < 0.62) this.#drain();
    else if (dice < 0.68) this.#beginFault();
    else if (dice < 0.74) this.#heal(this.#anyone());
    else if (dice < 0.77) await this.#addKey();
    else if (dice < 0.79) await this.#deleteKey();
    else if (dice < 0.84) await this.#switchKey();
    else if (dice < 0.89) await this.#wakeKey();
    else if (dice < 0.94) this.#decide({ isDead: this.#chance(0.6) });
    else if (dice < 0.96) this.#revisit();
    else if (dice < 0.98) this.#restart();
    else if (dice < 0.99) this.#setClock();
  }

  // What clients do.

  #burst(): void {
    const [player, model] = [this.#anyone(), this.#pick(MODELS)];
    this.#note(`burst at ${player.witness.number} for ${model}`);
    for (let n = this.#upTo(4); n >= 0; n--) this.#request(player, model);
  }

  #request(player: Player, model: string): void {
    this.#track(
      player,
      this.#answer(player, model).catch((fault) => {
        if (!player.isGone && !isStorageFault(fault)) this.#faults.push(fault);
      }),
    );
  }

  async #answer(player: Player, model: string): Promise<void> {
    const { isolate, health, witness } = player;
    const pool = await isolate.rotation.pool(this.#pool);
    if (pool === null) return;
    const tried = new Set<KeyId>();
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const choosing = pool.choose({ model, tried });
      const choice = choosing instanceof Promise ? await choosing : choosing;
      if (player.isGone || choice.kind === "spent") return;
      if (choice.kind !== "key") return this.#oracle.mayCool(choice, model, witness);

      const { key } = choice;
      this.#note(`${witness.number} calls ${key.id} of ${key.project} for ${model}`);
      this.#oracle.mayCall(key, model, witness);
      tried.add(key.id);
      const verdict = this.#ask(await isolate.health.openSecret(key), model);
      await this.#clock.sleep(Math.ceil(2_000 * this.#random() ** 3));
      if (player.isGone) return;
      health.apply(verdict, { pool, key, model });
      if (verdict === NONE) return;
    }
  }

  // What Gemini does.

  #ask(secret: string, model: string): KeyVerdict {
    const { isDead, emptyUntil } = this.#truthOf(secret);
    if (isDead || this.#chance(0.01)) return { kind: "dead", reason: "invalid" };
    if (this.#chance(0.02)) return { kind: "suspect" };
    const ms = (emptyUntil.get(model) ?? 0) - this.#clock.now();
    if (ms <= 0) return NONE;
    return this.#chance(0.2)
      ? { kind: "cool", pause: { kind: "backoff" }, models: [], reason: "quota" }
      : { kind: "cool", pause: { kind: "delay", ms }, models: [], reason: "minute_quota" };
  }

  async #probe(secret: string): Promise<ProbeVerdict> {
    await this.#clock.sleep(Math.floor(300 * this.#random()));
    if (this.#chance(0.2)) return { verdict: "inconclusive", why: "503" };
    const { isDead } = this.#truthOf(secret);
    this.#oracle.probed(fingerprintOf(secret), { isBad: isDead });
    if (!isDead) return { verdict: "good", why: "200" };
    return { verdict: "bad", why: "API_KEY_INVALID", reason: "invalid" };
  }

  #drain(): void {
    const [secret, model] = [this.#anySecret(), this.#pick(MODELS)];
    const until = this.#clock.now() + Math.floor(this.#random() * 120_000);
    this.#note(`${secret} has no quota for ${model} until ${until}`);
    this.#truthOf(secret).emptyUntil.set(model, until);
  }

  #decide({ isDead }: Pick<Truth, "isDead">): void {
    const secret = this.#anySecret();
    this.#note(`${secret} ${isDead ? "dies" : "lives"}`);
    this.#truthOf(secret).isDead = isDead;
  }

  #truthOf(secret: string): Truth {
    const truth = this.#truth.get(secret) ?? { isDead: false, emptyUntil: new Map() };
    this.#truth.set(secret, truth);
    return truth;
  }

  // What operators do.

  async #addKey(): Promise<void> {
    const player = this.#anyone();
    const { number } = player.witness;
    const secret = aSecret(this.#secrets++);
    const candidate = { secret, project: this.#pick(PROJECTS) };
    await this.#act(player, `add ${secret}`, {
      work: player.isolate.keys.add(this.#pool, [candidate]),
      then: (report) => report?.added.forEach((key) => this.#oracle.added(number, key)),
    });
  }

  async #deleteKey(): Promise<void> {
    const [player, key] = [this.#anyone(), this.#anyKey()];
    if (key === null) return;
    const settle = this.#oracle.change(player.witness.number, key.id, "isThere");
    const settleCooldowns = this.#oracle.end(({ subject }) => subject === `key:${key.id}`);
    await this.#act(player, `delete ${key.id}`, {
      work: player.isolate.keys.delete(this.#pool, key.id).then(() => true),
      then: (isDone) => {
        settle(isDone ? false : null);
        settleCooldowns(isDone ?? false);
      },
    });
  }

  async #switchKey(): Promise<void> {
    const [player, key] = [this.#anyone(), this.#anyKey()];
    if (key === null) return;
    const enabled = this.#chance(0.6);
    const settle = this.#oracle.change(player.witness.number, key.id, "isEnabled");
    await this.#act(player, `${enabled ? "enable" : "disable"} ${key.id}`, {
      work: player.isolate.keys.update(this.#pool, key.id, { enabled }),
      then: (updated) => settle(updated ? enabled : null),
    });
  }

  async #wakeKey(): Promise<void> {
    const [player, key] = [this.#anyone(), this.#anyKey()];
    if (key === null) return;
    const settle = this.#oracle.end(({ subject }) => coolingSubjects(key).includes(subject));
    await this.#act(player, `wake ${key.id}`, {
      work: player.isolate.keys.wake(this.#pool, key.id),
      then: (woken) => settle(woken !== null),
    });
  }

  /** An operator waits for the result, or does not. Null stands for a failure. */
  async #act<T>(
    player: Player,
    what: string,
    { work, then }: { work: Promise<T>; then: (result: T | null) => void },
  ): Promise<void> {
    this.#note(`${what} at ${player.witness.number}`);
    const acting = work.then(then, (fault) => {
      if (!isStorageFault(fault) && fault.code !== "not_found") this.#faults.push(fault);
      then(null);
    });
    this.#track(player, acting);
    if (this.#chance(0.5)) await this.#done(acting);
  }

  #revisit(): void {
    const player = this.#anyone();
    this.#note(`revisit at ${player.witness.number}`);
    for (const pool of player.isolate.rotation.loaded()) {
      this.#track(player, Promise.allSettled([player.health.revisit(pool)]));
    }
  }

  // What happens to isolates and their storage.

  #start(): Player {
    const [clock, number] = [this.#clock, this.#started++];
    const startedMs = clock.monotonicMs();
    const isolate = anIsolate(this.#kv, {
      clock,
      random: this.#random,
      watch: (store) => ({
        ...store,
        claimTurns: async (pool, count) => {
          const claim = await store.claimTurns(pool, count);
          this.#blame(() => this.#oracle.claimed(claim.first, claim.count));
          return claim;
        },
      }),
    });
    const underWay = new Set<Promise<unknown>>();
    const health = new KeyHealth({
      clock,
      random: this.#random,
      inBackground: (_what, work) => this.#track({ underWay }, Promise.allSettled([work])),
      probe: (secret) => this.#probe(secret),
      store: this.#watched(isolate.health, number),
    });
    const witness = { number, startedMs, healthySinceMs: startedMs };
    return { witness, isolate, health, underWay, isGone: false };
  }

  /** The health store, with the oracle looking on. */
  #watched(health: Isolate["health"], number: number): Isolate["health"] {
    return {
      ...health,
      openSecret: (key) => {
        this.#oracle.met(key);
        return health.openSecret(key);
      },
      cool: (pool, cooldown) => {
        const saving = health.cool(pool, cooldown);
        const { subject, model, reason, until } = cooldown;
        this.#note(`${subject} cools for ${model} until ${until}: ${reason}, says ${number}`);
        this.#oracle.pause(number, cooldown, saving);
        return saving;
      },
      clearSuspicion: async (pool, subject) => {
        const settle = this.#oracle.end((each) =>
          each.subject === subject && each.reason === "suspect"
        );
        const [result] = await Promise.allSettled([health.clearSuspicion(pool, subject)]);
        settle(result.status === "fulfilled");
      },
      disable: async (key, verdict) => {
        const settle = this.#oracle.change(number, key.id, "isEnabled");
        const did = await health.disable(key, verdict);
        this.#note(`${key.id} is found dead at ${number}: ${did ? "disabled" : "left as it is"}`);
        settle(did ? false : null);
        return did;
      },
      restore: async (key) => {
        const settle = this.#oracle.change(number, key.id, "isEnabled");
        await health.restore(key);
        this.#note(`${key.id} is found alive at ${number}`);
        settle(null);
      },
    };
  }

  #restart(): void {
    const index = this.#upTo(this.#players.length);
    const player = this.#players[index] ?? assert.fail("there is no such isolate");
    player.isGone = true;
    player.isolate.kv.meddle = () => new Promise(() => {});
    this.#oracle.stopped(player.witness.number);
    const next = this.#start();
    this.#players[index] = next;
    this.#note(`restart ${player.witness.number} as ${next.witness.number}`);
  }

  #setClock(): void {
    const ms = Math.floor((this.#random() - 0.5) * 7_200_000);
    this.#note(`the clock is set by ${ms} ms`);
    this.#clock.step(ms);
  }

  #beginFault(): void {
    const { isolate, witness } = this.#anyone();
    const [name, isHarmless, meddle] = this.#pick(this.#faultsThere);
    this.#note(`storage of ${witness.number} begins to be ${name}`);
    isolate.kv.meddle = meddle;
    if (!isHarmless) witness.healthySinceMs = null;
  }

  readonly #faultsThere: readonly (readonly [string, boolean, Meddle])[] = [
    ["contended", true, (operation) => {
      return operation === "commit" && this.#chance(0.3) ? this.#pick(["lost", "locked"]) : null;
    }],
    ["a little slow", true, () => this.#clock.sleep(Math.floor(200 * this.#random()))],
    ["very slow", false, () => this.#clock.sleep(Math.floor(4_000 * this.#random()))],
    ["unreliable", false, () => this.#chance(0.4) ? this.#pick(["error", "error_after"]) : null],
    ["down", false, () => "error"],
    ["out of reach", false, async (): Promise<"error"> => {
      await this.#clock.sleep(SLOWEST_MS);
      return "error";
    }],
  ];

  #heal({ isolate, witness }: Player): void {
    this.#note(`storage of ${witness.number} works`);
    isolate.kv.meddle = () => {};
    // What is under way takes its time, and fails all the same.
    witness.healthySinceMs ??= this.#clock.monotonicMs() + SLOWEST_MS;
  }

  // How it has to be in the end.

  /** Invariant: what an operator was told is done, is done. */
  async #checkKeys(): Promise<void> {
    const stored = await this.#storedKeys();
    for (const [id, { isThere, isEnabled }] of this.#oracle.keys) {
      const key = stored.get(id);
      if (isThere !== null) assert.equal(key !== undefined, isThere, `whether ${id} is there`);
      if (key === undefined || isEnabled === null) continue;
      assert.equal(key.disabled === null, isEnabled, `whether ${id} is enabled`);
    }
    for (const key of stored.values()) this.#oracle.mayBeDisabled(key);
  }

  /** Invariant: in the end every isolate chooses what storage allows, and nothing else. */
  async #checkAgreement({ isolate, witness }: Player): Promise<void> {
    const { cooldowns } = await isolate.store.loadCooldowns(this.#pool);
    const stored = await this.#storedKeys();
    const pool = await isolate.rotation.pool(this.#pool) ?? assert.fail("the pool is gone");
    for (const model of MODELS) {
      for (const key of stored.values()) {
        const tried = new Set([...stored.keys()].filter((id) => id !== key.id));
        const choice = await this.#done(Promise.resolve(pool.choose({ model, tried })));
        const cools = cooldowns.some((cooldown) =>
          coolingSubjects(key).includes(cooldown.subject) && cooldown.until > this.#clock.now() &&
          (cooldown.model === model || cooldown.model === EVERY_MODEL)
        );
        const who = `isolate ${witness.number} says of ${key.id} for ${model}: ${choice.kind}`;
        assert.equal(choice.kind === "key", key.disabled === null && !cools, who);
      }
    }
  }

  async #storedKeys(): Promise<Map<KeyId, Key>> {
    const roster = await this.#anyone().isolate.store.loadRoster(this.#pool);
    return new Map(roster?.keys.map((key) => [key.id, key]));
  }

  // Chance, time and notes.

  /** Waits for work, with time passing as far as it has to. */
  async #done<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const end = () => isDone = true;
    work.then(end, end);
    for (let ms = 0; !isDone; ms = 100) await this.#pass(ms);
    return await work;
  }

  async #pass(ms: number): Promise<void> {
    await this.#clock.advance(ms);
    this.#oracle.observe();
  }

  /** What fails in the background has to be heard of all the same. */
  #blame(check: () => void): void {
    try {
      check();
    } catch (fault) {
      this.#faults.push(fault);
    }
  }

  #throwFaults(): void {
    for (const fault of this.#faults) throw fault;
  }

  #track({ underWay }: Pick<Player, "underWay">, work: Promise<unknown>): void {
    underWay.add(work);
    work.then(() => underWay.delete(work));
  }

  #note(what: string): void {
    this.log.push(`${this.#clock.monotonicMs()} ms: ${what}`);
  }

  #anyone(): Player {
    return this.#pick(this.#players);
  }

  /** The secret of some key that was ever added. */
  #anySecret(): string {
    return aSecret(this.#upTo(this.#secrets));
  }

  /** Some key that is there for all we know. */
  #anyKey(): Key | null {
    const there = [...this.#oracle.keys.values()].filter(({ isThere }) => isThere === true);
    return there.length === 0 ? null : this.#pick(there).key;
  }

  #upTo(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #chance(probability: number): boolean {
    return this.#random() < probability;
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.#upTo(from.length)] as T;
  }
}

/** As the isolates here make it. */
function fingerprintOf(secret: string): string {
  return secret.slice(-8);
}

/** What callers get while storage is out of order, and may get. */
function isStorageFault(fault: Error & { code?: string }): boolean {
  return fault.message.startsWith("KV ") || fault.code === "conflict";
}
