/**
 * One of several processes that share a KV: its storage and its rotation, without real encryption.
 *
 * @module
 */

import type { Activity } from "../../lib/domain/audit.ts";
import type { Keys, Pools, Tokens } from "../../lib/domain/management.ts";
import type { Random } from "../../lib/domain/clock.ts";
import type { PoolId } from "../../lib/domain/ids.ts";
import type { HealthStore, RotationStore } from "../../lib/domain/ports.ts";
import { createRotation, type Rotation } from "../../lib/rotation/rotation.ts";
import { createActivity, noteBy } from "../../lib/storage/audit.ts";
import { encodeBase64Url } from "../../lib/storage/base64url.ts";
import type { StorageContext } from "../../lib/storage/context.ts";
import { createHealthStore } from "../../lib/storage/health_store.ts";
import { createKeys } from "../../lib/storage/keys.ts";
import type { Kv } from "../../lib/storage/kv.ts";
import { createPools } from "../../lib/storage/pools.ts";
import { createRotationStore } from "../../lib/storage/rotation_store.ts";
import { createSecretShelf } from "../../lib/storage/secret_shelf.ts";
import { createTokens } from "../../lib/storage/tokens.ts";
import type { Vault } from "../../lib/storage/vault.ts";
import { SOMEBODY } from "../support/builders.ts";
import { type FaultyKv, faultyKv } from "../support/kv.ts";
import type { HandClock } from "../support/hand_clock.ts";

/** What one process has. */
export interface Isolate {
  /** The shared KV as this process reaches it; may be slow or fail for this process alone. */
  readonly kv: FaultyKv;
  readonly rotation: Rotation;
  readonly store: RotationStore;
  readonly health: HealthStore;
  readonly pools: Pools;
  readonly keys: Keys;
  readonly tokens: Tokens;
  readonly activity: Activity;
  /** Work that failed in the background. */
  readonly failures: unknown[];
}

/** Leaves everything readable, at once. */
const glass: Vault = {
  seal: (secret) => Promise.resolve(secret),
  open: (sealed) => Promise.resolve(sealed),
  tokenDigest: plainDigest,
  sessionDigest: plainDigest,
  keyDigest: plainDigest,
  fingerprint: (secret) => secret.slice(-8),
};

function plainDigest(text: string): string {
  return encodeBase64Url(new TextEncoder().encode(text));
}

/** What an isolate is made of. */
export interface IsolateOptions {
  readonly clock: HandClock;
  readonly random?: Random;
  /** Lets a test look on while rotation uses its store. */
  readonly watch?: (store: RotationStore) => RotationStore;
}

/** Starts a process over a KV that it may share with others. */
export function anIsolate(
  kv: Kv,
  { clock, random = () => 0.5, watch = (store) => store }: IsolateOptions,
): Isolate {
  const reached = faultyKv(kv);
  const failures: unknown[] = [];
  const number = started++;
  let ids = 0;
  const context: StorageContext = {
    kv: reached,
    vault: glass,
    clock,
    random,
    newId: () => `${clock.now()}-${padded(ids++)}-${padded(number)}`,
    changed: { pool: (id: PoolId) => rotation.changed(id), token: () => {} },
  };
  const note = noteBy(context, SOMEBODY);
  const shelf = createSecretShelf(glass);
  const store = watch(createRotationStore(context, shelf));
  const rotation = createRotation({
    store,
    clock,
    inBackground: (_what, work) => void work.catch((cause) => failures.push(cause)),
  });
  return {
    kv: reached,
    rotation,
    store,
    health: createHealthStore(context, shelf),
    pools: createPools(context, note),
    keys: createKeys(context, note),
    tokens: createTokens(context, note),
    activity: createActivity(context),
    failures,
  };
}

let started = 0;

/** Ids sort by their text. */
function padded(number: number): string {
  return String(number).padStart(6, "0");
}
