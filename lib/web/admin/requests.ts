/**
 * `/api/requests`
 *
 * @module
 */

import { NOT_FOUND, RotatorError } from "../../domain/errors.ts";
import { readRequestsRequest } from "./read.ts";
import { replyJson } from "./reply.ts";
import { requestItem } from "./request_item.ts";
import type { RouteTable } from "./route_table.ts";
import type { AdminServices } from "./services.ts";

/** Requests that failed, newest first, and one by the id that its client saw. */
export function requestRoutes(
  { failedRequests }: Pick<AdminServices, "failedRequests">,
): RouteTable {
  return {
    "/api/requests": {
      async GET({ query }) {
        const { limit = 100, cursor, token } = readRequestsRequest(query);
        const { requests, dropped } = await failedRequests.read();
        const all = token === undefined
          ? requests
          : requests.filter((request) => request.token.id === token);
        // A cursor that is gone was the oldest of those that are remembered.
        const after = cursor === undefined ? -1 : all.findIndex(({ id }) => id === cursor);
        const left = cursor !== undefined && after === -1 ? [] : all.slice(after + 1);
        const items = left.slice(0, limit);
        return replyJson({
          items: items.map(requestItem),
          cursor: left.length > limit ? items.at(-1)?.id ?? null : null,
          dropped,
        });
      },
    },

    "/api/requests/:request": {
      async GET({ ids }) {
        const { requests } = await failedRequests.read();
        const found = requests.find(({ id }) => id === ids.request);
        if (found === undefined) throw notRemembered(ids.request);
        return replyJson(requestItem(found));
      },
    },
  };
}

function notRemembered(id: string): RotatorError {
  return new RotatorError(
    NOT_FOUND,
    `Cannot find request "${id}": only those that failed in the last seven days are remembered, and not all of them when very many do`,
  );
}
