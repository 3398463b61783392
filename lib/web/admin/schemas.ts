/**
 * What the admin API takes, call by call.
 *
 * Each schema is typed by what the domain wants, so that the two cannot drift apart.
 *
 * @module
 */

import * as v from "valibot";
import type { EpochMs } from "../../domain/ids.ts";
import type {
  KeyCandidate,
  KeyChanges,
  PageRequest,
  PoolSettings,
  TokenChanges,
  TokenSettings,
  TokenSource,
} from "../../domain/management.ts";
import { record, type Schema } from "./check.ts";
import {
  aliases,
  allowedModels,
  flag,
  keyList,
  label,
  limit,
  moment,
  name,
  pageLimit,
  pastedKeys,
  poolId,
  project,
} from "./fields.ts";

/** `POST /api/pools` */
export const newPool: Schema<PoolSettings> = record({
  name,
  metering: v.optional(flag, true),
  aliases: v.exactOptional(aliases),
});

/** `PATCH /api/pools/:pool` */
export const poolChanges: Schema<Partial<PoolSettings>> = v.pipe(
  record({
    name: v.exactOptional(name),
    metering: v.exactOptional(flag),
    aliases: v.exactOptional(aliases),
  }),
  changesSomething(),
);

/** `POST /api/pools/:pool/keys`, when it is JSON. */
export const newKeys: Schema<KeyCandidate[]> = v.pipe(
  record({ keys: v.exactOptional(keyList), text: v.exactOptional(pastedKeys) }),
  v.check(({ keys, text }) => isOneOf(keys, text), 'must have either "keys" or "text"'),
  v.transform(({ keys, text }) => keys ?? text ?? []),
);

/** `PATCH /api/pools/:pool/keys/:key` */
export const keyChanges: Schema<KeyChanges> = v.pipe(
  record({
    label: v.exactOptional(label),
    project: v.exactOptional(project),
    enabled: v.exactOptional(flag),
  }),
  changesSomething(),
);

/** What it takes to make a token. */
export interface NewTokenRequest {
  /** What it may do, and for how long. */
  readonly settings: TokenSettings;
  /** Whose keys serve it. */
  readonly source: TokenSource;
}

/** `POST /api/tokens`; a token must not have expired `now` already. */
export function newToken(now: EpochMs): Schema<NewTokenRequest> {
  const future = v.check((at: EpochMs | null) => at === null || at > now, "must be in the future");
  return v.pipe(
    record({
      name,
      keys: v.exactOptional(keyList),
      poolId: v.exactOptional(poolId),
      enabled: v.exactOptional(flag),
      allowedModels: v.exactOptional(allowedModels),
      expiresAt: v.exactOptional(v.pipe(v.nullable(moment), future)),
      requestsPerMinute: v.exactOptional(limit),
      tokensPerDay: v.exactOptional(limit),
    }),
    v.check(({ keys, poolId }) => isOneOf(keys, poolId), 'must have either "keys" or "poolId"'),
    v.transform(({ keys, poolId, ...settings }): NewTokenRequest => ({
      settings,
      source: poolId === undefined
        ? { kind: "keys", candidates: keys ?? [] }
        : { kind: "pool", poolId },
    })),
  );
}

/** `PATCH /api/tokens/:token` */
export const tokenChanges: Schema<TokenChanges> = v.pipe(
  record({
    name: v.exactOptional(name),
    poolId: v.exactOptional(poolId),
    enabled: v.exactOptional(flag),
    allowedModels: v.exactOptional(allowedModels),
    expiresAt: v.exactOptional(v.nullable(moment)),
    requestsPerMinute: v.exactOptional(limit),
    tokensPerDay: v.exactOptional(limit),
  }),
  changesSomething(),
);

/** The query of a list. */
export const pageRequest: Schema<PageRequest> = record({
  limit: v.exactOptional(pageLimit),
  cursor: v.exactOptional(v.pipe(
    v.string(),
    v.regex(/^[\w+/=-]{1,512}$/, "must be the one that the page before gave"),
  )),
});

function isOneOf(one: unknown, other: unknown): boolean {
  return (one === undefined) !== (other === undefined);
}

function changesSomething<Changes extends object>() {
  return v.check(
    (changes: Changes) => Object.keys(changes).length > 0,
    "must change at least one field",
  );
}
