/**
 * What an answer does to the key that brought it.
 *
 * Promises: a key is disabled only when strong evidence of Google's and a probe of our own agree; the
 * last working key of a pool is never disabled by traffic, only paused for a minute; weak evidence costs
 * a key nothing but a probe, however often a client produces it.
 *
 * @module
 */

import type { Clock, Random } from "../domain/clock.ts";
import { EVERY_MODEL, later, type ModelName } from "../domain/ids.ts";
import { type Cooldown, type CoolingSubject, coolingSubject, type Key } from "../domain/key.ts";
import type { CooldownReason, DeadReason, KeyVerdict } from "../domain/outcome.ts";
import type { HealthStore, InBackground, ProbeKey } from "../domain/ports.ts";
import { coolUntil } from "../rotation/cooldown.ts";
import type { PoolRotation } from "../rotation/rotation.ts";

/** A key under suspicion is left out for so long, unless a probe clears it before. */
const SUSPICION_MS = 60_000;
/** Known to Gemini but refused all the same: left out for so long, then tried again. */
const REFUSED_THOUGH_KNOWN_MS = 10 * 60_000;
/** The same key is not probed more often than this on weak evidence. */
const PROBE_AGAIN_AFTER_MS = 30_000;

/** What it is made of. */
export interface KeyHealthParts {
  readonly store: HealthStore;
  readonly probe: ProbeKey;
  readonly clock: Clock;
  readonly random: Random;
  readonly inBackground: InBackground;
}

/** Where a verdict was met. */
export interface Occasion {
  readonly pool: PoolRotation;
  readonly key: Key;
  readonly model: ModelName | null;
}

/** The health of the keys in use. */
export class KeyHealth {
  readonly #parts: KeyHealthParts;
  readonly #probedAtMs = new Map<string, number>();

  /** Knows of no key's troubles yet. */
  constructor(parts: KeyHealthParts) {
    this.#parts = parts;
  }

  /** Does to the key what the verdict says: here at once, in storage soon after. */
  apply(verdict: KeyVerdict, occasion: Occasion): void {
    switch (verdict.kind) {
      case "none":
        return;
      case "cool":
        return this.#coolModels(verdict, occasion);
      case "dead":
        this.#pause(occasion, { model: EVERY_MODEL, reason: "suspect", ms: SUSPICION_MS });
        return this.#examine(occasion, verdict.reason);
      case "suspect":
        return this.#examine(occasion, null);
    }
  }

  /** Probes the disabled keys of a pool whose time has come, and puts back those that work again. */
  async revisit(pool: PoolRotation): Promise<void> {
    const { store, clock, probe } = this.#parts;
    const now = clock.now();
    for (const key of pool.keys) {
      if (key.disabled?.by !== "evidence" || key.disabled.nextProbeAt > now) continue;
      if (!await store.claimProbe(key, now)) continue;
      const { verdict } = await probe(await store.openSecret(key));
      if (verdict === "good") await store.restore(key);
    }
  }

  #coolModels(
    verdict: Extract<KeyVerdict, { kind: "cool" }>,
    { pool, key, model }: Occasion,
  ): void {
    const subject = coolingSubject(key);
    const now = this.#parts.clock.now();
    // Google may name the model it counts; the client may have used an alias of it.
    for (const name of new Set([model ?? EVERY_MODEL, ...verdict.models])) {
      const previous = pool.cooldownOf(subject, name);
      const ends = coolUntil(verdict.pause, { now, previous, random: this.#parts.random });
      this.#cool(pool, { subject, model: name, reason: verdict.reason, since: now, ...ends });
    }
  }

  #pause(
    { pool, key }: Occasion,
    { model, reason, ms }: { model: ModelName; reason: CooldownReason; ms: number },
  ): void {
    const now = this.#parts.clock.now();
    const until = later(now, ms);
    this.#cool(pool, { subject: ownSubject(key), model, reason, since: now, until, streak: 1 });
  }

  #cool(pool: PoolRotation, cooldown: Cooldown): void {
    const saving = this.#parts.store.cool(pool.id, cooldown);
    pool.cool(cooldown, saving);
    this.#parts.inBackground("save a cooldown", saving);
  }

  #examine(occasion: Occasion, evidence: DeadReason | null): void {
    if (!this.#mayProbe(occasion.key)) return;
    this.#parts.inBackground("examine a key", this.#confirm(occasion, evidence));
  }

  #mayProbe(key: Key): boolean {
    const nowMs = this.#parts.clock.monotonicMs();
    const before = this.#probedAtMs.get(key.id);
    if (before !== undefined && nowMs - before < PROBE_AGAIN_AFTER_MS) return false;
    this.#probedAtMs.set(key.id, nowMs);
    return true;
  }

  async #confirm(occasion: Occasion, evidence: DeadReason | null): Promise<void> {
    const { store, probe, clock } = this.#parts;
    const { pool, key } = occasion;
    const found = await probe(await store.openSecret(key));
    if (found.verdict === "bad") {
      // The last working key is only paused: one wrong verdict must not close the pool.
      if (pool.enabledCount === 1) return;
      await store.disable(key, { reason: evidence ?? found.reason, at: clock.now() });
      return await this.#clear(occasion);
    }
    if (found.verdict === "inconclusive" || evidence === null) return;
    if (evidence === "invalid") return await this.#clear(occasion);
    this.#pause(occasion, { model: EVERY_MODEL, reason: "suspect", ms: REFUSED_THOUGH_KNOWN_MS });
  }

  async #clear({ pool, key }: Occasion): Promise<void> {
    pool.clearSuspicion(ownSubject(key));
    await this.#parts.store.clearSuspicion(pool.id, ownSubject(key));
  }
}

/** Suspicion is about one key, whatever project it belongs to. */
function ownSubject(key: Key): CoolingSubject {
  return `key:${key.id}`;
}
