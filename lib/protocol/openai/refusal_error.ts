/**
 * A refusal of Google's as an error of OpenAI's.
 *
 * What a message says of the request comes before what a status says. Most refusals of keys end before
 * they get here, because other keys are tried; those that stand in the middle of a stream do not.
 *
 * @see https://platform.openai.com/docs/guides/error-codes
 * @module
 */

import { refusalMessage } from "../gemini/error_reply.ts";
import type { GeminiRefusal } from "../gemini/exchange.ts";
import type { FieldViolation, GoogleError } from "../gemini/google_error.ts";

/** OpenAI's error. */
export interface OpenAiError {
  /** For a person. */
  readonly message: string;
  /** What sort of error it is. */
  readonly type: ErrorType;
  /** The field that is wrong. */
  readonly param: string | null;
  /** Which error it is. */
  readonly code: string | null;
}

/** What sorts of errors there are. */
export type ErrorType =
  | "invalid_request_error"
  | "rate_limit_error"
  | "insufficient_quota"
  | "server_error";

/** An error and its HTTP status. */
export interface StatusAndError extends OpenAiError {
  /** Not always Google's. */
  readonly status: number;
}

/** The error that a refusal is. */
export function errorOfRefusal({ status, error }: GeminiRefusal): StatusAndError {
  const message = refusalMessage(status, error);
  const as = (type: ErrorType, code: string, changes: Partial<StatusAndError> = {}) => ({
    status,
    message,
    type,
    param: null,
    code,
    ...changes,
  });
  const wrong = (code: string, changes?: Partial<StatusAndError>) =>
    as("invalid_request_error", code, changes);

  const tokens = TOO_MANY_TOKENS.exec(message);
  if (tokens !== null) {
    const [, found, most] = tokens;
    return wrong("context_length_exceeded", {
      status: 400,
      param: "messages",
      message: tooManyTokens(found, most),
    });
  }
  if (status >= 500) return as("server_error", SERVER_ERRORS[status] ?? "upstream_error");
  if (isAboutKey(status, error)) return as("server_error", "no_available_key", { status: 503 });
  if (LOCATION.test(message)) return as("server_error", "upstream_location", { status: 502 });
  if (MISSING_SIGNATURE.test(message)) return wrong("thought_signature_missing");
  if (WRONG_SIGNATURE.test(message)) return wrong("thought_signature_invalid");
  if (status === 413) return wrong("request_too_large");
  if (status === 403 || status === 404) {
    return RESOURCE.test(message)
      ? wrong("resource_not_found", { status: 404 })
      : wrong("model_not_found", { status: 404, param: "model" });
  }
  if (status === 429) {
    return isGoneForTheDay(error)
      ? as("insufficient_quota", "insufficient_quota")
      : as("rate_limit_error", "rate_limit_exceeded");
  }
  return wrong("invalid_argument", { param: paramOf(error?.fieldViolations ?? []) });
}

/** Google does not always say how many there were. */
const TOO_MANY_TOKENS =
  /input token count (?:\(?(\d+)\)? )?exceeds the maximum number of tokens allowed \(?(\d+)\)?/i;
const SERVER_ERRORS: Readonly<Record<number, string>> = { 503: "overloaded", 504: "timeout" };
const LOCATION = /^User location is not supported/;
const MISSING_SIGNATURE = /\bmissing a `?thought_?signature/i;
const WRONG_SIGNATURE = /\b(?:corrupted|invalid) thought[ _]?signature/i;
const RESOURCE = /\b(?:files?|cached ?contents?|tuned ?models?|file ?search ?stores?)\b/i;

/** OpenAI's own words, by which agents know that they have to shorten the conversation. */
function tooManyTokens(found: string | undefined, most: string | undefined): string {
  const resulted = found === undefined ? "resulted in more" : `resulted in ${found} tokens`;
  return `This model's maximum context length is ${most} tokens. However, your messages ${resulted}. ` +
    "Please reduce the length of the messages.";
}

const KEY_REASON =
  /^API_KEY_|^ACCESS_TOKEN_|^CREDENTIALS_MISSING$|^CONSUMER_|^SERVICE_DISABLED$|_BLOCKED$/;
const KEY_MESSAGE =
  /^API key |^Multiple authentication credentials|\bunregistered callers\b|\breported as leaked\b|\bhas been (?:suspended|denied access)\b/;

/** Whether Google refuses our key: the client's token is as good as ever. */
function isAboutKey(status: number, error: GoogleError | null): boolean {
  return status === 401 || error !== null &&
      (KEY_MESSAGE.test(error.message) || error.reasons.some((reason) => KEY_REASON.test(reason)));
}

/** Whether the quota is gone for the day, or was none from the beginning. */
function isGoneForTheDay(error: GoogleError | null): boolean {
  return error?.violations.some(({ quotaId, value }) =>
    quotaId.includes("PerDay") || value === "0"
  ) ?? false;
}

const ROOT = String.raw`^(?:\w+Request\.)?`;

/** Gemini's fields by the names that the client gave them; the roots first, below which anything may stand. */
const PARAMS: readonly (readonly [RegExp, string])[] = [
  [new RegExp(`${ROOT}(?:contents|system_?instruction)\\b`, "i"), "messages"],
  [new RegExp(`${ROOT}tool_?config\\b`, "i"), "tool_choice"],
  [new RegExp(`${ROOT}tools\\b`, "i"), "tools"],
  [/\bresponse_?(?:json_?)?schema\b|\bresponse_?mime_?type\b/i, "response_format"],
  [/\btemperature\b/i, "temperature"],
  [/\btop_?p\b/i, "top_p"],
  [/\btop_?k\b/i, "top_k"],
  [/\bmax_?output_?tokens\b/i, "max_completion_tokens"],
  [/\bstop_?sequences\b/i, "stop"],
  [/\bcandidate_?count\b/i, "n"],
  [/\bseed\b/i, "seed"],
  [/\bpresence_?penalty\b/i, "presence_penalty"],
  [/\bfrequency_?penalty\b/i, "frequency_penalty"],
  [/\bresponse_?logprobs\b/i, "logprobs"],
  [/\blogprobs\b/i, "top_logprobs"],
  [/\bthinking_?(?:config|level|budget)\b/i, "reasoning_effort"],
  [/\boutput_?dimensionality\b/i, "dimensions"],
];

function paramOf(violations: readonly FieldViolation[]): string | null {
  return violations.map(({ field }) => field ?? "")
    .map((field) => PARAMS.find(([pattern]) => pattern.test(field))?.[1])
    .find((param) => param !== undefined) ?? null;
}
