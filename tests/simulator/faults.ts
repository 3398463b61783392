/**
 * Finds what is wrong with a request itself, whatever its key.
 *
 * @module
 */

import type { Call } from "./call.ts";
import { type GoogleError, invalidArgument } from "./google_error.ts";
import { canDo, modelNamed } from "./models.ts";
import { malformedJson, missingField, modelNotFound } from "./request_errors.ts";

const BATCH_LIMIT = 100;

/** The fault of a request; `undefined` when there is none. */
export function faultOf({ route, json, text }: Call): GoogleError | undefined {
  switch (route.kind) {
    case "list":
      return undefined;
    case "model":
      if (modelNamed(route.model) !== undefined) return undefined;
      return modelNotFound(route.model, route.version, "getModel");
  }
  if (!canDo(route.model, route.verb)) return modelNotFound(route.model, route.version, route.verb);
  if (json === undefined) return malformedJson(text);
  switch (route.verb) {
    case "countTokens":
      return undefined;
    case "generateContent":
    case "streamGenerateContent":
      return json.contents ? undefined : missingField("GenerateContentRequest", "contents");
    case "embedContent":
      return json.content ? undefined : missingField("EmbedContentRequest", "content");
    case "batchEmbedContents":
      return batchFaultOf(json.requests);
  }
}

function batchFaultOf(requests: unknown): GoogleError | undefined {
  if (!Array.isArray(requests) || requests.length === 0) {
    return missingField("BatchEmbedContentsRequest", "requests");
  }
  if (requests.length <= BATCH_LIMIT) return undefined;
  return invalidArgument(
    `* BatchEmbedContentsRequest.requests: at most ${BATCH_LIMIT} requests can be in one batch\n`,
  );
}
