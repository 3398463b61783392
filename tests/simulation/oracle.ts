/**
 * What really happened, written down beside the code under test, and what follows from it.
 *
 * An isolate may be ignorant of what another one did for ten seconds, and for longer while its storage
 * is out of order. Everything else it has to know.
 *
 * @module
 */

import assert from "node:assert/strict";
import { EVERY_MODEL, type KeyId } from "../../lib/domain/ids.ts";
import { type Cooldown, coolingSubjects, type Key } from "../../lib/domain/key.ts";
import type { Choice } from "../../lib/rotation/pool_rotation.ts";
import type { HandClock } from "../support/hand_clock.ts";

/** How long news take from one isolate to the others, at most. */
const PROPAGATION_MS = 10_000;
/** Retry-After may be early by so much. */
const EARLY_MS = 1_000;

/** What is known of one isolate. */
export interface Witness {
  readonly number: number;
  /** When it started, on the clock that never steps, like every moment here that ends in `Ms`. */
  readonly startedMs: number;
  /** Since when its storage works; null while it does not. */
  healthySinceMs: number | null;
}

/** Something that one isolate did, and others will hear of. */
interface Deed {
  /** Null when nobody can say which isolate it was. */
  readonly by: number | null;
  readonly doneMs: number;
}

/** A cooldown as one isolate began it. */
interface Pause {
  readonly cooldown: Cooldown;
  readonly by: number;
  /** When storage had it; null while it is on its way. */
  savedMs: number | null;
  /** Storage did not take it, or may not have: only its own isolate knows, until the next news. */
  isUnsaved: boolean;
  /** Somebody began to end it, and may have. */
  isDoubtful: boolean;
  /** Somebody ended it, for sure. */
  endedMs: number | null;
}

/** A key as operators and evidence left it. `null`: nobody can say. */
interface Known {
  readonly key: Key;
  readonly isEnabled: boolean | null;
  readonly isThere: boolean | null;
  readonly last: Deed;
}

/** A change that has begun: nobody knows yet whether, and when, it happens. */
interface Begun {
  readonly by: number;
  readonly id: KeyId;
  /** Another change of the same key was under way at some time. */
  overlaps: boolean;
}

type Concerned = (cooldown: Cooldown) => boolean;

/** Everything that happened. */
export class Oracle {
  readonly keys = new Map<KeyId, Known>();
  readonly #clock: HandClock;
  readonly #pauses: Pause[] = [];
  readonly #ending = new Set<Concerned>();
  readonly #begun = new Set<Begun>();
  readonly #keysByFingerprint = new Map<string, Key>();
  readonly #claims: (readonly [number, number])[] = [];
  /** Fingerprints: a key may have come to be without anybody knowing its id. */
  readonly #condemned = new Set<string>();
  /** The latest time of day there ever was: the clock may be set back. */
  #latest = 0;

  /** Nothing has happened. */
  constructor(clock: HandClock) {
    this.#clock = clock;
  }

  /** Time has passed. */
  observe(): void {
    this.#latest = Math.max(this.#latest, this.#clock.now());
  }

  /** A cooldown begins. */
  pause(by: number, cooldown: Cooldown, saving: Promise<void>): void {
    const isDoubtful = [...this.#ending].some((concerned) => concerned(cooldown));
    const pause: Pause = {
      cooldown,
      by,
      savedMs: null,
      isUnsaved: false,
      isDoubtful,
      endedMs: null,
    };
    this.#pauses.push(pause);
    saving.then(
      () => pause.savedMs = this.#clock.monotonicMs(),
      () => pause.isUnsaved = true,
    );
  }

  /** Somebody ends cooldowns. The returned function says how that came out. */
  end(concerned: Concerned): (isDone: boolean) => void {
    const beganMs = this.#clock.monotonicMs();
    const doubt = () => {
      for (const pause of this.#pauses) pause.isDoubtful ||= concerned(pause.cooldown);
    };
    doubt();
    this.#ending.add(concerned);
    return (isDone) => {
      doubt();
      this.#ending.delete(concerned);
      for (const pause of isDone ? this.#pauses : []) {
        const wasThere = pause.savedMs !== null && pause.savedMs <= beganMs;
        if (wasThere && concerned(pause.cooldown)) pause.endedMs ??= this.#clock.monotonicMs();
      }
    };
  }

  /** An isolate is gone, and what it had not saved with it. */
  stopped(by: number): void {
    for (const pause of this.#pauses) {
      if (pause.by === by && pause.savedMs === null) pause.isUnsaved = true;
    }
    for (const begun of this.#begun) {
      if (begun.by === by) this.#begun.delete(begun);
    }
  }

  /** Somebody has the key's secret opened. */
  met(key: Key): void {
    this.#keysByFingerprint.set(key.fingerprint, key);
  }

  /** Our probe found something out about a key. Whoever asked may end his suspicion at once. */
  probed(fingerprint: string, { isBad }: { isBad: boolean }): void {
    if (isBad) this.#condemned.add(fingerprint);
    const id = this.#keysByFingerprint.get(fingerprint)?.id;
    for (const pause of this.#pauses) {
      const { subject, reason } = pause.cooldown;
      pause.isDoubtful ||= reason === "suspect" && subject === `key:${id}`;
    }
  }

  /** A claim held. Invariant: no turn is given twice. */
  claimed(first: number, count: number): void {
    for (const [from, size] of this.#claims) {
      assert.ok(first >= from + size || from >= first + count, `turn ${first} was given twice`);
    }
    this.#claims.push([first, count]);
  }

  /** A key was added. */
  added(by: number, key: Key): void {
    const last = { by, doneMs: this.#clock.monotonicMs() };
    this.keys.set(key.id, { key, isEnabled: true, isThere: true, last });
  }

  /** Somebody takes a key in or out. The returned function says how that came out, if anybody knows. */
  change(by: number, id: KeyId, what: "isEnabled" | "isThere"): (result: boolean | null) => void {
    const others = [...this.#begun].filter((each) => each.id === id);
    for (const other of others) other.overlaps = true;
    const begun: Begun = { by, id, overlaps: others.length > 0 };
    this.#begun.add(begun);
    this.#set(by, id, { [what]: null });
    return (result) => {
      this.#begun.delete(begun);
      this.#set(by, id, { [what]: begun.overlaps ? null : result });
    };
  }

  /** Invariant: no call with a key before it is ready, nor with one that was taken out. */
  mayCall(key: Key, model: string, witness: Witness): void {
    this.observe();
    for (const pause of this.#pauses) {
      const { isDoubtful, cooldown } = pause;
      const runs = !isDoubtful && cooldown.until > this.#latest && concerns(cooldown, key, model);
      if (runs && this.#mustKnow(pause, witness)) {
        assert.fail(`isolate ${witness.number} calls ${key.id} before its time: ${say(pause)}`);
      }
    }
    const known = this.keys.get(key.id);
    if (known === undefined || (known.isEnabled !== false && known.isThere !== false)) return;
    const isLate = this.#mustHaveHeard(known.last, witness);
    assert.ok(!isLate, `isolate ${witness.number} calls ${key.id}, which was taken out`);
  }

  /** Invariant: "all cool" only when nobody is ready, and not for less time than it takes. */
  mayCool(choice: Exclude<Choice, { kind: "key" }>, model: string, witness: Witness): void {
    for (const known of this.keys.values()) {
      if (this.#isSurelyIn(known, witness) && !this.#mayBeBlocked(known.key, model, witness)) {
        assert.fail(`isolate ${witness.number} says ${choice.kind}, but ${known.key.id} is ready`);
      }
    }
    if (choice.kind !== "cooling") return;
    assert.ok(choice.until > this.#clock.now(), "Retry-After is in the past");
    const earliest = this.#earliest(model, witness);
    if (earliest === null) return;
    const offMs = choice.until - earliest;
    assert.ok(offMs >= -EARLY_MS, `Retry-After is ${-offMs} ms early`);
    assert.ok(offMs <= 0 || this.#isSuspicious(), `Retry-After is ${offMs} ms late`);
  }

  /** Invariant: a key is disabled on evidence only after our own probe found it bad. */
  mayBeDisabled(key: Key): void {
    if (key.disabled?.by !== "evidence") return;
    assert.ok(this.#condemned.has(key.fingerprint), `${key.id} was disabled without evidence`);
  }

  #set(by: number, id: KeyId, fields: Partial<Known>): void {
    const known = this.keys.get(id);
    if (known === undefined) return;
    this.keys.set(id, { ...known, ...fields, last: { by, doneMs: this.#clock.monotonicMs() } });
  }

  #mustKnow({ by, savedMs, isUnsaved }: Pause, witness: Witness): boolean {
    if (isUnsaved) return false;
    if (by === witness.number) return true;
    if (savedMs === null) return false;
    return savedMs < witness.startedMs || this.#mustHaveHeard({ by, doneMs: savedMs }, witness);
  }

  #mustHaveHeard({ by, doneMs }: Deed, { number, healthySinceMs }: Witness): boolean {
    if (healthySinceMs === null) return false;
    const hearsSinceMs = by === number ? healthySinceMs : Math.max(doneMs, healthySinceMs);
    return hearsSinceMs + PROPAGATION_MS < this.#clock.monotonicMs();
  }

  #isSurelyIn({ isEnabled, isThere, last }: Known, witness: Witness): boolean {
    return isEnabled === true && isThere === true && this.#mustHaveHeard(last, witness);
  }

  /** Whether some cooldown may keep the key from serving, as far as this isolate can know. */
  #mayBeBlocked(key: Key, model: string, witness: Witness): boolean {
    return this.#pauses.some(({ cooldown, endedMs }) =>
      cooldown.until > this.#clock.now() && concerns(cooldown, key, model) &&
      (endedMs === null || !this.#mustHaveHeard({ by: null, doneMs: endedMs }, witness))
    );
  }

  /** A suspicion ends without a promise, so what is promised may be later. */
  #isSuspicious(): boolean {
    return this.#pauses.some(({ cooldown: { reason, until } }) =>
      reason === "suspect" && until > this.#clock.now()
    );
  }

  /** The moment before which no key is ready; null when this isolate may not know it. */
  #earliest(model: string, witness: Witness): number | null {
    const running = this.#pauses.filter(({ cooldown }) => cooldown.until > this.#clock.now());
    const isSure = running.every((pause) => !pause.isDoubtful && this.#mustKnow(pause, witness)) &&
      [...this.keys.values()].every(({ isEnabled, isThere, last }) =>
        isEnabled !== null && isThere !== null && this.#mustHaveHeard(last, witness)
      );
    if (!isSure) return null;
    const ends = [...this.keys.values()]
      .filter(({ isEnabled, isThere }) => isEnabled === true && isThere === true)
      .map(({ key }) => {
        const its = running.filter(({ cooldown }) => concerns(cooldown, key, model));
        return Math.max(...its.map(({ cooldown }) => cooldown.until));
      });
    return ends.length === 0 ? null : Math.min(...ends);
  }
}

function concerns(cooldown: Cooldown, key: Key, model: string): boolean {
  return coolingSubjects(key).includes(cooldown.subject) &&
    (cooldown.model === model || cooldown.model === EVERY_MODEL);
}

function say({ cooldown, by, savedMs }: Pause): string {
  const { reason, model, until } = cooldown;
  return `${reason} for ${model} until ${until}, by isolate ${by}, saved at ${savedMs} ms`;
}
