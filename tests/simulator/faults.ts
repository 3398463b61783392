/**
 * Finds what is wrong with a request itself, whatever its key.
 *
 * @module
 */

import type { Call } from "./call.ts";
import type { GoogleError } from "./google_error.ts";
import { canDo, modelNamed } from "./models.ts";
import { malformedJson, modelNotFound } from "./request_errors.ts";
import { batchEmbedFault, embedFault } from "./request_rules/embed_fault.ts";
import { generateFault } from "./request_rules/generate_fault.ts";

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
      return generateFault(json, route.model);
    case "embedContent":
      return embedFault(json);
    case "batchEmbedContents":
      return batchEmbedFault(json, route.model);
  }
}
