/**
 * What signing in needs of storage.
 *
 * @module
 */

import type { EpochMs } from "./ids.ts";

/** Who may not try to sign in for a while, whichever process they come to. */
export interface SignInLocks {
  /** The latest moment at which one of these locks ends; null when none is shut. */
  until(scopes: readonly string[]): Promise<EpochMs | null>;
  /** Shuts a lock; of two ends the later counts. */
  shut(scope: string, until: EpochMs): Promise<void>;
}

/** Whose GitHub login it was when we first looked. A login may be given up and taken by another. */
export interface GitHubLogins {
  /** The account that a login is known to mean; null when we never looked. */
  find(login: string): Promise<number | null>;
  /** Remembers the account of a login for good; returns the one that is remembered. */
  keep(login: string, id: number): Promise<number>;
}

/** Seals what a browser keeps for us, so that it can neither read nor change it. */
export interface CookieSeal {
  /** Letters, digits and `. _ -` only. */
  seal(text: string): Promise<string>;
  /** Null when it is not what we sealed. */
  open(sealed: string): Promise<string | null>;
}
