/**
 * A pool as it is stored. Pools made before a setting came up have no field for it.
 *
 * @module
 */

import type { AuditTarget } from "../domain/audit.ts";
import type { Pool } from "../domain/pool.ts";

/** The stored form. */
export type PoolRecord = Omit<Pool, "aliases"> & Partial<Pick<Pool, "aliases">>;

/** The pool, whenever its record was written. */
export function poolOf(record: PoolRecord): Pool {
  return { aliases: {}, ...record };
}

/** A pool as the audit names it. */
export function poolTarget({ id, name }: Pick<Pool, "id" | "name">): AuditTarget {
  return { kind: "pool", id, name, poolId: id };
}
