/**
 * Judges what came back from Gemini: what becomes of the request, and what becomes of the key.
 *
 * The body decides, not the status: a dead key is a 400, and most 403s are not about the key. The
 * promise is REL-17: a key's health changes only on evidence that a client cannot produce. So reasons
 * and statuses, which Google alone writes, come first; messages can quote a client, so a pattern that
 * costs a key anything is bound to the beginning of a message or to words no name can hold.
 *
 * @module
 */

import type { DeadReason, Judgement } from "../domain/outcome.ts";
import type { GoogleError } from "../protocol/gemini/google_error.ts";
import { parseGoogleError } from "../protocol/gemini/google_error.ts";
import type { GrpcStatus } from "../protocol/gemini/grpc_status.ts";
import { AN_HOUR, BILLING, BILLING_WORDS, cooling, judgeQuota } from "./judge_quota.ts";

/**
 * Where an answer was met.
 *
 * - `answer`: an HTTP answer, before anything was sent on.
 * - `first_event`: an error in place of the first event of a 200 stream.
 * - `mid_stream`: an error after bytes reached the client; its `next` is always `answer`.
 */
export type Phase = "answer" | "first_event" | "mid_stream";

/** What came back. */
export interface Answer {
  /** HTTP status; in a stream 200, and then the code in the body counts. */
  readonly status: number;
  /** Only `content-type` is read. */
  readonly headers: Pick<Headers, "get">;
  /** Decoded text, or the one event with the error; not read for a 2xx in phase `answer`. */
  readonly body: string;
  /** Where it was met. */
  readonly phase: Phase;
}

/** Judges an answer. Never throws, whatever the answer holds; `rule` names the row that applied. */
export function judge(answer: Answer): Judgement {
  const judgement = judgeAnswer(answer);
  return answer.phase === "mid_stream"
    ? { ...judgement, key: { kind: "none" }, next: "answer" }
    : judgement;
}

/** Judges an attempt that brought no answer at all; the key is never to blame. */
export function judgeFailure(
  kind: "unreachable" | "timeout" | "reset" | "shutdown",
): Judgement {
  return broken(kind, kind === "shutdown" ? "answer" : "retry");
}

const NOT_GOOGLE = broken("not_google", "retry");
const REQUEST_FAULT: Judgement = {
  outcome: "refused",
  key: { kind: "none" },
  next: "answer",
  rule: "request_fault",
};

function judgeAnswer({ status, headers, body, phase }: Answer): Judgement {
  if (phase === "answer") {
    if (status >= 200 && status < 300) {
      return { ...REQUEST_FAULT, outcome: "served", rule: "served" };
    }
    if (status >= 300 && status < 400) return broken("redirect", "answer");
    // Front ends say it in HTML, and a body too large for one key is too large for all.
    if (status === 413) return REQUEST_FAULT;
  }

  const html = headers.get("content-type")?.includes("html") ?? false;
  const error = html ? null : parseGoogleError(body);
  const code = status >= 500 ? status : error?.code ?? status;
  if (code >= 500) return broken("server_error", "retry");
  if (code === 499) return broken("cancelled", "answer");
  if (error === null || !(code >= 400)) return NOT_GOOGLE;
  return byReason(error) ?? byStatus(error) ?? byCode(code);
}

const DEAD_INVALID = dead("api_key_invalid", "invalid");
const OWN_CREDENTIALS = broken("own_credentials", "answer");

/** @see https://github.com/googleapis/googleapis/blob/master/google/api/error_reason.proto */
const REASONS: readonly (readonly [RegExp, Judgement])[] = [
  [/^API_KEY_INVALID$/, DEAD_INVALID],
  [/^ACCESS_TOKEN_TYPE_UNSUPPORTED$/, dead("credential_type", "invalid")],
  [/^CREDENTIALS_MISSING$/, OWN_CREDENTIALS],
  [/^CONSUMER_SUSPENDED$/, dead("suspended", "suspended")],
  [
    /^SERVICE_DISABLED$|_(?:SERVICE|IP_ADDRESS|HTTP_REFERRER|ANDROID_APP|IOS_APP)_BLOCKED$/,
    dead("misconfigured", "misconfigured"),
  ],
  [/^BILLING_DISABLED$/, BILLING],
];

function byReason({ reasons }: GoogleError): Judgement | undefined {
  return REASONS.find(([pattern]) => reasons.some((reason) => pattern.test(reason)))?.[1];
}

/** Rows are tried in order; where a message may quote a client, the row that spares the key is first. */
const MESSAGES: readonly (readonly [GrpcStatus, RegExp, Judgement])[] = [
  ["INVALID_ARGUMENT", /^Multiple authentication credentials received/, OWN_CREDENTIALS],
  ["INVALID_ARGUMENT", /^API key (?:not valid|not found|expired)\. Please /i, DEAD_INVALID],
  // A location that is only served with a billing account is the project's matter, not our egress's.
  ["FAILED_PRECONDITION", BILLING_WORDS, BILLING],
  ["FAILED_PRECONDITION", /^User location is not supported/, broken("egress_location", "answer")],
  ["PERMISSION_DENIED", /\bunregistered callers\b/, OWN_CREDENTIALS],
  [
    "PERMISSION_DENIED",
    /\b(?:files?|cached ?contents?|tuned ?models?|corpora|file ?search ?stores?)\b/i,
    { ...REQUEST_FAULT, rule: "resource_permission" },
  ],
  ["PERMISSION_DENIED", /^[^"'/]{0,60}\breported as leaked\b/, dead("leaked", "leaked")],
  [
    "PERMISSION_DENIED",
    /^[^"'/]{0,60}\bproject has been denied access\b|^Permission denied: Consumer .{0,200} has been suspended/,
    dead("suspended", "suspended"),
  ],
  ["PERMISSION_DENIED", /^/, suspect("permission_denied")],
  ["UNAUTHENTICATED", /^/, suspect("unauthenticated")],
  [
    "NOT_FOUND",
    /^This model (?:models\/)?[\w.-]{1,128} is no longer available to new users\b/,
    cooling("model_unavailable", "model_unavailable", AN_HOUR),
  ],
];

function byStatus(error: GoogleError): Judgement | undefined {
  if (error.status === "RESOURCE_EXHAUSTED" || error.violations.length > 0) {
    return judgeQuota(error);
  }
  return MESSAGES.find(([status, pattern]) =>
    status === error.status && pattern.test(error.message)
  )?.[2];
}

/** Without a gRPC status, an error about credentials or quota is not Google's, and not about our key. */
function byCode(code: number): Judgement {
  return [401, 403, 429].includes(code) ? NOT_GOOGLE : REQUEST_FAULT;
}

function broken(rule: string, next: "answer" | "retry"): Judgement {
  return { outcome: "broken", key: { kind: "none" }, next, rule };
}

function dead(rule: string, reason: DeadReason): Judgement {
  return { outcome: "refused", key: { kind: "dead", reason }, next: "next_key", rule };
}

function suspect(rule: string): Judgement {
  return { outcome: "refused", key: { kind: "suspect" }, next: "retry", rule };
}
