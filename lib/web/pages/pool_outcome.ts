/**
 * Does what a pool's page asks for.
 *
 * The promise: each of several keys is a change of its own, so that one which is gone does not keep the
 * others from theirs; and of a test nobody sees more than what the admin API tells.
 *
 * @module
 */

import type { KeyId, PoolId } from "../../domain/ids.ts";
import type { Management, ReportOfAdding } from "../../domain/management.ts";
import { redact } from "../../domain/redact.ts";
import type { AdminServices } from "../admin/services.ts";
import { attempt, type Refused } from "./attempt.ts";
import type { PoolDone } from "./pool_done.ts";
import type { KeyAct, PoolOrder } from "./pool_order.ts";

/** How many keys are tested at the same time. */
const TESTS_AT_ONCE = 10;

/** What a test of one key said. */
export interface KeyTest {
  /** Which key. */
  readonly key: KeyId;
  /** In one word: `good`, `bad` or `inconclusive`. */
  readonly verdict: "good" | "bad" | "inconclusive";
  /** What Gemini answered. */
  readonly why: string;
}

/** What came of an order. */
export type PoolOutcome =
  /** All of it is done. */
  | { readonly kind: "done"; readonly done: PoolDone }
  /** What became of each key that was pasted. */
  | { readonly kind: "added"; readonly report: ReportOfAdding }
  /** What each test said. */
  | { readonly kind: "tested"; readonly tests: readonly KeyTest[] }
  /** Some keys could not be changed. */
  | {
    readonly kind: "partly";
    readonly changed: number;
    readonly refusals: readonly string[];
    readonly status: number;
  };

/** Whom to ask. */
export interface PoolHands {
  /** Which pool. */
  readonly pool: PoolId;
  /** Changes it. */
  readonly manage: Pick<Management, "pools" | "keys">;
  /** For tests. */
  readonly admin: Pick<AdminServices, "keys" | "probe">;
}

/**
 * Does it.
 *
 * @throws {RotatorError} when nothing of it could be done.
 */
export async function carryOut(order: PoolOrder, hands: PoolHands): Promise<PoolOutcome> {
  const { pool, manage } = hands;
  switch (order.kind) {
    case "add":
      return { kind: "added", report: await manage.keys.add(pool, order.candidates) };
    case "edit":
      await manage.keys.update(pool, order.key, order.changes);
      return { kind: "done", done: "edited" };
    case "settings":
      await manage.pools.update(pool, order.changes);
      return { kind: "done", done: "saved" };
    case "delete":
      await manage.pools.delete(pool);
      return { kind: "done", done: "gone" };
    case "keys":
      return order.act === "test"
        ? { kind: "tested", tests: await testKeys(order.keys, hands) }
        : await changeKeys(order.keys, order.act, hands);
  }
}

type Change = Exclude<KeyAct, "test">;

const DONE: Readonly<Record<Change, PoolDone>> = {
  wake: "woken",
  enable: "enabled",
  disable: "disabled",
  delete: "deleted",
};

async function changeKeys(
  keys: readonly KeyId[],
  act: Change,
  { pool, manage }: PoolHands,
): Promise<PoolOutcome> {
  const refusals: Refused[] = [];
  for (const key of keys) {
    const tried = await attempt(() => changeKey(key, act));
    if (tried.error !== null) refusals.push(tried);
  }
  const [first] = refusals;
  if (first === undefined) return { kind: "done", done: DONE[act] };
  return {
    kind: "partly",
    changed: keys.length - refusals.length,
    refusals: refusals.map(({ error }) => error),
    status: first.status,
  };

  async function changeKey(key: KeyId, act: Change): Promise<unknown> {
    switch (act) {
      case "wake":
        return await manage.keys.wake(pool, key);
      case "enable":
        return await manage.keys.update(pool, key, { enabled: true });
      case "disable":
        return await manage.keys.update(pool, key, { enabled: false });
      case "delete":
        return await manage.keys.delete(pool, key);
    }
  }
}

async function testKeys(keys: readonly KeyId[], hands: PoolHands): Promise<KeyTest[]> {
  const tests: KeyTest[] = [];
  for (let at = 0; at < keys.length; at += TESTS_AT_ONCE) {
    const some = keys.slice(at, at + TESTS_AT_ONCE);
    tests.push(...await Promise.all(some.map((key) => testKey(key, hands))));
  }
  return tests;
}

async function testKey(key: KeyId, { pool, admin }: PoolHands): Promise<KeyTest> {
  const { value, error } = await attempt(async (): Promise<KeyTest> => {
    const secret = await admin.keys.openSecret(pool, key);
    const { verdict, why } = await admin.probe(secret);
    return { key, verdict, why: redact(why, [secret]) };
  });
  return value ?? { key, verdict: "inconclusive", why: error };
}
