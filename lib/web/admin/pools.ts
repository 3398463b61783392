/**
 * `/api/pools`
 *
 * @module
 */

import { poolItem } from "./pool_item.ts";
import { readJson, readPageRequest } from "./read.ts";
import { replyDone, replyJson, replyPage } from "./reply.ts";
import type { RouteTable } from "./route_table.ts";
import { newPool, poolChanges } from "./schemas.ts";
import type { AdminServices } from "./services.ts";

/** Pools: listing, making, changing, deleting. One by itself tells how many keys it has in each state. */
export function poolRoutes({ pools, keys }: Pick<AdminServices, "pools" | "keys">): RouteTable {
  return {
    "/api/pools": {
      async GET({ query }) {
        return replyPage(await pools.list(readPageRequest(query)), poolItem);
      },
      async POST({ request }) {
        return replyJson(poolItem(await pools.create(await readJson(request, newPool))), 201);
      },
    },

    "/api/pools/:pool": {
      async GET({ ids }) {
        const pool = await pools.get(ids.pool);
        return replyJson({ ...poolItem(pool), keys: await keys.count(pool.id) });
      },
      async PATCH({ ids, request }) {
        const changes = await readJson(request, poolChanges);
        return replyJson(poolItem(await pools.update(ids.pool, changes)));
      },
      async DELETE({ ids }) {
        await pools.delete(ids.pool);
        return replyDone();
      },
    },
  };
}
