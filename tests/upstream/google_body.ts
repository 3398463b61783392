/**
 * Bodies of errors as Google writes them, for the tests of `judge()`.
 *
 * @module
 */

const TYPE = "type.googleapis.com/google.rpc.";

/** Details by their short type: `{ ErrorInfo: { reason: "API_KEY_INVALID" } }`. */
export type Details = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** One error, indented as Google indents it. */
export function googleBody(
  code: number,
  status: string,
  message: string,
  details: Details = {},
): string {
  const list = Object.entries(details).map(([type, fields]) => ({
    "@type": TYPE + type,
    ...fields,
  }));
  const error = { code, message, status, ...(list.length === 0 ? {} : { details: list }) };
  return JSON.stringify({ error }, null, 2) + "\n";
}

/** A 429 with these violations and perhaps a delay. */
export function quotaBody(
  violations: readonly Readonly<Record<string, unknown>>[],
  {
    retryDelay,
    message = "You exceeded your current quota, please check your plan and billing details.",
  }: {
    retryDelay?: string;
    message?: string;
  } = {},
): string {
  return googleBody(429, "RESOURCE_EXHAUSTED", message, {
    QuotaFailure: { violations },
    ...(retryDelay === undefined ? {} : { RetryInfo: { retryDelay } }),
  });
}

/** One violation of a quota on a model; `quotaId` in short, such as `GenerateRequestsPerDay`. */
export function violation(
  quotaId: string,
  { model = "gemini-2.5-pro", metric = "generate_content_free_tier_requests", value }: {
    model?: string;
    metric?: string;
    value?: string;
  } = {},
): Record<string, unknown> {
  return {
    quotaMetric: `generativelanguage.googleapis.com/${metric}`,
    quotaId: `${quotaId}PerProjectPerModel-FreeTier`,
    quotaDimensions: { location: "global", model },
    ...(value === undefined ? {} : { quotaValue: value }),
  };
}
