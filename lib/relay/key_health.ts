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
import type { DeadReason, KeyVerdict } from "../domain/outcome.ts";
import type { HealthStore, InBackground, ProbeKey } from "../domain/ports.ts";
import { coolUntil } from "../rotation/cooldown.ts";
import type { PoolRotation } from "../rotation/pool_rotation.ts";

/** A key under suspicion is left out for so long, unless a probe clears it before. */
const SUSPICION_MS = 60_000;
/** Known to Gemini but refused all the same: left out for so long, then tried again. */
const REFUSED_THOUGH_KNOWN_MS = 10 * 60_000;
/** The same key is not probed more often than this on weak evidence. */
const PROBE_AGAIN_AFTER_MS = 30_000;
/** Keys whose last probe is remembered; when there are more, all may be probed again. */
const MAX_REMEMBERED = 10_000;

/** What it is made of. */
export interface KeyHealthParts {
  /** Hears of cooldowns and disabled keys, soon after this process acts on them. */
  readonly store: HealthStore;
  /** Has to agree before a key is disabled. */
  readonly probe: ProbeKey;
  /** Wall clock for cooldowns, monotonic clock between two probes. */
  readonly clock: Clock;
  /** For jitter, so that keys that cool together do not wake together. */
  readonly random: Random;
  /** Takes probes and writes, so that no answer waits for them. */
  readonly inBackground: InBackground;
}

/** Where a verdict was met. */
export interface Occasion {
  /** Here the key pauses at once, before storage knows. */
  readonly pool: PoolRotation;
  /** The one that made the attempt. */
  readonly key: Key;
  /** The one asked for; null cools the key for all. */
  readonly model: ModelName | null;
}

/** Why a key is examined. */
interface Suspicion {
  /** What Google said of it; null when the evidence is weak. */
  readonly evidence: DeadReason | null;
  /** The word to storage that the key is left out. */
  readonly saving: Promise<unknown>;
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
        return this.#examine(occasion, {
          evidence: verdict.reason,
          saving: this.#suspect(occasion, SUSPICION_MS),
        });
      case "suspect":
        return this.#examine(occasion, { evidence: null, saving: Promise.resolve() });
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

  /** Leaves a key out for all models; resolves when storage knows. */
  #suspect({ pool, key }: Occasion, ms: number): Promise<void> {
    const now = this.#parts.clock.now();
    return this.#cool(pool, {
      subject: ownSubject(key),
      model: EVERY_MODEL,
      reason: "suspect",
      since: now,
      until: later(now, ms),
      streak: 1,
    });
  }

  #cool(pool: PoolRotation, cooldown: Cooldown): Promise<void> {
    const saving = this.#parts.store.cool(pool.id, cooldown);
    pool.cool(cooldown, saving);
    this.#parts.inBackground("save a cooldown", saving);
    return saving;
  }

  #examine(occasion: Occasion, suspicion: Suspicion): void {
    if (!this.#mayProbe(occasion.key)) return;
    this.#parts.inBackground("examine a key", this.#confirm(occasion, suspicion));
  }

  #mayProbe(key: Key): boolean {
    const nowMs = this.#parts.clock.monotonicMs();
    const before = this.#probedAtMs.get(key.id);
    if (before !== undefined && nowMs - before < PROBE_AGAIN_AFTER_MS) return false;
    if (this.#probedAtMs.size >= MAX_REMEMBERED) this.#probedAtMs.clear();
    this.#probedAtMs.set(key.id, nowMs);
    return true;
  }

  async #confirm(occasion: Occasion, suspicion: Suspicion): Promise<void> {
    const { store, probe, clock } = this.#parts;
    const { evidence } = suspicion;
    const { pool, key } = occasion;
    const found = await probe(await store.openSecret(key));
    if (found.verdict === "bad") {
      // The last working key is only paused: one wrong verdict must not close the pool.
      if (pool.enabledCount === 1) return;
      const verdict = { reason: evidence ?? found.reason, at: clock.now() };
      // Here the suspicion goes with the next news, which tell that the key is disabled.
      if (await store.disable(key, verdict)) await this.#clearStored(occasion, suspicion);
      return;
    }
    if (found.verdict === "inconclusive" || evidence === null) return;
    if (evidence === "invalid") {
      pool.clearSuspicion(ownSubject(key));
      return await this.#clearStored(occasion, suspicion);
    }
    if (pool.enabledCount > 1) this.#suspect(occasion, REFUSED_THOUGH_KNOWN_MS);
  }

  async #clearStored({ pool, key }: Occasion, { saving }: Suspicion): Promise<void> {
    // Storage can only end what it has: a probe may be faster than the word of the suspicion.
    await Promise.allSettled([saving]);
    await this.#parts.store.clearSuspicion(pool.id, ownSubject(key));
  }
}

/** Suspicion is about one key, whatever project it belongs to. */
function ownSubject(key: Key): CoolingSubject {
  return `key:${key.id}`;
}
