/**
 * What went wrong with a request, in words for whoever has to look after it.
 *
 * @module
 */

import { INVALID_REQUEST } from "../../domain/errors.ts";
import type { FailedRequest } from "../../domain/failed_request.ts";
import type { Outcome } from "../../domain/outcome.ts";
import type { AttemptTrace } from "../../domain/trace.ts";

/** The rules of `upstream/judge.ts`. */
const RULES: Readonly<Record<string, string>> = {
  served: "Gemini answered",
  request_fault: "Gemini found a fault in the request",
  resource_permission: "Gemini does not let this key use that file or model",
  redirect: "Gemini's address redirects elsewhere",
  server_error: "Gemini had an error of its own",
  cancelled: "Gemini cancelled the request",
  not_google: "the answer was not Google's",
  own_credentials: "Gemini saw no key, or more than one",
  egress_location: "Gemini does not serve the region this service runs in",
  api_key_invalid: "Gemini does not know the key",
  credential_type: "Gemini takes no keys of this type",
  suspended: "Google has suspended the key's project",
  misconfigured: "a setting of the key's project keeps it from Gemini",
  leaked: "Google found the key published somewhere",
  permission_denied: "Gemini denied permission",
  unauthenticated: "Gemini did not accept the key",
  billing: "the key's project needs billing",
  no_entitlement: "the key's project has no quota for this model",
  day_quota: "the quota of the day is used up",
  minute_quota: "the quota of the minute is used up",
  minute_input_tokens: "the minute's quota of input tokens is used up",
  bare_quota: "a quota is used up; Google did not say which",
  model_unavailable: "the model is not offered to this key",
  unreachable: "Gemini could not be reached",
  timeout: "Gemini took too long to begin",
  reset: "the connection broke",
  shutdown: "this service was shutting down",
};

const OUTCOMES: Readonly<Record<Outcome, string>> = {
  served: "served",
  exhausted: "the key had no quota left",
  refused: "refused",
  broken: "broke",
};

/** What became of one attempt. */
export function attemptWords({ rule, outcome }: Pick<AttemptTrace, "rule" | "outcome">): string {
  return RULES[rule] ?? OUTCOMES[outcome];
}

/** Why the client got no good answer: our own words where we had some, or what Google's came to. */
export function whatWentWrong(
  { end, code, reason, message, status }: Pick<
    FailedRequest,
    "end" | "code" | "reason" | "message" | "status"
  >,
): string {
  if (end === "cut") return "The answer broke off after it had begun";
  if (message !== null) return message;
  if (code === INVALID_REQUEST) return "The request was not one that we could pass on";
  const words = reason === null ? undefined : RULES[reason];
  return words === undefined
    ? `It was answered with status ${status}`
    : `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
