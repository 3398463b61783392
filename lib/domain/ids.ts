/**
 * Names and moments as types of their own, so that a pool's id cannot be passed for a key's and a
 * duration cannot be passed for a moment.
 *
 * @module
 */

/** Known to the compiler only: there is no such value when the program runs. */
export declare const brand: unique symbol;

/** A `Base` under a name: neither a plain one nor one of another name passes for it. */
export type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

/** A pool's id, as in `/api/pools/:pool`. */
export type PoolId = Branded<string, "PoolId">;

/** A key's id. Keys are addressed by id, never by position in a list. */
export type KeyId = Branded<string, "KeyId">;

/** An access token's id. It is not the token: the token is a secret, its id is not. */
export type TokenId = Branded<string, "TokenId">;

/** A moment, in milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = Branded<number, "EpochMs">;

/** A model as clients name it in a path, without `models/`; or {@linkcode EVERY_MODEL}. */
export type ModelName = string;

/** Stands for all models in a cooldown that is not about one. */
export const EVERY_MODEL = "*";

/** The moment `ms` after `moment`; negative durations go back in time. */
export function later(moment: EpochMs, ms: number): EpochMs {
  return (moment + ms) as EpochMs;
}
