/**
 * Finds what Google would refuse in a request to generate.
 *
 * The wording is Google's where it is known from recordings and reports, and ours elsewhere.
 *
 * @module
 */

import type { GoogleError } from "../google_error.ts";
import { readGenerateRequest } from "../generate_request.ts";
import { traitsOf } from "../model_traits.ts";
import type { Message } from "../read_message.ts";
import { answersInKnownModality, callsOrJson, gemmaIsPlain, mixesTools } from "./abilities.ts";
import { beginsWithUser, hasContents, hasKnownRoles, hasParts } from "./contents.ts";
import { hasDistinctDeclarations, hasGoodDeclarations } from "./declarations.ts";
import { asksForLogprobs, hasFewStops, staysWithinBounds } from "./limits.ts";
import { hasGoodParts } from "./parts.ts";
import { firstFault, type Rule } from "./rule.ts";
import { hasGoodSchemas } from "./schemas.ts";
import { signaturesAreInPlace, stepsAreSigned } from "./signatures.ts";
import { thinksWithinBounds } from "./thinking.ts";
import { allowsKnownFunctions, hasToolsToCall } from "./tool_config.ts";
import { callsAreAnswered, callsFollowUser, responsesFollowCalls } from "./turns.ts";

const RULES: readonly Rule[] = [
  hasContents,
  hasParts,
  hasGoodParts,
  hasKnownRoles,
  callsFollowUser,
  beginsWithUser,
  responsesFollowCalls,
  callsAreAnswered,
  hasGoodDeclarations,
  hasDistinctDeclarations,
  hasToolsToCall,
  allowsKnownFunctions,
  hasGoodSchemas,
  gemmaIsPlain,
  mixesTools,
  callsOrJson,
  answersInKnownModality,
  thinksWithinBounds,
  stepsAreSigned,
  signaturesAreInPlace,
  staysWithinBounds,
  hasFewStops,
  asksForLogprobs,
];

/** The fault of a request to generate, for a model; `undefined` when there is none. */
export function generateFault(body: Message, model: string): GoogleError | undefined {
  const { request, fault } = readGenerateRequest(body);
  if (fault !== undefined) return fault;
  const traits = traitsOf(model);
  return firstFault(RULES.values().map((rule) => rule(request, traits)));
}
