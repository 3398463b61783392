/**
 * Lists a page at a time.
 *
 * @module
 */

import type { Page, PageRequest } from "../domain/management.ts";
import { INVALID_REQUEST, RotatorError } from "../domain/errors.ts";
import { decode } from "./codec.ts";
import type { Kv } from "./kv.ts";

/** The most items one page holds. */
export const MAX_PAGE = 1_000;

/**
 * Reads one page of everything under `prefix`, in the order of addresses.
 *
 * @throws {RotatorError} `invalid_request` when the cursor is not one of ours.
 */
export async function readPage<T>(
  kv: Kv,
  prefix: Deno.KvKey,
  { cursor, limit = 100 }: PageRequest = {},
): Promise<Page<T>> {
  const wanted = Math.min(Math.max(1, limit), MAX_PAGE);
  // One more than wanted tells whether there is another page.
  const options = { limit: wanted + 1, batchSize: wanted, ...(cursor ? { cursor } : {}) };
  const entries = kv.list({ prefix }, options);
  const items: T[] = [];
  let end = "";
  try {
    for await (const entry of entries) {
      if (items.length === wanted) return { items, cursor: end };
      items.push(decode<T>(entry.value));
      end = entries.cursor;
    }
  } catch (error) {
    throw isBadCursor(error) ? badCursor(error) : error;
  }
  return { items, cursor: null };
}

/** Reads everything under `prefix`, batch by batch. */
export async function readAll<T>(kv: Kv, prefix: Deno.KvKey): Promise<T[]> {
  const items: T[] = [];
  for await (const entry of kv.list({ prefix }, { batchSize: 500 })) {
    items.push(decode<T>(entry.value));
  }
  return items;
}

/** KV reads a cursor with the first batch only, and classes all its errors as TypeError. */
function isBadCursor(error: unknown): error is TypeError {
  return error instanceof TypeError && /cursor|latin1|key too large/i.test(error.message);
}

function badCursor(cause: TypeError): RotatorError {
  return new RotatorError(INVALID_REQUEST, "Cannot list: the cursor is not one that we gave", {
    cause,
  });
}
