/**
 * A token's record as the admin API shows it. The token itself and its digest have no field here.
 *
 * @module
 */

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
  /** ISO 8601. */
  readonly createdAt: string;
}

/** Shows a token. */
export function tokenItem(token: Token): TokenItem {
  const { id, name, poolId, enabled, allowedModels, expiresAt, createdAt } = token;
  return {
    id,
    name,
    poolId,
    enabled,
    allowedModels,
    expiresAt: expiresAt === null ? null : iso(expiresAt),
    createdAt: iso(createdAt),
  };
}
