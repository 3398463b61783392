/**
 * Errors as clients of Gemini's own API expect them.
 *
 * An error of Google's is never passed on: it is rebuilt from an allow-list (SEC-C2), because Google
 * prints keys, project numbers and links with both. What is not named here does not get through, and
 * every text that does goes through `redact()`.
 *
 * @see https://cloud.google.com/apis/design/errors
 * @module
 */

import type { ErrorCode, RotatorError } from "../../domain/errors.ts";
import { redact } from "../../domain/redact.ts";
import type { ErrorReply } from "../error_reply.ts";
import type { GoogleError } from "./google_error.ts";
import type { GrpcStatus } from "./grpc_status.ts";
import { grpcStatusFor } from "./grpc_status.ts";

const STATUS: Record<ErrorCode, readonly [number, GrpcStatus]> = {
  unauthenticated: [401, "UNAUTHENTICATED"],
  forbidden: [403, "PERMISSION_DENIED"],
  invalid_request: [400, "INVALID_ARGUMENT"],
  not_found: [404, "NOT_FOUND"],
  conflict: [409, "ABORTED"],
  too_large: [413, "INVALID_ARGUMENT"],
  method_not_allowed: [405, "UNIMPLEMENTED"],
  rate_limited: [429, "RESOURCE_EXHAUSTED"],
  request_timeout: [408, "DEADLINE_EXCEEDED"],
  pool_empty: [503, "UNAVAILABLE"],
  pool_cooling: [429, "RESOURCE_EXHAUSTED"],
  upstream_refused: [503, "UNAVAILABLE"],
  upstream_unreachable: [502, "UNAVAILABLE"],
  upstream_timeout: [504, "DEADLINE_EXCEEDED"],
  unavailable: [503, "UNAVAILABLE"],
  internal: [500, "INTERNAL"],
};

/** The HTTP status of an error: one table for every dialect, and for the admin API. */
export function statusOf(code: ErrorCode): number {
  return STATUS[code][0];
}

/** `Retry-After` in whole seconds, rounded up and at least 1. */
export function retryAfterSeconds(retryAfterMs: number): number {
  return Math.max(1, Math.ceil(retryAfterMs / 1_000));
}

/**
 * Our own error in Google's shape.
 *
 * With `retryAfterMs`, and always for `pool_cooling`, the header `retry-after` and the detail
 * `RetryInfo` name the same whole number of seconds, rounded up and at least 1.
 */
export function googleErrorBody(error: RotatorError): ErrorReply {
  const [code, status] = STATUS[error.code];
  const waits = error.retryAfterMs !== undefined || error.code === "pool_cooling";
  return reply({ code, message: redact(error.message), status }, {
    details: [detail("ErrorInfo", {
      reason: error.code.toUpperCase(),
      domain: "gemini-key-rotator",
    })],
    retrySeconds: waits ? retryAfterSeconds(error.retryAfterMs ?? 0) : null,
  });
}

/**
 * A refusal of Google's, rebuilt for the client: code, status, message, reasons, field violations,
 * quota ids and retry delay, and nothing else.
 *
 * @param status HTTP status of the answer; for an error inside a 200 stream the body's own is taken.
 * @param parsed null when the answer was not Google's; then the message is a general one.
 * @param options.secrets live secrets to keep out of every text.
 */
export function rebuildGoogleError(
  status: number,
  parsed: GoogleError | null,
  { secrets = [] }: { secrets?: Iterable<string> } = {},
): ErrorReply {
  const code = [status, parsed?.code].find(isErrorCode) ?? 502;
  const clean = scrubber(secrets);
  const message = refusalMessage(code, parsed, { secrets });
  return reply({ code, message, status: parsed?.status ?? grpcStatusFor(code) }, {
    details: parsed === null ? [] : detailsOf(parsed, clean),
    retrySeconds: parsed?.retryDelayMs == null ? null : parsed.retryDelayMs / 1000,
  });
}

/**
 * What a client may read of a refusal: Google's words without anything secret, or our own where there
 * are none.
 */
export function refusalMessage(
  status: number,
  parsed: GoogleError | null,
  { secrets = [] }: { secrets?: Iterable<string> } = {},
): string {
  return scrubber(secrets)(parsed?.message ?? "") || generalMessage(status);
}

const MAX_TEXT_CHARS = 4_000;
const MAX_FIELD_VIOLATIONS = 20;

type Detail = Record<string, unknown>;

function reply(
  error: { code: number; message: string; status: GrpcStatus },
  { details, retrySeconds }: { details: readonly Detail[]; retrySeconds: number | null },
): ErrorReply {
  const all = retrySeconds === null
    ? details
    : [...details, detail("RetryInfo", { retryDelay: `${retrySeconds}s` })];
  const shown = { error: { ...error, ...(all.length === 0 ? {} : { details: all }) } };
  return {
    status: error.code,
    headers: {
      "content-type": "application/json; charset=UTF-8",
      ...(retrySeconds ? { "retry-after": String(Math.ceil(retrySeconds)) } : {}),
    },
    body: JSON.stringify(shown, null, 2) + "\n",
  };
}

function detailsOf(error: GoogleError, clean: (text: string) => string): readonly Detail[] {
  const fieldViolations = error.fieldViolations.slice(0, MAX_FIELD_VIOLATIONS)
    .map(({ field, description }) => ({
      ...(field === null ? {} : { field: clean(field) }),
      description: clean(description),
    }));
  const violations = error.violations.map(({ quotaId }) => ({ quotaId: clean(quotaId) }));
  return [
    ...error.reasons.map((reason) =>
      detail("ErrorInfo", { reason: clean(reason), domain: "googleapis.com" })
    ),
    ...(fieldViolations.length === 0 ? [] : [detail("BadRequest", { fieldViolations })]),
    ...(violations.length === 0 ? [] : [detail("QuotaFailure", { violations })]),
  ];
}

function detail(type: string, fields: Detail): Detail {
  return { "@type": `type.googleapis.com/google.rpc.${type}`, ...fields };
}

/** Redacts before it cuts, so that no key is cut in half and missed. */
function scrubber(secrets: Iterable<string>): (text: string) => string {
  const live = [...secrets];
  return (text) => redact(text, live).slice(0, MAX_TEXT_CHARS);
}

function isErrorCode(code: number | null | undefined): code is number {
  return Number.isInteger(code) && Number(code) >= 400 && Number(code) < 600;
}

function generalMessage(code: number): string {
  return code < 500
    ? `Gemini refused the request with status ${code} and gave no reason`
    : `Gemini failed with status ${code}; try again later`;
}
