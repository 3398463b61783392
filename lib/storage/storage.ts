/**
 * Everything that is remembered, put together: one per process, over one KV handle.
 *
 * @module
 */

import type { Actor } from "../domain/actor.ts";
import type { Activity } from "../domain/audit.ts";
import type { FailedRequestStore } from "../domain/failed_request.ts";
import type {
  KeyReader,
  Manage,
  Management,
  PoolReader,
  TokenReader,
} from "../domain/management.ts";
import { monotonicFactory } from "ulid";
import { type Clock, type Random, systemClock } from "../domain/clock.ts";
import type { HealthStore, RotationStore, SignatureStore } from "../domain/ports.ts";
import type { UsageReports, UsageStore } from "../domain/usage_store.ts";
import type { Sessions } from "../domain/session.ts";
import type { CookieSeal, GitHubLogins, SignInLocks } from "../domain/sign_in.ts";
import { createActivity, type Note, noteBy } from "./audit.ts";
import type { Changes, StorageContext } from "./context.ts";
import { createFailedRequestStore } from "./failed_requests.ts";
import { createHealthStore } from "./health_store.ts";
import { createKeys } from "./keys.ts";
import { type Kv, withDeadline } from "./kv.ts";
import { createPools } from "./pools.ts";
import { createRotationStore } from "./rotation_store.ts";
import { createSecretShelf } from "./secret_shelf.ts";
import { createSessions } from "./sessions.ts";
import { createCookieSeal, createGitHubLogins, createSignInLocks } from "./sign_in.ts";
import { createSignatureStore } from "./signatures.ts";
import { createTokens } from "./tokens.ts";
import { createUsageStore } from "./usage.ts";
import { type MasterKeys, openVault } from "./vault.ts";

/** The parts of storage, by who uses them. */
export interface Storage {
  /** For the admin plane, to read. */
  readonly pools: PoolReader;
  /** For the admin plane, to read; requests are served without it. */
  readonly keys: KeyReader;
  /** For the admin plane, to read; `find` is also how clients are authenticated. */
  readonly tokens: TokenReader;
  /** For the admin plane, to change: under somebody's name. */
  readonly manage: Manage;
  /** Who changed what. */
  readonly activity: Activity;
  /** Who is signed in. */
  readonly sessions: Sessions;
  /** Who may not try to sign in. */
  readonly signInLocks: SignInLocks;
  /** Whose GitHub logins are whose. */
  readonly gitHubLogins: GitHubLogins;
  /** What browsers keep for us. */
  readonly cookieSeal: CookieSeal;
  /** What went wrong for clients. */
  readonly failedRequests: FailedRequestStore;
  /** For `rotation`: turns, marks, and what a pool holds. */
  readonly rotation: RotationStore;
  /** For `relay`: secrets on their way to Gemini, and what it learns of keys. */
  readonly health: HealthStore;
  /** For clients of other dialects: what they do not send back, and Gemini wants to see again. */
  readonly signatures: SignatureStore;
  /** What was used: counted by `relay`, limited by it, told by the admin API. */
  readonly usage: UsageStore & UsageReports;
  /** Resolves when KV answers; rejects when it does not. */
  ping(): Promise<void>;
}

/** What storage is made of. */
export interface StorageOptions {
  /** From `ENCRYPTION_KEY` and, while it is being changed, the one before. */
  readonly masterKeys: MasterKeys;
  /** Hears of this process's own changes only; the marks tell of all others. */
  readonly changed: Changes;
  /** The machine's own unless a test brings another. */
  readonly clock?: Clock;
  /** For pauses after lost races; no secret is made of it. */
  readonly random?: Random;
}

/**
 * Opens storage over a KV handle, which stays the caller's to close.
 *
 * @throws {VaultSealed} when the master key is not the one the stored secrets were sealed with.
 */
export async function openStorage(
  kv: Kv,
  { masterKeys, changed, clock = systemClock, random = Math.random }: StorageOptions,
): Promise<Storage> {
  const limited = withDeadline(kv);
  const vault = await openVault(limited, masterKeys);
  const makeId = monotonicFactory();
  const newId = () => makeId(clock.now()).toLowerCase();
  const context: StorageContext = { kv: limited, vault, clock, random, newId, changed };
  const shelf = createSecretShelf(vault);
  return {
    ...managementOf(context, refuseChanges),
    manage: (by: Actor) => managementOf(context, noteBy(context, by)),
    activity: createActivity(context),
    sessions: createSessions(context),
    signInLocks: createSignInLocks(context),
    gitHubLogins: createGitHubLogins(context),
    cookieSeal: createCookieSeal(context),
    failedRequests: createFailedRequestStore(context),
    rotation: createRotationStore(context, shelf),
    health: createHealthStore(context, shelf),
    signatures: createSignatureStore(context),
    usage: createUsageStore(context),
    async ping() {
      await limited.get(["ping"]);
    },
  };
}

function managementOf(context: StorageContext, note: Note): Management {
  return {
    pools: createPools(context, note),
    keys: createKeys(context, note),
    tokens: createTokens(context, note),
  };
}

/** The types of those who only read do not let it come to this. */
function refuseChanges(): never {
  throw new TypeError("a change needs the name of who makes it");
}
