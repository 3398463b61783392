/**
 * Storage over Deno KV in memory, on a clock that only the test moves.
 *
 * @module
 */

import type { PoolId, TokenId } from "../../lib/domain/ids.ts";
import type { Management } from "../../lib/domain/management.ts";
import type { Kv } from "../../lib/storage/kv.ts";
import { openStorage, type Storage } from "../../lib/storage/storage.ts";
import { SOMEBODY } from "./builders.ts";
import { type HandClock, handClock } from "./hand_clock.ts";

/** Storage whose pools, keys and tokens are changed by somebody. */
export interface NamedStorage extends Omit<Storage, keyof Management>, Management {}

/** The same storage, changed by {@linkcode SOMEBODY}. */
export function named(storage: Storage): NamedStorage {
  return { ...storage, ...storage.manage(SOMEBODY) };
}

/** Storage with all that a test may want to hold in its hands. */
export interface TestStorage extends Omit<Storage, keyof Management>, Management, AsyncDisposable {
  readonly kv: Deno.Kv;
  readonly clock: HandClock;
  /** What storage said it changed, oldest first. */
  readonly changes: (PoolId | TokenId)[];
}

/**
 * Storage that forgets everything at the end of `await using`.
 *
 * A write that lost a race is tried again at once, without anybody moving the clock. With `over` it is
 * another process on the KV of a storage that is there already.
 */
export async function aStorage(
  { clock = handClock(), over }: { clock?: HandClock; over?: Kv } = {},
): Promise<TestStorage> {
  const kv = await Deno.openKv(":memory:");
  const changes: TestStorage["changes"] = [];
  const storage = await openStorage(over ?? kv, {
    masterKeys: { current: new Uint8Array(32).fill(7) },
    changed: { pool: (id) => changes.push(id), token: (id) => changes.push(id) },
    clock: { ...clock, sleep: () => Promise.resolve() },
    random: () => 0.5,
  });
  return {
    ...named(storage),
    kv,
    clock,
    changes,
    [Symbol.asyncDispose]: () => Promise.resolve(kv.close()),
  };
}

/** A test function with a storage of its own. */
export function withStorage(
  test: (storage: TestStorage) => Promise<void> | void,
): () => Promise<void> {
  return async () => {
    await using storage = await aStorage();
    await test(storage);
  };
}
