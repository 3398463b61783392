/**
 * Sessions: what a browser has instead of the credential that someone signed in with.
 *
 * @module
 */

import type { Actor } from "./actor.ts";
import type { Branded, EpochMs } from "./ids.ts";

/** A session's id. It is not what the browser holds: that is a secret, this is not. */
export type SessionId = Branded<string, "SessionId">;

/** How long a session lives when nobody uses it. */
export const SESSION_IDLE_MS = 60 * 60_000;
/** How long it lives at most. */
export const SESSION_LIFE_MS = 12 * 60 * 60_000;

/** A session that is open. */
export interface Session {
  /** Names it in the audit. */
  readonly id: SessionId;
  /** Who signed in. */
  readonly actor: Actor;
  /** When they did. */
  readonly createdAt: EpochMs;
  /** When it was last used, as far as that was noted: not with every request. */
  readonly seenAt: EpochMs;
}

/** What a new session needs to know. */
export interface NewSession {
  /** Who signs in. */
  readonly actor: Actor;
  /** What they showed. The session ends when it is no longer what {@linkcode CredentialOf} says. */
  readonly credential: string;
  /** What the browser held before; that session ends with this one's beginning. */
  readonly replaces?: string | null;
  /** What must not serve twice: with one that has served, no session is opened. */
  readonly once?: string;
}

/** What an actor has to have shown to be let in today; null when they may not come in any more. */
export type CredentialOf = (actor: Actor) => string | null | Promise<string | null>;

/** Sessions of one installation. Opening and closing them is audited. */
export interface Sessions {
  /** Opens a session: what the browser gets, 256 random bits. Null when `once` has served. */
  open(session: NewSession): Promise<string | null>;
  /** The session that a browser shows, while it is open; using it keeps it from being idle. */
  find(secret: string, credentialOf: CredentialOf): Promise<Session | null>;
  /** Closes one session; one that is not open stays as it is. */
  close(secret: string): Promise<void>;
  /** Closes every session of everybody. */
  closeAll(by: Actor): Promise<void>;
}
