/**
 * Deleting many entries.
 *
 * Not for what must vanish together: it deletes a commit's worth at a time.
 *
 * @module
 */

import { atomically } from "./atomically.ts";
import { encode } from "./codec.ts";
import type { StorageContext } from "./context.ts";

/** Well under KV's limits for one commit: 1,000 mutations, 80 KiB of addresses. */
const DELETES_PER_COMMIT = 500;

/**
 * Deletes these entries, in several commits when there are many.
 *
 * @param mark rewritten by every commit, for those who have to hear of it; none if absent.
 */
export async function deleteAll(
  { kv, clock, random }: Pick<StorageContext, "kv" | "clock" | "random">,
  addresses: readonly Deno.KvKey[],
  { mark }: { mark?: Deno.KvKey } = {},
): Promise<void> {
  for (let from = 0; from < addresses.length; from += DELETES_PER_COMMIT) {
    const some = addresses.slice(from, from + DELETES_PER_COMMIT);
    await atomically(() => {
      const operation = kv.atomic();
      for (const address of some) operation.delete(address);
      if (mark !== undefined) operation.set(mark, encode(clock.now()));
      return { operation, value: null };
    }, { clock, random });
  }
}
