import assert from "node:assert/strict";
import { RotatorError } from "../../lib/domain/errors.ts";
import {
  type EpochMs,
  type KeyId,
  later,
  type PoolId,
  type TokenId,
} from "../../lib/domain/ids.ts";
import type { UsageQuery, UsageRow, UsageSubject } from "../../lib/domain/usage_store.ts";
import { DAYS_KEPT, HOURS_KEPT } from "../../lib/storage/usage.ts";
import { aUsageRow } from "../support/builders.ts";
import { NOON } from "../support/hand_clock.ts";
import { type TestStorage, withStorage } from "../support/storage.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MIDNIGHT = (NOON - 12 * HOUR_MS) as EpochMs;
const [P1, P2] = ["p1" as PoolId, "p2" as PoolId];

function tokenRow(
  pool: PoolId,
  token: string,
  { model = "m", hours = 0, served = 1 } = {},
): UsageRow {
  const subject: UsageSubject = { family: "token", pool, token: token as TokenId, model };
  return aUsageRow({ subject, hour: later(NOON, hours * HOUR_MS), sums: { served } });
}

function keyRow(pool: PoolId, key: string, { model = "m", served = 1 } = {}): UsageRow {
  const subject: UsageSubject = { family: "key", pool, key: key as KeyId, model };
  return aUsageRow({ subject, sums: { served } });
}

function poolRow(pool: PoolId, { model = "m", hours = 0, served = 1 } = {}): UsageRow {
  const subject: UsageSubject = { family: "pool", pool, model };
  return aUsageRow({ subject, hour: later(NOON, hours * HOUR_MS), sums: { served } });
}

/** What each group served, by the hours since noon and by what it is. */
async function served({ usage }: TestStorage, query: Partial<UsageQuery>) {
  const groups = await usage.read({
    by: "token",
    step: "hour",
    from: NOON,
    to: later(NOON, HOUR_MS),
    ...query,
  });
  return groups.map(({ at, of, sums }) => [(at - NOON) / HOUR_MS, of, sums.served]);
}

Deno.test(
  "UsageReports tells tokens apart, and adds up their models and pools",
  withStorage(async (storage) => {
    await storage.usage.add([
      tokenRow(P1, "t2", { served: 10 }),
      tokenRow(P1, "t1", { served: 1 }),
      tokenRow(P1, "t1", { served: 2, model: "n" }),
      tokenRow(P2, "t1", { served: 4 }),
    ]);

    assert.deepEqual(await served(storage, {}), [[0, "t1", 7], [0, "t2", 10]]);
    assert.deepEqual(await served(storage, { pool: P1 }), [[0, "t1", 3], [0, "t2", 10]]);
    assert.deepEqual(await served(storage, { model: "n" }), [[0, "t1", 2]]);
    assert.deepEqual(await served(storage, { token: "t2" as TokenId }), [[0, "t2", 10]]);
    assert.deepEqual(await served(storage, { by: "model", token: "t1" as TokenId }), [
      [0, "m", 5],
      [0, "n", 2],
    ]);
    assert.deepEqual(await served(storage, { by: "pool", token: "t1" as TokenId }), [
      [0, "p1", 3],
      [0, "p2", 4],
    ]);
  }),
);

Deno.test(
  "UsageReports tells keys apart, of one pool or of all, and the models of one key",
  withStorage(async (storage) => {
    await storage.usage.add([
      keyRow(P1, "k1"),
      keyRow(P1, "k1", { model: "n", served: 2 }),
      keyRow(P1, "k2", { served: 4 }),
      keyRow(P2, "k3", { served: 8 }),
    ]);

    assert.deepEqual(await served(storage, { by: "key" }), [
      [0, "k1", 3],
      [0, "k2", 4],
      [0, "k3", 8],
    ]);
    assert.deepEqual(await served(storage, { by: "key", pool: P2 }), [[0, "k3", 8]]);
    assert.deepEqual(await served(storage, { by: "model", key: "k1" as KeyId }), [
      [0, "m", 1],
      [0, "n", 2],
    ]);
  }),
);

Deno.test(
  "UsageReports tells time in steps, from the first that is asked for to the last",
  withStorage(async (storage) => {
    await storage.usage.add([-1, 0, 1, 2, 13].map((hours) => poolRow(P1, { hours })));

    assert.deepEqual(await served(storage, { by: "pool", to: later(NOON, 2 * HOUR_MS) }), [
      [0, "p1", 1],
      [1, "p1", 1],
    ]);
    const days = { step: "day", from: NOON, to: later(NOON, DAY_MS) } as const;
    assert.deepEqual(await served(storage, { by: "model", ...days }), [
      [-12, "m", 4],
      [12, "m", 1],
    ]);
    assert.deepEqual(await served(storage, { by: "pool", to: NOON }), []);
  }),
);

Deno.test(
  "UsageReports cannot say which key served which token",
  withStorage(async ({ usage }) => {
    const query = { by: "key", token: "t1" as TokenId, step: "day", from: NOON, to: NOON } as const;

    await assert.rejects(
      usage.read(query),
      (error) => error instanceof RotatorError && error.code === "invalid_request",
    );
  }),
);

Deno.test(
  "UsageReports refuses what is more than an answer holds, and says how to ask",
  withStorage(async ({ usage }) => {
    await usage.add(Array.from({ length: 20_001 }, (_, n) => tokenRow(P1, `t${n}`)));
    const all = { by: "token", step: "day", from: MIDNIGHT, to: NOON } as const;

    await assert.rejects(usage.read(all), /ask for less time, one pool/);
    assert.equal((await usage.read({ ...all, token: "t7" as TokenId })).length, 1);
    assert.equal((await usage.read({ ...all, by: "model", token: "t7" as TokenId })).length, 1);
  }),
);

Deno.test(
  "UsageStore tells what a token has spent on one day, whatever pool it belonged to",
  withStorage(async ({ usage }) => {
    const subject = { family: "token", pool: P1, token: "t1" as TokenId, model: "m" } as const;
    const sums = {
      served: 3,
      limited: 9,
      prompt: 5,
      cached: 4,
      output: 6,
      thoughts: 7,
      toolUse: 8,
    };
    await usage.add([
      aUsageRow({ subject, sums }),
      aUsageRow({ subject: { ...subject, pool: P2 }, sums: { broken: 1, prompt: 100 } }),
      aUsageRow({ subject, sums, hour: later(NOON, 12 * HOUR_MS) }),
    ]);

    const spent = await usage.spent("t1" as TokenId, "2026-11-23");

    assert.deepEqual(spent, { requests: 4, tokens: 126 });
  }),
);

Deno.test(
  "UsageReports forgets hours after eight days and days after four hundred, and nothing sooner",
  withStorage(async ({ usage, clock, kv }) => {
    const left = async () => {
      const found: string[] = [];
      for await (const { key } of kv.list({ prefix: ["usage"] })) {
        found.push(key.slice(1, 3).join(" "));
      }
      return found.sort();
    };
    await usage.add([poolRow(P1), tokenRow(P1, "t1"), keyRow(P1, "k1")]);
    const counted = await left();

    await clock.advance(HOURS_KEPT * HOUR_MS);
    await usage.sweep();
    assert.deepEqual(await left(), counted);
    await clock.advance(DAY_MS);
    await usage.sweep();
    assert.deepEqual(await left(), ["key day", "last_used t1", "pool day", "token day"]);

    await clock.advance(DAYS_KEPT * DAY_MS);
    await usage.sweep();
    assert.deepEqual(await left(), []);
  }),
);
