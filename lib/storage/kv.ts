/**
 * The part of Deno KV we use, with a time limit on every call.
 *
 * The remote client of KV retries for ever when its server answers 5xx, so a call without a limit
 * may never come back. A write that runs into the limit may still have happened: callers read again.
 *
 * @module
 */

import { RotatorError, UNAVAILABLE } from "../domain/errors.ts";

/** What we use of `Deno.Kv`. A test may hand in one that is slow, fails, or counts. */
export type Kv = Pick<Deno.Kv, "get" | "getMany" | "list" | "atomic">;

/** The longest we wait for one KV operation, in milliseconds. */
export const KV_DEADLINE_MS = 5_000;

/** The same KV, except that no call takes longer than `deadlineMs`. */
export function withDeadline(kv: Kv, { deadlineMs = KV_DEADLINE_MS } = {}): Kv {
  const limit = <T>(what: string, work: Promise<T>) => within(deadlineMs, what, work);
  return {
    get: (key, options) => limit("read", kv.get(key, options)),
    getMany: (keys, options) => limit("read", kv.getMany(keys, options)),
    list: (selector, options) => limitedList(kv.list(selector, options), limit),
    atomic: () => {
      const operation = kv.atomic();
      const commit = operation.commit.bind(operation);
      operation.commit = () => limit("commit", commit());
      return operation;
    },
  };
}

type Limit = <T>(what: string, work: Promise<T>) => Promise<T>;

function limitedList<T>(entries: Deno.KvListIterator<T>, limit: Limit): Deno.KvListIterator<T> {
  const next = entries.next.bind(entries);
  entries.next = () => limit("list", next());
  return entries;
}

async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooSlow(ms, what)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function tooSlow(ms: number, what: string): RotatorError {
  return new RotatorError(UNAVAILABLE, "Cannot reach our storage: it takes too long to answer", {
    cause: new Error(`KV ${what} took longer than ${ms} ms`),
    retryAfterMs: 5_000,
  });
}
