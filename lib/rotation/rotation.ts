/**
 * The pools that this isolate has in use, each read once.
 *
 * @module
 */

import type { PoolId } from "../domain/ids.ts";
import { PoolRotation, type RotationParts } from "./pool_rotation.ts";

/** The pools in use. */
export interface Rotation {
  /** The pool's rotation; a promise only the first time. Null when there is no such pool. */
  pool(id: PoolId): PoolRotation | null | Promise<PoolRotation | null>;
  /** This process changed the pool: what was known of it is read again before the next choice. */
  changed(id: PoolId): void;
  /** The pools that are loaded. */
  loaded(): Iterable<PoolRotation>;
}

/** Makes a rotation that has no pool in use yet. */
export function createRotation(parts: RotationParts): Rotation {
  const pools = new Map<PoolId, PoolRotation>();
  const loading = new Map<PoolId, Loading>();

  async function load(id: PoolId, pool: PoolRotation): Promise<PoolRotation | null> {
    try {
      if (!await pool.refresh()) return null;
      pools.set(id, pool);
      return pool;
    } finally {
      loading.delete(id);
    }
  }

  function beginLoading(id: PoolId): Loading {
    const pool = new PoolRotation(id, parts);
    const begun = { pool, loaded: load(id, pool) };
    loading.set(id, begun);
    return begun;
  }

  return {
    pool: (id) => pools.get(id) ?? (loading.get(id) ?? beginLoading(id)).loaded,
    changed: (id) => (pools.get(id) ?? loading.get(id)?.pool)?.changed(),
    loaded: () => pools.values(),
  };
}

/** A pool that is being read for the first time. */
interface Loading {
  readonly pool: PoolRotation;
  readonly loaded: Promise<PoolRotation | null>;
}
