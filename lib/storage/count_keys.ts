/**
 * Counts a pool's keys by what they are doing now.
 *
 * @module
 */

import type { KeyCounts } from "../domain/management.ts";
import type { PoolId } from "../domain/ids.ts";
import { type Cooldown, coolingSubjects, reportKey } from "../domain/key.ts";
import { cooldownsPrefix, keysPrefix } from "./addresses.ts";
import { decode } from "./codec.ts";
import type { StorageContext } from "./context.ts";
import { keyOf, type KeyRecord } from "./key_record.ts";
import { readAll } from "./page.ts";

/** How many keys of a pool are counted; what comes after them is not. */
export const MAX_COUNTED = 20_000;

/** Counts the first {@linkcode MAX_COUNTED} keys; one read for every 500, none for each key. */
export async function countKeys(
  { kv, clock }: Pick<StorageContext, "kv" | "clock">,
  pool: PoolId,
): Promise<KeyCounts> {
  const counts = { ready: 0, cooling: 0, disabled: 0 };
  const cooling = bySubject(await readAll<Cooldown>(kv, cooldownsPrefix(pool)));
  const now = clock.now();
  const page = { limit: MAX_COUNTED, batchSize: 500 };
  for await (const { value } of kv.list({ prefix: keysPrefix(pool) }, page)) {
    const key = keyOf(decode<KeyRecord>(value));
    const cooldowns = coolingSubjects(key).flatMap((subject) => cooling.get(subject) ?? []);
    counts[reportKey(key, { cooldowns, last: null, now }).state] += 1;
  }
  return counts;
}

/** So that ten thousand keys do not each look through ten thousand cooldowns. */
function bySubject(cooldowns: readonly Cooldown[]): Map<string, Cooldown[]> {
  return Map.groupBy(cooldowns, ({ subject }) => subject);
}
