/**
 * `/api/overview`: whether everything is all right.
 *
 * @module
 */

import { type EpochMs, later } from "../../domain/ids.ts";
import { startOf, STEP_MS } from "../../domain/time_step.ts";
import type { UsageGroup } from "../../domain/usage_store.ts";
import { addSums, type UsageSums } from "../../domain/usage_sums.ts";
import { iso } from "./moment.ts";
import { poolItem } from "./pool_item.ts";
import { readPageRequest } from "./read.ts";
import { replyJson } from "./reply.ts";
import type { RouteTable } from "./route_table.ts";
import type { AdminServices } from "./services.ts";
import { type SumsItem, sumsItem } from "./usage_item.ts";

/** Pools whose keys are counted, unless the query says otherwise. */
const POOLS_AT_ONCE = 50;

/** What came of all requests since a moment. */
export interface WindowItem extends SumsItem {
  /** ISO 8601: where an hour or a day of UTC begins. */
  readonly since: string;
}

/** The last hour, day and week, and what keys of each pool are ready. */
export function overviewRoutes(
  { pools, keys, usage, clock }: Pick<AdminServices, "pools" | "keys" | "usage" | "clock">,
): RouteTable {
  async function windows(now: EpochMs): Promise<Record<"hour" | "day" | "week", WindowItem>> {
    // The hour that runs and the one before, because at five past there would be little to see.
    const anHourAgo = startOf("hour", later(now, -STEP_MS.hour));
    const aDayAgo = startOf("hour", later(now, -23 * STEP_MS.hour));
    const aWeekAgo = startOf("day", later(now, -6 * STEP_MS.day));
    const to = later(now, 1);
    const [hours, days] = await Promise.all([
      usage.read({ by: "pool", step: "hour", from: aDayAgo, to }),
      usage.read({ by: "pool", step: "day", from: aWeekAgo, to }),
    ]);
    return {
      hour: windowItem(hours, anHourAgo),
      day: windowItem(hours, aDayAgo),
      week: windowItem(days, aWeekAgo),
    };
  }

  return {
    "/api/overview": {
      async GET({ query }) {
        const page = await pools.list({ limit: POOLS_AT_ONCE, ...readPageRequest(query) });
        const items = await Promise.all(
          page.items.map(async (pool) => ({ ...poolItem(pool), keys: await keys.count(pool.id) })),
        );
        return replyJson({
          ...await windows(clock.now()),
          pools: { items, cursor: page.cursor },
        });
      },
    },
  };
}

function windowItem(groups: readonly UsageGroup[], since: EpochMs): WindowItem {
  const sums: UsageSums = {};
  for (const group of groups) {
    if (group.at >= since) addSums(sums, group.sums);
  }
  return { since: iso(since), ...sumsItem(sums) };
}
