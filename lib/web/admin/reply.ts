/**
 * Answers of the admin API that are not errors.
 *
 * @module
 */

import type { Page } from "../../domain/management.ts";
import { PRIVATE_HEADERS } from "../respond.ts";

/** Answers with JSON. */
export function replyJson(value: unknown, status = 200): Response {
  return Response.json(value, { status, headers: PRIVATE_HEADERS });
}

/** Answers with a page of a list: `{"items", "cursor"}`, each item as `show` shows it. */
export function replyPage<T>({ items, cursor }: Page<T>, show: (item: T) => unknown): Response {
  return replyJson({ items: items.map(show), cursor });
}

/** Answers with a table, to be saved as a file. */
export function replyCsv(table: string, filename: string): Response {
  return new Response(table, {
    headers: {
      ...PRIVATE_HEADERS,
      "content-type": "text/csv; charset=UTF-8",
      "content-disposition": `attachment; filename="${filename}"`,
    },
  });
}

/** Answers that it is done and that there is nothing to say. */
export function replyDone(): Response {
  return new Response(null, { status: 204, headers: PRIVATE_HEADERS });
}
