/**
 * A failed request as the admin API shows it: the trace of what was decided, step by step.
 *
 * @module
 */

import type { FailedRequest } from "../../domain/failed_request.ts";
import type { AttemptTrace } from "../../domain/trace.ts";
import { iso } from "./moment.ts";

/** A request that failed. */
export interface RequestItem extends Omit<FailedRequest, "at" | "attempts"> {
  /** ISO 8601. */
  readonly at: string;
  /** The last attempts, oldest first. */
  readonly attempts: readonly AttemptItem[];
}

/** One attempt of it. */
export interface AttemptItem extends Omit<AttemptTrace, "keyId"> {
  /** As in `/api/pools/:pool/keys/:key`; the key may be gone. */
  readonly key: string;
}

/** Shows a failed request. */
export function requestItem(request: FailedRequest): RequestItem {
  const { id, at, ms, poolId, operation, model, status, end, code, reason, message } = request;
  const { token, attempts } = request;
  return {
    id,
    at: iso(at),
    ms,
    token: { id: token.id, name: token.name },
    poolId,
    operation,
    model,
    status,
    end,
    code,
    reason,
    message,
    attempts: attempts.map(attemptItem),
  };
}

function attemptItem({ keyId: key, ...rest }: AttemptTrace): AttemptItem {
  const { label, fingerprint, outcome, rule, status, ms } = rest;
  return { key, label, fingerprint, outcome, rule, status, ms };
}
