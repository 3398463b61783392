/**
 * Errors as clients of OpenAI's API expect them, and what its SDKs make of them.
 *
 * The promises: no text of Google's gets through as it was; a dead key of ours is never a 401, on which a
 * client would throw its good token away; and whether trying again helps is said in the words that the
 * SDKs obey. They wait as long as `retry-after` says, but at most a minute: what takes longer they
 * must not try again, and `x-should-retry` tells them so.
 *
 * @see https://platform.openai.com/docs/guides/error-codes
 * @module
 */

import type { ErrorCode, RotatorError } from "../../domain/errors.ts";
import { redact } from "../../domain/redact.ts";
import { refusalMessage, retryAfterSeconds, statusOf } from "../gemini/error_reply.ts";
import type { GeminiRefusal } from "../gemini/exchange.ts";

/** An error ready to be sent. */
export interface OpenAiErrorReply {
  /** HTTP status. */
  readonly status: number;
  /** `content-type`, and what the SDKs obey. */
  readonly headers: Record<string, string>;
  /** JSON. */
  readonly body: string;
}

/** What the answer to an error depends on besides the error. */
export interface ErrorFacts {
  /** How many keys have been tried. */
  readonly attempts: number;
}

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

type ErrorType =
  | "invalid_request_error"
  | "rate_limit_error"
  | "insufficient_quota"
  | "server_error";

/** SDKs ignore longer waits and try again at once. */
const LONGEST_WAIT_MS = 60_000;

/** An error of our own. */
export function openAiErrorReply(error: RotatorError, facts: ErrorFacts): OpenAiErrorReply {
  const { type, code, status } = kindOf(error);
  const isAWait = error.retryAfterMs !== undefined || error.code === "pool_cooling";
  return reply(status, {
    message: redact(error.message),
    type,
    param: error.param ?? null,
    code,
  }, { ...facts, retryAfterMs: isAWait ? error.retryAfterMs ?? 0 : null });
}

/** A refusal of Google's. */
export function openAiRefusalReply(refusal: GeminiRefusal, facts: ErrorFacts): OpenAiErrorReply {
  const { status, ...error } = errorOfRefusal(refusal);
  return reply(status, error, { ...facts, retryAfterMs: refusal.error?.retryDelayMs ?? null });
}

/** An error as the last event of a stream: SDKs throw what it says. */
export function errorEvent({ body }: Pick<OpenAiErrorReply, "body">): string {
  return `data: ${body}\n\n`;
}

interface Kind {
  readonly type: ErrorType;
  readonly code: string | null;
  readonly status: number;
}

const KINDS: Readonly<Record<ErrorCode, readonly [type: ErrorType, code: string]>> = {
  unauthenticated: ["invalid_request_error", "invalid_api_key"],
  forbidden: ["invalid_request_error", "permission_denied"],
  invalid_request: ["invalid_request_error", "invalid_argument"],
  not_found: ["invalid_request_error", "not_found"],
  conflict: ["invalid_request_error", "conflict"],
  too_large: ["invalid_request_error", "request_too_large"],
  method_not_allowed: ["invalid_request_error", "method_not_allowed"],
  request_timeout: ["invalid_request_error", "request_timeout"],
  pool_empty: ["server_error", "no_available_key"],
  pool_cooling: ["rate_limit_error", "rate_limit_exceeded"],
  upstream_refused: ["server_error", "no_available_key"],
  upstream_unreachable: ["server_error", "upstream_error"],
  upstream_timeout: ["server_error", "timeout"],
  unavailable: ["server_error", "unavailable"],
  internal: ["server_error", "internal_error"],
};

/** Where a finer word than the code has an answer of its own. */
const BY_REASON: Readonly<Record<string, Kind>> = {
  day_quota: { type: "insufficient_quota", code: "insufficient_quota", status: 429 },
  billing: { type: "insufficient_quota", code: "insufficient_quota", status: 429 },
  no_entitlement: { type: "insufficient_quota", code: "insufficient_quota", status: 429 },
  model_unavailable: { type: "invalid_request_error", code: "model_not_found", status: 404 },
  unknown_model: { type: "invalid_request_error", code: "model_not_found", status: 404 },
  egress_location: { type: "server_error", code: "upstream_location", status: 502 },
  empty_answer: { type: "server_error", code: "empty_response", status: 502 },
  unsigned: { type: "server_error", code: "thought_signature_missing", status: 502 },
};

function kindOf({ code, reason = "" }: RotatorError): Kind {
  const [type, word] = KINDS[code];
  return BY_REASON[reason] ?? { type, code: word, status: statusOf(code) };
}

type StatusAndError = OpenAiError & { readonly status: number };

/** In this order: what a message says of the request comes before what a status says. */
function errorOfRefusal({ status, error }: GeminiRefusal): StatusAndError {
  const message = refusalMessage(status, error);
  const wrong = (code: string, param: string | null = null, as = status): StatusAndError => ({
    status: as,
    message,
    type: "invalid_request_error",
    param,
    code,
  });
  const tokens = TOO_MANY_TOKENS.exec(message);
  if (tokens !== null) {
    // In OpenAI's own words, by which agents know that they have to shorten the conversation.
    const [, found, most] = tokens;
    const said = `This model's maximum context length is ${most} tokens. However, your messages ` +
      `resulted in ${found} tokens. Please reduce the length of the messages.`;
    return { ...wrong("context_length_exceeded", "messages", 400), message: said };
  }
  if (status >= 500) {
    const code = status === 503 ? "overloaded" : status === 504 ? "timeout" : "upstream_error";
    return { status, message, type: "server_error", param: null, code };
  }
  if (MISSING_SIGNATURE.test(message)) return wrong("thought_signature_missing");
  if (WRONG_SIGNATURE.test(message)) return wrong("thought_signature_invalid");
  if (status === 413) return wrong("request_too_large");
  if (RESOURCE.test(message) && (status === 403 || status === 404)) {
    return wrong("resource_not_found", null, 404);
  }
  if (status === 403 || status === 404) return wrong("model_not_found", "model", 404);
  if (status === 429) return { ...wrong("rate_limit_exceeded"), type: "rate_limit_error" };
  return wrong("invalid_argument", paramOf(error?.fieldViolations[0]?.field ?? null));
}

const TOO_MANY_TOKENS =
  /input token count \(?(\d+)\)? exceeds the maximum number of tokens allowed \(?(\d+)\)?/i;
const MISSING_SIGNATURE = /\bmissing a `?thought_?signature/i;
const WRONG_SIGNATURE = /\b(?:corrupted|invalid) thought signature/i;
const RESOURCE = /\b(?:files?|cached ?contents?|tuned ?models?|file ?search ?stores?)\b/i;

/** Gemini's fields by the names that the client gave them. */
const PARAMS: readonly (readonly [RegExp, string])[] = [
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
  [/\bresponse_?(?:json_?)?schema\b|\bresponse_?mime_?type\b/i, "response_format"],
  [/\bthinking_?(?:config|level|budget)\b/i, "reasoning_effort"],
  [/\btool_?config\b/i, "tool_choice"],
  [/\btools\b|\bfunction_?declarations\b/i, "tools"],
  [/\bcontents\b|\bsystem_?instruction\b/i, "messages"],
  [/\boutput_?dimensionality\b/i, "dimensions"],
];

function paramOf(field: string | null): string | null {
  if (field === null) return null;
  return PARAMS.find(([pattern]) => pattern.test(field))?.[1] ?? null;
}

function reply(
  status: number,
  error: OpenAiError,
  { attempts, retryAfterMs }: ErrorFacts & { readonly retryAfterMs: number | null },
): OpenAiErrorReply {
  const { message, type, param, code } = error;
  return {
    status,
    headers: {
      "content-type": "application/json; charset=UTF-8",
      ...(retryAfterMs === null ? againstRetries(status, attempts) : waitOf(retryAfterMs)),
    },
    body: JSON.stringify({ error: { message, type, param, code } }),
  };
}

function waitOf(retryAfterMs: number): Record<string, string> {
  const seconds = { "retry-after": String(retryAfterSeconds(retryAfterMs)) };
  return retryAfterMs > LONGEST_WAIT_MS
    ? { ...seconds, "x-should-retry": "false" }
    : { ...seconds, "retry-after-ms": String(Math.max(1, Math.ceil(retryAfterMs))) };
}

/** What several keys could not do, the same request will not do a second later. */
function againstRetries(status: number, attempts: number): Record<string, string> {
  return status >= 500 && attempts > 1 ? { "x-should-retry": "false" } : {};
}
