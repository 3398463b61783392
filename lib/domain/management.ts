/**
 * What operators do: the ports behind the admin plane. `storage` keeps these promises.
 *
 * @module
 */

import type { Actor } from "./actor.ts";
import type { EpochMs, KeyId, ModelName, PoolId, TokenId } from "./ids.ts";
import type { Key, KeyReport, KeyState } from "./key.ts";
import type { ModelAliases, Pool } from "./pool.ts";
import type { Token } from "./token.ts";

/** Which page of a list. */
export interface PageRequest {
  /** From the page before; absent for the first. */
  readonly cursor?: string | undefined;
  /** How many items at most: 100 unless said otherwise, 1,000 at most. */
  readonly limit?: number | undefined;
}

/** A page of a list. */
export interface Page<T> {
  /** In the order of their ids, which is the order they were made in. */
  readonly items: readonly T[];
  /** Asks for the next page; null after the last. */
  readonly cursor: string | null;
}

/** What a person may choose about a pool. */
export interface PoolSettings {
  /** How people call it; two pools may have the same name. */
  readonly name: string;
  /** See {@linkcode Pool.metering}. */
  readonly metering: boolean;
  /** See {@linkcode Pool.aliases}; none unless given, and given they replace all there were. */
  readonly aliases?: ModelAliases;
}

/** Pools of one installation. Methods with an id throw `not_found` for one that is not there. */
export interface Pools {
  /** Makes an empty pool. */
  create(settings: PoolSettings): Promise<Pool>;
  /** Reads one pool. */
  get(id: PoolId): Promise<Pool>;
  /** Reads a page of pools. */
  list(page: PageRequest): Promise<Page<Pool>>;
  /** Changes what is given and nothing else. */
  update(id: PoolId, changes: Partial<PoolSettings>): Promise<Pool>;
  /** Deletes the pool with its keys. Throws `conflict` while tokens use it. */
  delete(id: PoolId): Promise<void>;
}

/** A key that someone wants to add. */
export interface KeyCandidate {
  /** As it was pasted; white space and quotes around it are taken off. */
  readonly secret: string;
  /** What people call it; none when absent. */
  readonly label?: string | undefined;
  /** The Google project it belongs to; unknown when absent. */
  readonly project?: string | null | undefined;
}

/** What became of the candidates. */
export interface AddReport {
  /** Those that serve now. */
  readonly added: readonly Key[];
  /** Those that serve already, in this pool or another, or stood twice in the list. */
  readonly duplicates: readonly Unadded[];
  /** Those that cannot be keys. */
  readonly rejected: readonly Unadded[];
}

/** A candidate that was not added, and why. */
export interface Unadded {
  /** Its place in the list, from 1. */
  readonly entry: number;
  /** Masked: four characters at each end. */
  readonly secret: string;
  /** A sentence for the person who pasted it. */
  readonly reason: string;
}

/** How many keys are in each state. */
export type KeyCounts = Readonly<Record<KeyState, number>>;

/** What a person may change about a key; what is absent stays as it is. */
export interface KeyChanges {
  /** What people call it. */
  readonly label?: string | undefined;
  /** The Google project it belongs to; null when unknown. */
  readonly project?: string | null | undefined;
  /** False keeps it from serving until a person says otherwise; true puts it back, whatever stopped it. */
  readonly enabled?: boolean | undefined;
}

/** What became of the candidates; a new key may cool already, with its project. */
export interface ReportOfAdding extends AddReport {
  /** Those that are in the pool now. */
  readonly added: readonly KeyReport[];
}

/** Keys of one installation. Methods throw `not_found` for a pool or key that is not there. */
export interface Keys {
  /** Adds what is new; see `storage/add_keys.ts` for what is atomic. */
  add(pool: PoolId, candidates: readonly KeyCandidate[]): Promise<ReportOfAdding>;
  /** How many keys the pool has in each state; zeros for a pool that is not there. */
  count(pool: PoolId): Promise<KeyCounts>;
  /** Reads a page of keys with their states. */
  list(pool: PoolId, page: PageRequest): Promise<Page<KeyReport>>;
  /** Reads one key with its state. */
  get(pool: PoolId, key: KeyId): Promise<KeyReport>;
  /** Changes what is given and nothing else. */
  update(pool: PoolId, key: KeyId, changes: KeyChanges): Promise<KeyReport>;
  /** Forgets the key and everything learnt of it. */
  delete(pool: PoolId, key: KeyId): Promise<void>;
  /** Ends every cooldown that concerns the key, its project's too. */
  wake(pool: PoolId, key: KeyId): Promise<KeyReport>;
  /** The key's secret, for a probe and nothing else. */
  openSecret(pool: PoolId, key: KeyId): Promise<string>;
}

/** What a person chooses about a token. */
export interface TokenSettings {
  /** How people call it. */
  readonly name: string;
  /** True unless said otherwise. */
  readonly enabled?: boolean | undefined;
  /** Models it may name; null, or absent, for all. */
  readonly allowedModels?: readonly ModelName[] | null | undefined;
  /** When it stops working; null, or absent, for never. */
  readonly expiresAt?: EpochMs | null | undefined;
  /** See {@linkcode Token.requestsPerMinute}; null, or absent, for no limit. */
  readonly requestsPerMinute?: number | null | undefined;
  /** See {@linkcode Token.tokensPerDay}; null, or absent, for no limit. */
  readonly tokensPerDay?: number | null | undefined;
}

/** What a person may change about a token; what is absent stays as it is. */
export type TokenChanges =
  & { readonly [Name in keyof TokenSettings]?: TokenSettings[Name] | undefined }
  & { readonly poolId?: PoolId | undefined };

/** Which keys a new token uses: an existing pool's, or new ones in a pool of its own. */
export type TokenSource =
  | { readonly kind: "pool"; readonly poolId: PoolId }
  | { readonly kind: "keys"; readonly candidates: readonly KeyCandidate[] };

/** A new token. */
export interface NewToken {
  /** What is kept of it. */
  readonly record: Token;
  /** The token itself, `gkr_…`: shown this once, and nowhere after. */
  readonly token: string;
  /** What became of the keys it came with; null when it came with none. */
  readonly keys: AddReport | null;
}

/** Tokens of one installation. Methods with an id throw `not_found` for one that is not there. */
export interface Tokens {
  /** Makes a token. Throws `invalid_request` when its pool is not there, or none of its keys is new. */
  create(settings: TokenSettings, source: TokenSource): Promise<NewToken>;
  /** Reads one token's record. */
  get(id: TokenId): Promise<Token>;
  /** Reads a page of records. */
  list(page: PageRequest): Promise<Page<Token>>;
  /** Changes what is given and nothing else. */
  update(id: TokenId, changes: TokenChanges): Promise<Token>;
  /** Forgets the token; whoever presents it is a stranger from now on. */
  delete(id: TokenId): Promise<void>;
  /** The token that a client presented; null when nobody issued it. */
  find(token: string): Promise<Token | null>;
}

/** Pools to read, which needs nobody's name. */
export type PoolReader = Pick<Pools, "get" | "list">;
/** Keys to read. */
export type KeyReader = Pick<Keys, "get" | "list" | "count" | "openSecret">;
/** Tokens to read. */
export type TokenReader = Pick<Tokens, "get" | "list" | "find">;

/** What one actor may change. Each change is audited under their name, in the same commit. */
export interface Management {
  /** Their pools. */
  readonly pools: Pools;
  /** Their keys. */
  readonly keys: Keys;
  /** Their tokens. */
  readonly tokens: Tokens;
}

/** Nothing is changed by nobody: whoever wants to change something says who it is first. */
export type Manage = (by: Actor) => Management;
