/**
 * What the rooms ask of each other. `storage` and `upstream` keep these promises; `rotation` and
 * `relay` rely on them and know nothing of Deno KV or `fetch`.
 *
 * @module
 */

import type { EpochMs, KeyId, ModelName, PoolId, TokenId } from "./ids.ts";
import type { Cooldown, CoolingSubject, Key } from "./key.ts";
import type { DeadReason, LastOutcome } from "./outcome.ts";
import type { Pool } from "./pool.ts";

/**
 * Versions of what selection depends on. A claim reads both; one that differs from what an isolate
 * knows means that something changed, and nothing else.
 */
export interface PoolMarks {
  /** Moves when a key or the pool itself is added, changed or removed. Null: never written. */
  readonly roster: string | null;
  /** Moves when a cooldown begins or is ended by hand. */
  readonly cooldowns: string | null;
}

/** Consecutive turns, each given to nobody else, ever. */
export interface Claim {
  /** The first of the claimed turns; the others follow without a gap. */
  readonly first: number;
  /** As many as were asked for, never fewer. */
  readonly count: number;
  /** The pool's marks, read together with the turn. */
  readonly marks: PoolMarks;
}

/** A pool as selection needs it. */
export interface Roster {
  /** Its settings, read in one snapshot with the mark. */
  readonly pool: Pool;
  /** All keys, in the order of their ids: the same in every isolate. */
  readonly keys: readonly Key[];
  /** The roster mark, read before the keys were: a change in between shows in the next claim. */
  readonly mark: string | null;
}

/** The pauses of a pool, with the mark read before them. */
export interface CooldownList {
  /** Some may have ended: they are kept a while for their streak. */
  readonly cooldowns: readonly Cooldown[];
  /** Null when none ever began; a change in between shows in the next claim. */
  readonly mark: string | null;
}

/** What `rotation` needs of storage. */
export interface RotationStore {
  /** Claims `count` turns by check-and-set. Throws `conflict` when the race is lost too often. */
  claimTurns(poolId: PoolId, count: number): Promise<Claim>;
  /** Reads the marks without claiming anything. */
  readMarks(poolId: PoolId): Promise<PoolMarks>;
  /** The pool and its keys; null when there is no such pool. */
  loadRoster(poolId: PoolId): Promise<Roster | null>;
  /** Cooldowns that may still run. */
  loadCooldowns(poolId: PoolId): Promise<CooldownList>;
}

/** What `relay` needs of storage: secrets on their way to Gemini, and what it learns of keys. */
export interface HealthStore {
  /** The key's secret. Synchronous once opened, because it is on the path of every request. */
  openSecret(key: Key): string | Promise<string>;
  /** Writes a cooldown. Of two for one subject and model the later end wins. */
  cool(poolId: PoolId, cooldown: Cooldown): Promise<void>;
  /** Ends the suspicion against a key, and no other cooldown of it. */
  clearSuspicion(poolId: PoolId, subject: CoolingSubject): Promise<void>;
  /** Disables a key on evidence. False when it is gone, disabled already, or the last that works. */
  disable(key: Key, verdict: { reason: DeadReason; at: EpochMs }): Promise<boolean>;
  /** Takes on the due probe of a disabled key, so that only one isolate makes it. */
  claimProbe(key: Key, now: EpochMs): Promise<boolean>;
  /** Puts a key that was disabled on evidence back to work. */
  restore(key: Key): Promise<void>;
  /** Remembers what last happened to some keys. */
  recordOutcomes(outcomes: readonly KeyOutcome[]): Promise<void>;
}

/** The last outcome of one key. */
export interface KeyOutcome {
  /** Where the key serves; its outcomes are kept by pool. */
  readonly poolId: PoolId;
  /** It may be deleted by the time this is written. */
  readonly keyId: KeyId;
  /** Takes the place of what was remembered before. */
  readonly last: LastOutcome;
}

/**
 * What our own probe of a key found. It lists models, which costs no quota.
 *
 * `inconclusive` means that the answer says nothing about the key: overload, network, a quota.
 */
export type ProbeVerdict =
  | { readonly verdict: "good"; readonly why: string }
  | { readonly verdict: "bad"; readonly why: string; readonly reason: DeadReason }
  | { readonly verdict: "inconclusive"; readonly why: string };

/** Asks Gemini about a key without spending its quota. */
export type ProbeKey = (secret: string) => Promise<ProbeVerdict>;

/** Tokens as Gemini counted them for one answer. Absent counts are zero. */
export interface Usage {
  /** All that was sent to the model, the cached part included. */
  readonly prompt: number;
  /** The part of the prompt that came from a cache. */
  readonly cached: number;
  /** What was answered, in all candidates together. */
  readonly output: number;
  /** What the model thought before it answered. */
  readonly thoughts: number;
  /** What its tools handed to the model. */
  readonly toolUse: number;
  /** Google's own sum; `cached` is in `prompt` already. */
  readonly total: number;
}

/** Work that goes on after the answer: its failures are logged, and a shutdown waits for it. */
export type InBackground = (what: string, work: Promise<unknown>) => void;

/** A model that an attempt was about, or null for calls that name none. */
export type MaybeModel = ModelName | null;

/** A call of a function that a model asked for, as a client tells it in a later request. */
export interface CallRef {
  /** As we gave it to the client; clients may write their own. */
  readonly callId: string;
  /** As Gemini knows it. */
  readonly name: string;
  /** The arguments as JSON with its names sorted, so that a client may write them anew. */
  readonly args: string;
}

/** A call with the thought signature that Gemini wants to see again. */
export interface SignedCall extends CallRef {
  /** Opaque base64, given back byte for byte. */
  readonly signature: string;
}

/**
 * Remembers thought signatures for clients that drop what they do not know.
 *
 * Each token has its own: nobody can ask for another's. They are forgotten after some hours.
 */
export interface SignatureStore {
  /** Keeps the signatures of one answer. */
  keep(token: TokenId, calls: readonly SignedCall[]): Promise<void>;
  /** The signature of each call, by its id or else by name and arguments; null where none is known. */
  find(token: TokenId, calls: readonly CallRef[]): Promise<readonly (string | null)[]>;
}

/** A file of the web that a client named by its address. */
export interface FetchedMedia {
  /** What the server called it, checked against its first bytes. */
  readonly mimeType: string;
  /** The bytes in standard base64. */
  readonly base64: string;
}

/**
 * Fetches a file for a client, from hosts that the operator allows.
 *
 * Throws `invalid_request`, with a message for the client, for everything that does not end in a file.
 */
export type FetchMedia = (url: string) => Promise<FetchedMedia>;
