/**
 * `/api/requests`
 *
 * @module
 */

import { NOT_FOUND, RotatorError } from "../../domain/errors.ts";
import { readRequestsRequest } from "./read.ts";
import { replyJson } from "./reply.ts";
import { requestItem } from "./request_item.ts";
import { requestsPart } from "./requests_page.ts";
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
        const { items, cursor: next } = requestsPart(requests, { token, cursor, limit });
        return replyJson({ items: items.map(requestItem), cursor: next, dropped });
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
