/**
 * What the pages of pools show.
 *
 * A page shows a bounded part of a list, however long the list is. To say how keys are, all cooldowns of
 * their pool are read, and to count them up to 20,000 of its keys.
 *
 * @module
 */

import { NOT_FOUND, RotatorError } from "../../domain/errors.ts";
import type { PoolId } from "../../domain/ids.ts";
import type { KeyReport } from "../../domain/key.ts";
import type { KeyCounts, Page } from "../../domain/management.ts";
import type { Pool } from "../../domain/pool.ts";
import { check } from "../admin/check.ts";
import { pageRequest } from "../admin/schemas.ts";
import type { AdminServices } from "../admin/services.ts";
import { MAX_KEYS_AT_ONCE } from "./pool_order.ts";

/** Few, because the keys of each are counted. */
const POOLS_A_PAGE = 20;

/** A pool, and how its keys are. */
export interface CountedPool {
  /** The pool. */
  readonly pool: Pool;
  /** Its keys in each state. */
  readonly counts: KeyCounts;
}

/** A pool with a page of its keys. */
export interface PoolView extends CountedPool {
  /** The keys shown. */
  readonly keys: Page<KeyReport>;
  /** What the page was asked with; null for the first. */
  readonly cursor: string | null;
}

/** Who knows of pools and keys. */
export type PoolReaders = Pick<AdminServices, "pools" | "keys">;

/** A page of pools. @throws {RotatorError} `invalid_request` when the cursor is not one of ours. */
export async function readPools(
  { pools, keys }: PoolReaders,
  search: URLSearchParams,
): Promise<Page<CountedPool>> {
  const { items, cursor } = await pools.list(asked(search, POOLS_A_PAGE));
  const counted = items.map(async (pool) => ({ pool, counts: await keys.count(pool.id) }));
  return { items: await Promise.all(counted), cursor };
}

/** A pool. @throws {RotatorError} `not_found`; `invalid_request` when the cursor is not one of ours. */
export async function readPool(
  { pools, keys }: PoolReaders,
  id: PoolId,
  search: URLSearchParams,
): Promise<PoolView> {
  const pool = await pools.get(id);
  // One after the other: a cursor that is refused leaves no count running that nobody waits for.
  const page = await keys.list(id, asked(search, MAX_KEYS_AT_ONCE));
  const counts = await keys.count(id);
  return { pool, counts, keys: page, cursor: search.get("cursor") };
}

/** A pool's id from its page's address. @throws {RotatorError} `not_found` */
export function poolIdOf(text: string | undefined): PoolId {
  if (text !== undefined && /^[0-9a-z]{26}$/.test(text)) return text as PoolId;
  throw new RotatorError(NOT_FOUND, "Cannot find the pool: its address names none");
}

function asked(search: URLSearchParams, limit: number) {
  const cursor = search.get("cursor");
  const query = { limit: String(limit), ...(cursor !== null && { cursor }) };
  return check(pageRequest, query, "the address");
}
