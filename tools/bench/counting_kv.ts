/**
 * Counts what storage asks of KV.
 *
 * An entry that is read counts as one, however many came with the same call, and so does an entry that
 * is written: that is how a KV in the cloud is paid for.
 *
 * @module
 */

import type { Kv } from "../../lib/storage/kv.ts";

/** What has been asked so far. */
export interface KvCounts {
  reads: number;
  writes: number;
  commits: number;
}

const MUTATIONS = ["set", "delete", "sum", "min", "max"] as const;

/** The same KV, and its counts, which go on counting. */
export function countingKv(kv: Kv): { readonly kv: Kv; readonly counts: KvCounts } {
  const counts: KvCounts = { reads: 0, writes: 0, commits: 0 };
  return {
    counts,
    kv: {
      get(key, options) {
        counts.reads += 1;
        return kv.get(key, options);
      },
      getMany(keys, options) {
        counts.reads += keys.length;
        return kv.getMany(keys, options);
      },
      list(selector, options) {
        const entries = kv.list(selector, options) as ReturnType<Kv["list"]>;
        const next = entries.next.bind(entries);
        entries.next = () => {
          // The end of a list is something one has to ask for, too.
          counts.reads += 1;
          return next();
        };
        return entries as Deno.KvListIterator<never>;
      },
      atomic: () => counted(kv.atomic(), counts),
    },
  };
}

function counted(operation: Deno.AtomicOperation, counts: KvCounts): Deno.AtomicOperation {
  for (const name of MUTATIONS) {
    const mutate = operation[name].bind(operation) as (...rest: unknown[]) => Deno.AtomicOperation;
    operation[name] = (...rest: unknown[]) => {
      counts.writes += 1;
      return mutate(...rest);
    };
  }
  const commit = operation.commit.bind(operation);
  operation.commit = () => {
    counts.commits += 1;
    return commit();
  };
  return operation;
}
