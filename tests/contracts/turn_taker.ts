/**
 * One process of several: takes turns of a pool on a shared KV file, and writes what it got.
 *
 * Arguments: the path of the file, the id of the pool, how many requests to play. It begins when a
 * line comes in, so that all processes do at once.
 *
 * @module
 */

import { systemClock } from "../../lib/domain/clock.ts";
import type { PoolId } from "../../lib/domain/ids.ts";
import type { Claim } from "../../lib/domain/ports.ts";
import { createRotation } from "../../lib/rotation/rotation.ts";
import { openStorage } from "../../lib/storage/storage.ts";

/** What one process writes when it is done. */
export interface Taken {
  /** Which key served how often. */
  readonly served: Record<string, number>;
  /** Every claim that held: its first turn and how many. */
  readonly claims: readonly (readonly [number, number])[];
  /** What went wrong, in words. */
  readonly failures: readonly string[];
}

/** Requests that are under way at the same time. */
const AT_ONCE = 16;

if (import.meta.main) {
  const [path = "", pool = "", requests = "0"] = Deno.args;
  console.log(JSON.stringify(await takeTurns(path, pool as PoolId, Number(requests))));
}

async function takeTurns(path: string, poolId: PoolId, requests: number): Promise<Taken> {
  const kv = await Deno.openKv(path);
  const storage = await openStorage(kv, {
    masterKeys: { current: new Uint8Array(32).fill(7) },
    changed: { pool: (id) => rotation.changed(id), token() {} },
  });
  const taken = { served: {} as Record<string, number>, claims: [] as [number, number][] };
  const failures: string[] = [];
  const underWay = new Set<Promise<unknown>>();
  const note = (what: string, work: Promise<unknown>) => {
    const noted: Promise<unknown> = work
      .catch((cause) => failures.push(`${what}: ${cause} (${cause.cause})`))
      .finally(() => underWay.delete(noted));
    underWay.add(noted);
  };
  const rotation = createRotation({
    clock: systemClock,
    inBackground: note,
    store: {
      ...storage.rotation,
      claimTurns(id, count): Promise<Claim> {
        const claiming = storage.rotation.claimTurns(id, count);
        note("claim", claiming.then((claim) => taken.claims.push([claim.first, claim.count])));
        return claiming;
      },
    },
  });
  const pool = await rotation.pool(poolId);
  if (pool === null) throw new ReferenceError(`there is no pool ${poolId}`);
  console.log("ready");
  await Deno.stdin.read(new Uint8Array(1));

  async function client(): Promise<void> {
    for (let request = 0; request < requests / AT_ONCE; request++) {
      const choice = await pool?.choose({ model: "m" });
      if (choice?.kind !== "key") throw new RangeError(`no key but ${choice?.kind}`);
      taken.served[choice.key.id] = (taken.served[choice.key.id] ?? 0) + 1;
      await systemClock.sleep(1);
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, client));
  while (underWay.size > 0) await Promise.all(underWay);
  kv.close();
  return { ...taken, failures };
}
