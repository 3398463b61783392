/**
 * `/api/usage`
 *
 * @module
 */

import { replyCsv, replyJson } from "./reply.ts";
import type { AdminCall, RouteTable } from "./route_table.ts";
import type { AdminServices } from "./services.ts";
import { usageCsv } from "./usage_csv.ts";
import { usageItem } from "./usage_item.ts";
import { readUsageQuery } from "./usage_query.ts";
import { iso } from "./moment.ts";

/** Usage by token, key, model or pool, in steps of an hour or a day: as JSON and as CSV. */
export function usageRoutes(
  { usage, clock }: Pick<AdminServices, "usage" | "clock">,
): RouteTable {
  async function read({ query }: AdminCall) {
    const asked = readUsageQuery(query, clock.now());
    const groups = await usage.read(asked);
    return { asked, items: groups.map((group) => usageItem(group, asked.by)) };
  }

  return {
    "/api/usage": {
      async GET(call) {
        const { asked: { by, step, from, to }, items } = await read(call);
        return replyJson({ by, step, from: iso(from), to: iso(to), items });
      },
    },

    "/api/usage.csv": {
      async GET(call) {
        const { asked: { by, step }, items } = await read(call);
        return replyCsv(usageCsv(items, by), `usage-by-${by}-and-${step}.csv`);
      },
    },
  };
}
