/**
 * A token's record as the admin API shows it. The token itself and its digest have no field here.
 *
 * @module
 */

import type { EpochMs } from "../../domain/ids.ts";
import type { Token } from "../../domain/token.ts";
import { iso } from "./moment.ts";

/** A token, without the token. */
export interface TokenItem {
  /** As in `/api/tokens/:token`; no secret. */
  readonly id: string;
  /** How people call it. */
  readonly name: string;
  /** Whose keys serve it. */
  readonly poolId: string;
  /** False while it is switched off. */
  readonly enabled: boolean;
  /** Models it may name; null for all. */
  readonly allowedModels: readonly string[] | null;
  /** ISO 8601; null for never. */
  readonly expiresAt: string | null;
  /** Requests within any 60 s; null for no limit. */
  readonly requestsPerMinute: number | null;
  /** Tokens of models in a day of UTC; null for no limit. */
  readonly tokensPerDay: number | null;
  /** ISO 8601, some seconds late; null when it was never used, or not for four hundred days. */
  readonly lastUsedAt: string | null;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** Shows a token. */
export function tokenItem(token: Token, lastUsedAt: EpochMs | null = null): TokenItem {
  const { id, name, poolId, enabled, allowedModels, expiresAt, createdAt } = token;
  const { requestsPerMinute, tokensPerDay } = token;
  return {
    id,
    name,
    poolId,
    enabled,
    allowedModels,
    expiresAt: isoOrNull(expiresAt),
    requestsPerMinute,
    tokensPerDay,
    lastUsedAt: isoOrNull(lastUsedAt),
    createdAt: iso(createdAt),
  };
}

function isoOrNull(moment: EpochMs | null): string | null {
  return moment === null ? null : iso(moment);
}
