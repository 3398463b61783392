/**
 * `/api/activity`
 *
 * @module
 */

import { activityItem } from "./activity_item.ts";
import { readActivityRequest } from "./read.ts";
import { replyPage } from "./reply.ts";
import type { RouteTable } from "./route_table.ts";
import type { AdminServices } from "./services.ts";

/** Who changed what, newest first. */
export function activityRoutes({ activity }: Pick<AdminServices, "activity">): RouteTable {
  return {
    "/api/activity": {
      async GET({ query }) {
        return replyPage(await activity.list(readActivityRequest(query)), activityItem);
      },
    },
  };
}
