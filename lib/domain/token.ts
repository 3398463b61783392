/**
 * An access token: what a client presents to us. We keep only its digest.
 *
 * @module
 */

import type { EpochMs, ModelName, PoolId, TokenId } from "./ids.ts";

/** A token's record. The token itself is shown once, when it is made. */
export interface Token {
  readonly id: TokenId;
  readonly name: string;
  readonly poolId: PoolId;
  readonly enabled: boolean;
  /** Models this token may name; null means all. */
  readonly allowedModels: readonly ModelName[] | null;
  /** When it stops working; null means never. */
  readonly expiresAt: EpochMs | null;
  readonly createdAt: EpochMs;
}
