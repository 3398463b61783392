/**
 * Reads usage from KV.
 *
 * A report is put together from sums by hour or by day; how many are read for one has a limit.
 *
 * @module
 */

import { INVALID_REQUEST, RotatorError } from "../domain/errors.ts";
import { tokensOf } from "../domain/finished_request.ts";
import type { EpochMs, TokenId } from "../domain/ids.ts";
import { nameOfStep, startOfNamed, stepsBetween } from "../domain/time_step.ts";
import type {
  Spent,
  UsageGroup,
  UsageQuery,
  UsageReports,
  UsageStore,
  UsageSubject,
} from "../domain/usage_store.ts";
import { addTo, requestsIn, type UsageSums } from "../domain/usage_sums.ts";
import { lastUsedAddress, type UsagePlace, usagePlace, usagePrefix } from "./addresses.ts";
import type { Kv } from "./kv.ts";

/** Sums that one report may be made of: about a second's reading. */
const MAX_READ = 200_000;
/** Groups in one answer. */
const MAX_GROUPS = 20_000;
/** KV's own limits. */
const SUMS_PER_READ = 1_000;
const ADDRESSES_PER_READ = 10;

/** Reports over this storage. */
export function createUsageReports(
  kv: Kv,
): Pick<UsageReports, "read" | "lastUsed"> & Pick<UsageStore, "spent"> {
  return {
    async read(query) {
      const groups = new Map<string, Group>();
      let read = 0;
      for (const selector of selectorsOf(query)) {
        for await (const { key, value } of kv.list<Deno.KvU64>(selector, BATCHES)) {
          if (++read > MAX_READ) throw tooMuch();
          const place = usagePlace(key);
          if (!isAskedFor(place, query)) continue;
          addTo(groupOf(place, query, groups).sums, place.metric, Number(value.value));
        }
        if (groups.size > MAX_GROUPS) throw tooMuch();
      }
      return [...groups.values()].toSorted(byTimeAndName)
        .map(({ time, of, sums }): UsageGroup => ({ at: startOfNamed(time), of, sums }));
    },

    async spent(token, day): Promise<Spent> {
      const sums: UsageSums = {};
      const prefix = [...usagePrefix("token", "day"), day, token];
      for await (const { key, value } of kv.list<Deno.KvU64>({ prefix }, BATCHES)) {
        addTo(sums, usagePlace(key).metric, Number(value.value));
      }
      return { requests: requestsIn(sums) - (sums.limited ?? 0), tokens: tokensOf(sums) };
    },

    async lastUsed(tokens) {
      const found = new Map<TokenId, EpochMs>();
      const groups = Array.from(
        { length: Math.ceil(tokens.length / ADDRESSES_PER_READ) },
        (_, n) => tokens.slice(n * ADDRESSES_PER_READ, (n + 1) * ADDRESSES_PER_READ),
      );
      await Promise.all(groups.map(async (some) => {
        const entries = await kv.getMany<Deno.KvU64[]>(some.map(lastUsedAddress));
        some.forEach((token, n) => {
          const moment = entries[n]?.value;
          if (moment) found.set(token, Number(moment.value) as EpochMs);
        });
      }));
      return found;
    },
  };
}

interface Group {
  readonly time: string;
  readonly of: string;
  readonly sums: UsageSums;
}

const DIMENSIONS = ["pool", "token", "key", "model"] as const;
const BATCHES = { batchSize: SUMS_PER_READ };

function groupOf({ time, subject }: UsagePlace, { by }: UsageQuery, groups: Map<string, Group>) {
  const of = partOf(subject, by) ?? "";
  const name = `${time}/${of}`;
  let group = groups.get(name);
  if (group === undefined) groups.set(name, group = { time, of, sums: {} });
  return group;
}

/** Where the query's sums stand: each step by itself when they stand together in it. */
function selectorsOf(query: UsageQuery): Deno.KvListSelector[] {
  const { step, from, to } = query;
  const family = familyOf(query);
  const under = usagePrefix(family, step);
  const steps = stepsBetween(step, from, to).map((at) => nameOfStep(step, at));
  const first = query[family === "token" ? "token" : "pool"];
  if (first !== undefined) return steps.map((time) => ({ prefix: [...under, time, first] }));
  const [start, end] = [steps[0], steps.at(-1)];
  if (start === undefined || end === undefined) return [];
  // Behind everything of the last step, because no time has a character after its digits.
  return [{ start: [...under, start], end: [...under, `${end}~`] }];
}

/** Which sums answer the query; the pool's are the fewest. */
function familyOf({ by, token, key }: UsageQuery): UsageSubject["family"] {
  const isOfTokens = by === "token" || token !== undefined;
  const isOfKeys = by === "key" || key !== undefined;
  if (isOfTokens && isOfKeys) {
    throw new RotatorError(
      INVALID_REQUEST,
      "Cannot tell usage by token and key: which keys served which token is not counted",
    );
  }
  return isOfTokens ? "token" : isOfKeys ? "key" : "pool";
}

function isAskedFor({ subject }: UsagePlace, { pool, token, key, model }: UsageQuery): boolean {
  const wanted = { pool, token, key, model };
  return DIMENSIONS.every((name) =>
    wanted[name] === undefined || wanted[name] === partOf(subject, name)
  );
}

function partOf(subject: UsageSubject, name: UsageQuery["by"]): string | undefined {
  return (subject as Partial<Record<UsageQuery["by"], string>>)[name];
}

function byTimeAndName(one: Group, other: Group): number {
  return compare(one.time, other.time) || compare(one.of, other.of);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function tooMuch(): RotatorError {
  return new RotatorError(
    INVALID_REQUEST,
    "Cannot tell usage: it is more than one answer holds; ask for less time, one pool, one token or one model",
  );
}
