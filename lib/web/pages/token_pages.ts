/**
 * What the pages about tokens look up: which token an address means, which pools there are, and what
 * to say once something is done.
 *
 * @module
 */

import * as v from "valibot";
import { NOT_FOUND, RotatorError } from "../../domain/errors.ts";
import type { PoolId, TokenId } from "../../domain/ids.ts";
import type { Page, PageRequest, PoolReader } from "../../domain/management.ts";
import type { Pool } from "../../domain/pool.ts";
import { tokenId } from "../admin/fields.ts";
import { readPageRequest } from "../admin/read.ts";

/** How many tokens one page lists. */
const PAGE_SIZE = "50";
/** The most pools that can be chosen from. */
const MAX_CHOICES = 1_000;

const DONE: ReadonlyMap<string, string> = new Map([
  ["saved", "Saved."],
  ["enabled", "The token is enabled. Clients that use it are served again."],
  ["disabled", "The token is disabled. Clients that use it get 403 until it is enabled."],
  ["deleted", "The token is deleted. Clients that use it get 401."],
]);

/** What to say where an address ends in `?done=…`; null for words that are not ours. */
export function doneSentence(search: URLSearchParams): string | null {
  return DONE.get(search.get("done") ?? "") ?? null;
}

/**
 * The id in a page's address.
 *
 * @throws {RotatorError} `not_found`
 */
export function readTokenAddress(text: string): TokenId {
  if (v.is(tokenId, text)) return text as TokenId;
  throw new RotatorError(NOT_FOUND, "Cannot find this token: its address is not one of ours");
}

/**
 * Which page of the list is asked for.
 *
 * @throws {RotatorError} `invalid_request`
 */
export function readTokensPage(search: URLSearchParams): PageRequest {
  const cursor = search.get("cursor");
  return readPageRequest(
    new URLSearchParams({ limit: PAGE_SIZE, ...(cursor !== null && { cursor }) }),
  );
}

/** Pools to choose from: the oldest thousand, and the one that is chosen already. */
export async function poolChoices(
  pools: PoolReader,
  chosen: PoolId | null = null,
): Promise<readonly Pool[]> {
  const { items }: Page<Pool> = await pools.list({ limit: MAX_CHOICES });
  if (chosen === null || items.some(({ id }) => id === chosen)) return items;
  return [...items, await pools.get(chosen)];
}

/** How the pools of some tokens are called; the id where a pool is gone by now. */
export async function poolNames(
  pools: PoolReader,
  ids: readonly PoolId[],
): Promise<ReadonlyMap<PoolId, string>> {
  return new Map(
    await Promise.all([...new Set(ids)].map(async (id) => [id, await nameOf(id)] as const)),
  );

  async function nameOf(id: PoolId): Promise<string> {
    try {
      return (await pools.get(id)).name;
    } catch (error) {
      if (error instanceof RotatorError && error.code === NOT_FOUND) return id;
      throw error;
    }
  }
}
