/**
 * What the lists of activity and of failed requests take in their queries.
 *
 * @module
 */

import * as v from "valibot";
import { type ActivityRequest, AUDIT_KINDS } from "../../domain/audit.ts";
import { record, type Schema } from "./check.ts";
import { pageLimit } from "./fields.ts";

const id = v.pipe(v.string(), v.regex(/^(?:[0-9a-z]{26}|\*)$/, "must be an id"));
const CURSOR = "must be the one that the page before gave";

/** `GET /api/activity` */
export const activityRequest: Schema<ActivityRequest> = record({
  limit: v.exactOptional(pageLimit),
  cursor: v.exactOptional(v.pipe(v.string(), v.regex(/^[0-9a-z]{26}$/, CURSOR))),
  kind: v.exactOptional(v.picklist(AUDIT_KINDS, `must be one of ${AUDIT_KINDS.join(", ")}`)),
  target: v.exactOptional(id),
});

/** Which failed requests. */
export interface RequestsRequest {
  /** How many at most; 100 unless said otherwise. */
  readonly limit?: number;
  /** From the page before. */
  readonly cursor?: string;
  /** Only those of this token. */
  readonly token?: string;
  /** May be said, and changes nothing: others are not remembered. */
  readonly failed?: "" | "true";
}

/** `GET /api/requests` */
export const requestsRequest: Schema<RequestsRequest> = record({
  limit: v.exactOptional(pageLimit),
  cursor: v.exactOptional(v.pipe(v.string(), v.regex(/^[0-9a-f-]{36}$/, CURSOR))),
  token: v.exactOptional(id),
  failed: v.exactOptional(v.picklist(["", "true"], "must be true, or left out")),
});
