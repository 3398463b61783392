/**
 * What every page gets to see besides its request: who looks at it, and whom to ask.
 *
 * @module
 */

import type { Actor } from "../../domain/actor.ts";
import type { Management } from "../../domain/management.ts";
import type { AdminServices } from "../admin/services.ts";
import type { SignIn } from "../sign_in/sign_in.ts";

/** What is put there before a page is looked for. */
export interface PageGiven {
  /** To read from, and to change things in somebody's name. */
  readonly admin: AdminServices;
  /** Signing in and out. */
  readonly signIn: SignIn;
  /** How this installation is set up, without its secrets. */
  readonly setup: Setup;
  /** The address at the other end of the connection; empty where there is none. */
  readonly client: string;
}

/** What a page sees. */
export interface PageState extends PageGiven {
  /** Who looks; known to every page but those for signing in. */
  actor: Actor;
  /** Changes things in their name. */
  manage: Management;
}

/** How this installation is set up, for people to see. */
export interface Setup {
  /** Where Deno KV is, as a word: `platform`, `url` or `path`. */
  readonly kv: string;
  /** Gemini's address. */
  readonly geminiBaseUrl: string;
  /** Our origin; null where it is not set. */
  readonly publicUrl: string | null;
  /** Whether people may sign in with GitHub. */
  readonly gitHub: boolean;
  /** Whether clients may have Google keep their requests. */
  readonly callersMayStore: boolean;
  /** Whose files are fetched for clients. */
  readonly mediaHosts: readonly string[];
  /** Seconds that an answer may take to begin. */
  readonly firstByteSeconds: number;
  /** Seconds that a stream may be silent. */
  readonly idleSeconds: number;
  /** The version of Deno that runs here. */
  readonly deno: string;
}
