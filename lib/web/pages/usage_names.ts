/**
 * What people call the tokens, pools and keys that usage tells of by their ids.
 *
 * @module
 */

import type { PoolId } from "../../domain/ids.ts";
import type { Page, PageRequest } from "../../domain/management.ts";
import type { Pool } from "../../domain/pool.ts";
import type { Token } from "../../domain/token.ts";
import { NO_MODEL, OTHER_MODELS, type UsageDimension } from "../../domain/usage_store.ts";
import type { AdminServices } from "../admin/services.ts";

/** A model is called what it is called, but for those that stand for something. */
const MODELS: ReadonlyMap<string, Named> = new Map([
  [NO_MODEL, { name: "no model named", poolId: null }],
  [OTHER_MODELS, { name: "other models", poolId: null }],
]);

/** The most pages of one list that are looked through; names beyond them stay ids. */
const MAX_PAGES = 5;
const PAGE_SIZE = 1_000;
/** The most pools whose keys are looked through. */
const MAX_POOLS = 50;

/** What something is called, and the pool it is in, or is. */
export interface Named {
  /** A key without a label is called by its last four characters. */
  readonly name: string;
  /** Whose page tells more; null for models, which are in no pool. */
  readonly poolId: PoolId | null;
}

/** Every pool and token: what a form offers, and whose names are known. */
export interface Known {
  /** In the order they were made in. */
  readonly pools: readonly Pool[];
  /** In the order they were made in. */
  readonly tokens: readonly Token[];
}

/** Reads the pools and tokens there are. */
export async function readKnown(
  { pools, tokens }: Pick<AdminServices, "pools" | "tokens">,
): Promise<Known> {
  const [allPools, allTokens] = await Promise.all([
    all((page) => pools.list(page)),
    all((page) => tokens.list(page)),
  ]);
  return { pools: allPools, tokens: allTokens };
}

/** The names of these ids. Keys are only looked for in their pools when they are asked for. */
export async function readNames(
  keys: AdminServices["keys"],
  { by, ids, known, pool }: {
    by: UsageDimension;
    ids: ReadonlySet<string>;
    known: Known;
    pool: string;
  },
): Promise<ReadonlyMap<string, Named>> {
  switch (by) {
    case "model":
      return MODELS;
    case "pool":
      return new Map(known.pools.map(({ id, name }) => [id, { name, poolId: id }]));
    case "token":
      return new Map(known.tokens.map(({ id, name, poolId }) => [id, { name, poolId }]));
    case "key":
      return await keyNames(keys, {
        ids,
        pools: known.pools.filter(({ id }) => pool === "" || id === pool),
      });
  }
}

async function keyNames(
  keys: AdminServices["keys"],
  { ids, pools }: { ids: ReadonlySet<string>; pools: readonly Pool[] },
): Promise<ReadonlyMap<string, Named>> {
  const names = new Map<string, Named>();
  for (const { id: poolId } of pools.slice(0, MAX_POOLS)) {
    if (names.size === ids.size) break;
    for (const { id, label, lastFour } of await all((page) => keys.list(poolId, page))) {
      if (ids.has(id)) names.set(id, { name: label === "" ? `…${lastFour}` : label, poolId });
    }
  }
  return names;
}

async function all<T>(list: (page: PageRequest) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const page: Page<T> = await list({ limit: PAGE_SIZE, ...(cursor !== null && { cursor }) });
    items.push(...page.items);
    cursor = page.cursor;
    if (cursor === null) break;
  }
  return items;
}
