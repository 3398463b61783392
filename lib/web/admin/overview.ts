/**
 * `/api/overview`: whether everything is all right.
 *
 * @module
 */

import { iso } from "./moment.ts";
import { poolItem } from "./pool_item.ts";
import { readPageRequest } from "./read.ts";
import { replyJson } from "./reply.ts";
import type { RouteTable } from "./route_table.ts";
import type { AdminServices } from "./services.ts";
import { type SumsItem, sumsItem } from "./usage_item.ts";
import { readWindows, type Window } from "./windows.ts";

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
  return {
    "/api/overview": {
      async GET({ query }) {
        const page = await pools.list({ limit: POOLS_AT_ONCE, ...readPageRequest(query) });
        const items = await Promise.all(
          page.items.map(async (pool) => ({ ...poolItem(pool), keys: await keys.count(pool.id) })),
        );
        const { hour, day, week } = await readWindows(usage, clock.now());
        return replyJson({
          hour: windowItem(hour),
          day: windowItem(day),
          week: windowItem(week),
          pools: { items, cursor: page.cursor },
        });
      },
    },
  };
}

function windowItem({ since, sums }: Window): WindowItem {
  return { since: iso(since), ...sumsItem(sums) };
}
