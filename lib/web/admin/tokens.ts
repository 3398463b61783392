/**
 * `/api/tokens`
 *
 * The promise: a token is shown once, in the answer that made it.
 *
 * @module
 */

import { reportKey } from "../../domain/key.ts";
import type { AddReport } from "../../domain/management.ts";
import type { Token } from "../../domain/token.ts";
import { type AddedItem, addedItem } from "./added_item.ts";
import { readJson, readPageRequest } from "./read.ts";
import { replyDone, replyJson, replyPage } from "./reply.ts";
import type { RouteTable } from "./route_table.ts";
import { newToken, tokenChanges } from "./schemas.ts";
import type { AdminServices } from "./services.ts";
import { type TokenItem, tokenItem } from "./token_item.ts";

/** Tokens: listing, making, changing, deleting. */
export function tokenRoutes(
  { tokens, manage, usage, clock }: Pick<AdminServices, "tokens" | "manage" | "usage" | "clock">,
): RouteTable {
  /** The pool was made with the token, so nothing in it cools yet. */
  function addedWithToken({ added, ...rest }: AddReport): AddedItem {
    const facts = { cooldowns: [], last: null, now: clock.now() };
    return addedItem({ ...rest, added: added.map((key) => reportKey(key, facts)) });
  }

  async function shown(token: Token): Promise<TokenItem> {
    const lastUsed = await usage.lastUsed([token.id]);
    return tokenItem(token, lastUsed.get(token.id));
  }

  return {
    "/api/tokens": {
      async GET({ query }) {
        const page = await tokens.list(readPageRequest(query));
        const lastUsed = await usage.lastUsed(page.items.map(({ id }) => id));
        return replyPage(page, (token) => tokenItem(token, lastUsed.get(token.id)));
      },
      async POST({ admin, request }) {
        const { settings, source } = await readJson(request, newToken(clock.now()));
        const { record, token, keys } = await manage(admin).tokens.create(settings, source);
        return replyJson({
          ...tokenItem(record),
          token,
          keys: keys && addedWithToken(keys),
        }, 201);
      },
    },

    "/api/tokens/:token": {
      async GET({ ids }) {
        return replyJson(await shown(await tokens.get(ids.token)));
      },
      async PATCH({ admin, ids, request }) {
        const changes = await readJson(request, tokenChanges);
        return replyJson(await shown(await manage(admin).tokens.update(ids.token, changes)));
      },
      async DELETE({ admin, ids }) {
        await manage(admin).tokens.delete(ids.token);
        return replyDone();
      },
    },
  };
}
