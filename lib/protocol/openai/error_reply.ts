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
import { retryAfterSeconds, statusOf } from "../gemini/error_reply.ts";
import type { GeminiRefusal } from "../gemini/exchange.ts";
import type { ErrorFacts, ErrorReply } from "../error_reply.ts";
import { errorOfRefusal, type ErrorType, type OpenAiError } from "./refusal_error.ts";

/** SDKs ignore longer waits and try again at once. */
const LONGEST_WAIT_MS = 60_000;

/** An error of our own. */
export function openAiErrorReply(error: RotatorError, facts: ErrorFacts): ErrorReply {
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
export function openAiRefusalReply(refusal: GeminiRefusal, facts: ErrorFacts): ErrorReply {
  const { status, ...error } = errorOfRefusal(refusal);
  // Google names some seconds even where a quota comes back tomorrow.
  const retryAfterMs = error.type === "insufficient_quota"
    ? null
    : refusal.error?.retryDelayMs ?? null;
  return reply(status, error, { ...facts, retryAfterMs });
}

/** An error as the last event of a stream: SDKs throw what it says. */
export function errorEvent({ body }: Pick<ErrorReply, "body">): string {
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
  rate_limited: ["rate_limit_error", "rate_limit_exceeded"],
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
  token_budget: { type: "insufficient_quota", code: "insufficient_quota", status: 429 },
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

function reply(
  status: number,
  error: OpenAiError,
  { attempts, retryAfterMs }: ErrorFacts & { readonly retryAfterMs: number | null },
): ErrorReply {
  const { message, type, param, code } = error;
  return {
    status,
    headers: {
      "content-type": "application/json; charset=UTF-8",
      ...(retryAfterMs !== null && waitOf(retryAfterMs)),
      ...(isLasting({ status, error }, { attempts, retryAfterMs }) &&
        { "x-should-retry": "false" }),
    },
    body: JSON.stringify({ error: { message, type, param, code } }),
  };
}

function waitOf(retryAfterMs: number): Record<string, string> {
  return {
    "retry-after": String(retryAfterSeconds(retryAfterMs)),
    ...(retryAfterMs <= LONGEST_WAIT_MS && {
      "retry-after-ms": String(Math.max(1, Math.ceil(retryAfterMs))),
    }),
  };
}

/** What several keys could not do, the same request will not do a second later; nor what takes long. */
function isLasting(
  { status, error }: { readonly status: number; readonly error: OpenAiError },
  { attempts, retryAfterMs }: ErrorFacts & { readonly retryAfterMs: number | null },
): boolean {
  if (status >= 500 && attempts > 1) return true;
  if (retryAfterMs !== null) return retryAfterMs > LONGEST_WAIT_MS;
  return error.type === "insufficient_quota" || error.code === "no_available_key";
}
