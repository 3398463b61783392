/**
 * `/api/pools/:pool/keys`
 *
 * The promise: a secret comes in and never goes out again, other than to Gemini.
 *
 * @module
 */

import { redact } from "../../domain/redact.ts";
import { addedItem } from "./added_item.ts";
import { keyItem } from "./key_item.ts";
import { readJson, readKeyList, readPageRequest } from "./read.ts";
import { replyDone, replyJson, replyPage } from "./reply.ts";
import type { RouteTable } from "./route_table.ts";
import { keyChanges } from "./schemas.ts";
import type { AdminServices } from "./services.ts";

/** Keys of a pool: listing, adding, changing, deleting, waking, testing. */
export function keyRoutes(
  { keys, manage, probe }: Pick<AdminServices, "keys" | "manage" | "probe">,
): RouteTable {
  return {
    "/api/pools/:pool/keys": {
      async GET({ ids, query }) {
        return replyPage(await keys.list(ids.pool, readPageRequest(query)), keyItem);
      },
      async POST({ admin, ids, request }) {
        const { pool } = ids;
        const report = await manage(admin).keys.add(pool, await readKeyList(request));
        return replyJson(addedItem(report), report.added.length > 0 ? 201 : 200);
      },
    },

    "/api/pools/:pool/keys/:key": {
      async GET({ ids }) {
        return replyJson(keyItem(await keys.get(ids.pool, ids.key)));
      },
      async PATCH({ admin, ids, request }) {
        const changes = await readJson(request, keyChanges);
        return replyJson(keyItem(await manage(admin).keys.update(ids.pool, ids.key, changes)));
      },
      async DELETE({ admin, ids }) {
        await manage(admin).keys.delete(ids.pool, ids.key);
        return replyDone();
      },
    },

    "/api/pools/:pool/keys/:key/wake": {
      async POST({ admin, ids }) {
        return replyJson(keyItem(await manage(admin).keys.wake(ids.pool, ids.key)));
      },
    },

    "/api/pools/:pool/keys/:key/test": {
      async POST({ ids }) {
        const secret = await keys.openSecret(ids.pool, ids.key);
        const { verdict, why } = await probe(secret);
        return replyJson({ verdict, why: redact(why, [secret]) });
      },
    },
  };
}
