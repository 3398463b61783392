/**
 * Storage over Deno KV in memory, on a clock that only the test moves.
 *
 * @module
 */

import type { PoolId, TokenId } from "../../lib/domain/ids.ts";
import { openStorage, type Storage } from "../../lib/storage/storage.ts";
import { type HandClock, handClock } from "./hand_clock.ts";

/** Storage with all that a test may want to hold in its hands. */
export interface TestStorage extends Storage, AsyncDisposable {
  readonly kv: Deno.Kv;
  readonly clock: HandClock;
  /** What storage said it changed, oldest first. */
  readonly changes: (PoolId | TokenId)[];
}

/**
 * Storage that forgets everything at the end of `await using`.
 *
 * A write that lost a race is tried again at once, without anybody moving the clock.
 */
export async function aStorage(
  { clock = handClock() }: { clock?: HandClock } = {},
): Promise<TestStorage> {
  const kv = await Deno.openKv(":memory:");
  const changes: TestStorage["changes"] = [];
  const storage = await openStorage(kv, {
    masterKeys: { current: new Uint8Array(32).fill(7) },
    changed: { pool: (id) => changes.push(id), token: (id) => changes.push(id) },
    clock: { ...clock, sleep: () => Promise.resolve() },
    random: () => 0.5,
  });
  return {
    ...storage,
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
