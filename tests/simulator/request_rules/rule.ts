/**
 * What a rule is, and how it points at a field.
 *
 * @module
 */

import { badField, type GoogleError } from "../google_error.ts";
import type { GenerateRequest } from "../generate_request.ts";
import type { ModelTraits } from "../model_traits.ts";

/** Finds what Google would refuse; `undefined` when there is nothing. */
export type Rule = (request: GenerateRequest, model: ModelTraits) => GoogleError | undefined;

/** A 400 that names a field of a request to generate. */
export function faultAt(path: string, what: string): GoogleError {
  return badField("GenerateContentRequest", path, what);
}

/** The first fault among many checks. */
export function firstFault(
  faults: Iterable<GoogleError | undefined>,
): GoogleError | undefined {
  for (const fault of faults) if (fault !== undefined) return fault;
}
