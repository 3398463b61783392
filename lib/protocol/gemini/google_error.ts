/**
 * Reads Google's error out of whatever came instead of an answer.
 *
 * Any text gives a {@linkcode GoogleError} or null: nothing is thrown, the work is linear in the
 * length, and only the documented fields are visited. A name that does not look like one of Google's
 * is dropped here, so that what comes out may stand in an address or an answer. Texts may not:
 * a message can hold a key in clear, see `domain/redact.ts`.
 *
 * @module
 */

import { errorDocuments } from "./error_documents.ts";
import type { GrpcStatus } from "./grpc_status.ts";
import { HTTP_CODES, isGrpcStatus } from "./grpc_status.ts";

/** One quota that ran out; from `QuotaFailure`, or in older errors from `ErrorInfo.metadata`. */
export interface QuotaViolation {
  /** Names the window: look for `PerDay` and `PerMinute` in it, never for the whole. */
  readonly quotaId: string;
  /** What is counted, such as `…/generate_content_free_tier_input_token_count`. */
  readonly metric: string;
  /** The model that is counted, without `models/`; it may differ from the alias that was asked for. */
  readonly model: string | null;
  /** The limit, in Google's own digits; "0" means no entitlement. */
  readonly value: string | null;
}

/** One field of the request that Google did not like. */
export interface FieldViolation {
  /** Its path in the request; null if Google does not say. */
  readonly field: string | null;
  /** What is wrong with it, in Google's words, unscrubbed. */
  readonly description: string;
}

/** What we take from an error of Google's; the rest of it is never kept. */
export interface GoogleError {
  /** The HTTP code the body names, 100–599; null if it names none. */
  readonly code: number | null;
  /** Null if the body names none that we know. */
  readonly status: GrpcStatus | null;
  /** In Google's words, unscrubbed. */
  readonly message: string;
  /** `ErrorInfo.reason`s, such as `API_KEY_INVALID`. */
  readonly reasons: readonly string[];
  /** The quotas that ran out, at most 32 a detail. */
  readonly violations: readonly QuotaViolation[];
  /** What `BadRequest` names, at most 32 a detail. */
  readonly fieldViolations: readonly FieldViolation[];
  /** Milliseconds, from `RetryInfo` or else from the message; null if neither says. */
  readonly retryDelayMs: number | null;
}

/** Longer lists are cut: no error of Google's comes near. */
const MAX_LIST = 32;

/**
 * Reads the error in a body: an object, the one-element array of the OpenAI layer, SSE `data:`, a
 * bare tail after events, or JSON inside other text.
 *
 * @returns null for everything else: HTML, Cloudflare's envelopes, answers, bodies over 256 KiB.
 */
export function parseGoogleError(body: string): GoogleError | null {
  return errorDocuments(body).map(errorIn).find((error) => error !== null) ?? null;
}

function errorIn(document: unknown): GoogleError | null {
  const envelopes = (Array.isArray(document) ? document : [document]).filter(isRecord);
  // Google never says `success`; Cloudflare always does.
  const error = envelopes.find((each) => isRecord(each.error) && !("success" in each))?.error;
  if (!isRecord(error)) return null;

  const status = statusOf(error);
  const code = codeOf(error.code) ?? (status === null ? null : HTTP_CODES[status]);
  if (code === null && typeof error.code !== "string") return null;

  const message = textOf(error.message);
  const details = recordsOf(error.details);
  const infos = details.filter(isOfType("ErrorInfo"));
  return {
    code,
    status,
    message,
    reasons: infos.map((info) => textOf(info.reason)).filter((reason) => REASON.test(reason)),
    violations: [
      ...details.filter(isOfType("QuotaFailure")).flatMap((each) => recordsOf(each.violations)),
      ...infos.map((info) => info.metadata).filter(isRecord),
    ].map(violationOf).filter((violation) => violation !== null),
    fieldViolations: details.filter(isOfType("BadRequest"))
      .flatMap((each) => recordsOf(each.fieldViolations)).map(fieldViolationOf),
    retryDelayMs: retryDelayOf(details.find(isOfType("RetryInfo"))?.retryDelay, message),
  };
}

/** @see https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto */
const REASON = /^[A-Z][A-Z0-9_]{1,62}$/;
const QUOTA_ID = /^[\w.-]{1,128}$/;
const MODEL = /^[\w.:@-]{1,128}$/;

function statusOf({ status, code }: Record<string, unknown>): GrpcStatus | null {
  if (isGrpcStatus(status)) return status;
  // The Interactions API has words where others have numbers: "not_found".
  const word = textOf(code).toUpperCase();
  if (isGrpcStatus(word)) return word;
  return word === "INVALID_REQUEST" ? "INVALID_ARGUMENT" : null;
}

function codeOf(code: unknown): number | null {
  const number = typeof code === "string" && /^\d{3}$/.test(code) ? Number(code) : code;
  return Number.isInteger(number) && Number(number) >= 100 && Number(number) < 600
    ? Number(number)
    : null;
}

function violationOf(raw: Record<string, unknown>): QuotaViolation | null {
  const quotaId = textOf(raw.quotaId ?? raw.quota_limit);
  if (!QUOTA_ID.test(quotaId)) return null;
  const dimensions = isRecord(raw.quotaDimensions) ? raw.quotaDimensions : {};
  const model = textOf(dimensions.model).replace(/^models\//, "");
  const value = raw.quotaValue ?? raw.quota_limit_value;
  return {
    quotaId,
    metric: textOf(raw.quotaMetric ?? raw.quota_metric),
    model: MODEL.test(model) ? model : null,
    value: typeof value === "string" || typeof value === "number" ? String(value) : null,
  };
}

function fieldViolationOf({ field, description }: Record<string, unknown>): FieldViolation {
  return { field: typeof field === "string" ? field : null, description: textOf(description) };
}

function retryDelayOf(delay: unknown, message: string): number | null {
  const seconds = /^(\d{1,9}(?:\.\d{1,9})?)s$/.exec(textOf(delay)) ??
    /\bretry in (\d{1,9}(?:\.\d{1,9})?)s/.exec(message);
  return seconds?.[1] === undefined ? null : Math.ceil(Number(seconds[1]) * 1000);
}

function isOfType(name: string): (detail: Record<string, unknown>) => boolean {
  return (detail) => textOf(detail["@type"]).endsWith(`google.rpc.${name}`);
}

function recordsOf(list: unknown): Record<string, unknown>[] {
  return Array.isArray(list) ? list.slice(0, MAX_LIST).filter(isRecord) : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
