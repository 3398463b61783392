/**
 * A refusal because a quota is used up, in Google's own words.
 *
 * @module
 */

import { detail, type GoogleError, help, SERVICE } from "./google_error.ts";

/** A quota that is used up, with one violation and a delay. */
export function quotaError(
  { model, limit, window, retryAfterMs, embedding = false }: {
    model: string;
    limit: number;
    window: "minute" | "day";
    retryAfterMs: number;
    embedding?: boolean;
  },
): GoogleError {
  const per = window === "day" ? "PerDay" : "PerMinute";
  const quotaMetric = `${SERVICE}/${embedding ? "embed" : "generate"}_content_free_tier_requests`;
  const quotaId = embedding
    ? `EmbedContentRequests${per}PerUserPerProjectPerModel-FreeTier`
    : `GenerateRequests${per}PerProjectPerModel-FreeTier`;
  const guide = "https://ai.google.dev/gemini-api/docs/rate-limits";
  return {
    code: 429,
    status: "RESOURCE_EXHAUSTED",
    message: "You exceeded your current quota, please check your plan and billing details. " +
      `For more information on this error, head to: ${guide}. ` +
      "To monitor your current usage, head to: https://ai.dev/rate-limit. \n" +
      `* Quota exceeded for metric: ${quotaMetric}, limit: ${limit}, model: ${model}\n` +
      `Please retry in ${retryAfterMs / 1000}s.`,
    details: [
      help("Learn more about Gemini API quotas", guide),
      detail("QuotaFailure", {
        violations: [{
          quotaMetric,
          quotaId,
          quotaDimensions: { location: "global", model },
          // protobuf JSON leaves out a value that is the default, as 0 is.
          ...(limit === 0 ? {} : { quotaValue: String(limit) }),
        }],
      }),
      detail("RetryInfo", { retryDelay: `${Math.floor(retryAfterMs / 1000)}s` }),
    ],
  };
}
