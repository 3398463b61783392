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
export function poolRoutes(
  { pools, keys, manage }: Pick<AdminServices, "pools" | "keys" | "manage">,
): RouteTable {
  return {
    "/api/pools": {
      async GET({ query }) {
        return replyPage(await pools.list(readPageRequest(query)), poolItem);
      },
      async POST({ admin, request }) {
        const settings = await readJson(request, newPool);
        return replyJson(poolItem(await manage(admin).pools.create(settings)), 201);
      },
    },

    "/api/pools/:pool": {
      async GET({ ids }) {
        const pool = await pools.get(ids.pool);
        return replyJson({ ...poolItem(pool), keys: await keys.count(pool.id) });
      },
      async PATCH({ admin, ids, request }) {
        const changes = await readJson(request, poolChanges);
        return replyJson(poolItem(await manage(admin).pools.update(ids.pool, changes)));
      },
      async DELETE({ admin, ids }) {
        await manage(admin).pools.delete(ids.pool);
        return replyDone();
      },
    },
  };
}
