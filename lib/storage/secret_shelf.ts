/**
 * Secrets of the pools in use: sealed until a request needs one, then kept open in memory.
 *
 * Opening takes about 50 µs, so a pool of 10,000 keys opens them one by one as their turns come, and
 * no request waits for more than its own.
 *
 * @module
 */

import type { KeyId, PoolId } from "../domain/ids.ts";
import type { Key } from "../domain/key.ts";
import { keyAddress } from "./addresses.ts";
import type { KeyRecord } from "./key_record.ts";
import type { Vault } from "./vault.ts";

/** Sealed and opened secrets, by key. */
export interface SecretShelf {
  /**
   * Takes over the sealed secrets of a pool; opened ones that did not change stay open. A key that the
   * list leaves out can be opened until the next one: rotation may choose it while it reads on.
   */
  keep(poolId: PoolId, records: readonly KeyRecord[]): void;
  /**
   * The secret of a key. At once when it was opened before.
   *
   * @throws {ReferenceError} when its pool was never loaded, or the key is gone.
   */
  open(key: Key): string | Promise<string>;
}

interface Shelved {
  readonly sealed: string;
  secret: string | null;
}

type Shelf = ReadonlyMap<KeyId, Shelved>;

/** An empty shelf. */
export function createSecretShelf(vault: Pick<Vault, "open">): SecretShelf {
  const pools = new Map<PoolId, { now: Shelf; before: Shelf }>();

  return {
    keep(poolId, records) {
      const before = pools.get(poolId)?.now ?? new Map();
      const now = new Map(records.map(({ id, sealed }) => {
        const known = before.get(id);
        return [id, known?.sealed === sealed ? known : { sealed, secret: null }];
      }));
      pools.set(poolId, { now, before });
    },

    open(key) {
      const pool = pools.get(key.poolId);
      const shelved = pool?.now.get(key.id) ?? pool?.before.get(key.id);
      if (shelved === undefined) throw new ReferenceError(`key ${key.id} is not on the shelf`);
      return shelved.secret ?? openShelved(shelved, key);
    },
  };

  async function openShelved(shelved: Shelved, { poolId, id }: Key): Promise<string> {
    shelved.secret = await vault.open(shelved.sealed, keyAddress(poolId, id));
    return shelved.secret;
  }
}
