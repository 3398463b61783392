/**
 * Remembering what was used: the ports of counting, limiting and reporting. `storage` keeps these
 * promises.
 *
 * @module
 */

import type { EpochMs, KeyId, ModelName, PoolId, TokenId } from "./ids.ts";
import type { TimeStep } from "./time_step.ts";
import type { UsageSums } from "./usage_sums.ts";

/** Stands for the models that are not told apart. */
export const OTHER_MODELS = "other";
/** Stands for calls that name no model. */
export const NO_MODEL = "none";

/**
 * What sums are about: requests of a pool, requests of a token, or attempts of a key; each by model.
 *
 * A model is a name that is told apart, {@linkcode OTHER_MODELS} or {@linkcode NO_MODEL}.
 */
export type UsageSubject =
  | { readonly family: "pool"; readonly pool: PoolId; readonly model: ModelName }
  | {
    readonly family: "token";
    readonly pool: PoolId;
    readonly token: TokenId;
    readonly model: ModelName;
  }
  | {
    readonly family: "key";
    readonly pool: PoolId;
    readonly key: KeyId;
    readonly model: ModelName;
  };

/** Sums of one subject that are to be added to what is stored. */
export interface UsageRow {
  /** What they are about. */
  readonly subject: UsageSubject;
  /** When the hour began that they belong to. */
  readonly hour: EpochMs;
  /** When the last of it happened. */
  readonly lastAt: EpochMs;
  /** What is added. */
  readonly sums: UsageSums;
}

/** Adds usage up, and tells what a token has used. */
export interface UsageStore {
  /**
   * Takes rows over and adds them, each exactly once even when a write fails or nobody knows whether it
   * did. Rejects when storage is out of reach: what is left is written with the next call.
   */
  add(rows: readonly UsageRow[]): Promise<void>;
  /** What all processes have stored of a token for a day, `2026-11-23`, in UTC. */
  spent(token: TokenId, day: string): Promise<Spent>;
}

/** What a token has used of a day. */
export interface Spent {
  /** Those that were let in. */
  readonly requests: number;
  /** Everything its requests took of models and got from them. */
  readonly tokens: number;
}

/** What a report tells apart. */
export type UsageDimension = "token" | "key" | "model" | "pool";

/** What a report is about. A token and a key exclude each other: which of both served is not counted. */
export interface UsageQuery {
  /** What is told apart. */
  readonly by: UsageDimension;
  /** And in which steps. */
  readonly step: TimeStep;
  /** The first step is the one it lies in. */
  readonly from: EpochMs;
  /** The last step is the one that it ends or lies in. */
  readonly to: EpochMs;
  /** Only this pool's. */
  readonly pool?: PoolId | undefined;
  /** Only this token's. */
  readonly token?: TokenId | undefined;
  /** Only this key's attempts. */
  readonly key?: KeyId | undefined;
  /** Only this model's. */
  readonly model?: ModelName | undefined;
}

/** What one token, key, model or pool came to in one step. */
export interface UsageGroup {
  /** When the step began. */
  readonly at: EpochMs;
  /** An id, or the name of a model. */
  readonly of: string;
  /** Requests; attempts when it is about keys. */
  readonly sums: UsageSums;
}

/** Tells what was used. A few seconds behind what happens. */
export interface UsageReports {
  /**
   * In the order of time, and of ids in each step. Throws `invalid_request` when a token and a key are
   * named together, or when it would be more than one answer holds.
   */
  read(query: UsageQuery): Promise<readonly UsageGroup[]>;
  /** When each token was last used, to the nearest flush; those never used are missing. */
  lastUsed(tokens: readonly TokenId[]): Promise<ReadonlyMap<TokenId, EpochMs>>;
  /** Forgets hours and days that are kept no longer. */
  sweep(): Promise<void>;
}
