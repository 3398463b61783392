/**
 * An access token: what a client presents to us. We keep only its digest.
 *
 * @module
 */

import type { EpochMs, ModelName, PoolId, TokenId } from "./ids.ts";

/** A token's record. The token itself is shown once, when it is made. */
export interface Token {
  /** No secret; sorts by the time the token was made. */
  readonly id: TokenId;
  /** How people call it; two tokens may have the same name. */
  readonly name: string;
  /** Whose keys serve it; a pool cannot be deleted while a token uses it. */
  readonly poolId: PoolId;
  /** False while a person has switched it off: then it is `forbidden`. */
  readonly enabled: boolean;
  /** Models this token may name; null means all. */
  readonly allowedModels: readonly ModelName[] | null;
  /** When it stops working; null means never. */
  readonly expiresAt: EpochMs | null;
  /** Requests it may make within any 60 s; null means no limit. */
  readonly requestsPerMinute: number | null;
  /** Tokens that models may take and give for it in a day of UTC; null means no limit. */
  readonly tokensPerDay: number | null;
  /** When it was made; no change moves it. */
  readonly createdAt: EpochMs;
}
