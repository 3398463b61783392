/**
 * Gemini's own API: bodies pass as they are, errors have Google's shape.
 *
 * @module
 */

import type { Deadlines } from "../domain/deadlines.ts";
import { googleErrorBody, rebuildGoogleError } from "../protocol/gemini/error_reply.ts";
import { checkModel } from "./authenticate.ts";
import type { Dialect } from "./dialect.ts";
import { nativeCall, nativeRoute } from "./native_call.ts";

/** The dialect of every address that no other claims. */
export function geminiDialect({ deadlines }: { readonly deadlines: Deadlines }): Dialect {
  return {
    speaks: () => true,

    async serve({ request, target, token, record, relay }) {
      const route = nativeRoute(target);
      record.operation = route.operation;
      record.model = route.model;
      checkModel(token, route.model);
      return await relay(await nativeCall(route, { request, query: target.query, deadlines }));
    },

    errorReply: (error) => googleErrorBody(error),
    refusalReply: ({ status, error }) => rebuildGoogleError(status, error),
  };
}
