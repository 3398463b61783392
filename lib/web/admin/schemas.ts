/**
 * What the admin API takes, field by field.
 *
 * Each schema is typed by what storage wants, so that the two cannot drift apart.
 *
 * @module
 */

import type {
  KeyCandidate,
  KeyChanges,
  PageRequest,
  PoolSettings,
  TokenChanges,
  TokenSettings,
  TokenSource,
} from "../../domain/management.ts";
import * as v from "valibot";
import type { EpochMs, PoolId } from "../../domain/ids.ts";
import { splitKeyList } from "../../domain/key_secret.ts";
import { record, type Schema } from "./check.ts";
import { aMomentText, MOMENT } from "./moment.ts";

/** The most keys one call adds. */
const MAX_KEYS = 5_000;
/** The most models one token lists: a record of storage holds 64 KiB. */
const MAX_MODELS = 256;
const MAX_PAGE = 1_000;

const STRING = "must be a string";
const BOOLEAN = "must be true or false";

const plain = v.pipe(
  v.string(STRING),
  v.trim(),
  v.regex(/^[^\p{Cc}\p{Cs}\u2028\u2029]*$/u, "must not have control characters"),
);
const short = v.pipe(plain, v.maxLength(100, "must have at most 100 characters"));
const name = v.pipe(short, v.nonEmpty("must not be empty"));
const project = v.nullable(name);
const flag = v.boolean(BOOLEAN);
const poolId = v.pipe(
  v.string(STRING),
  v.regex(/^[0-9a-z]{26}$/, "must be the id of a pool"),
  v.transform((id) => id as PoolId),
);

/** `POST /api/pools` */
export const newPool: Schema<PoolSettings> = record({ name, metering: v.optional(flag, true) });

/** `PATCH /api/pools/:pool` */
export const poolChanges: Schema<Partial<PoolSettings>> = v.pipe(
  record({ name: v.exactOptional(name), metering: v.exactOptional(flag) }),
  changesSomething(),
);

/** `PATCH /api/pools/:pool/keys/:key` */
export const keyChanges: Schema<KeyChanges> = v.pipe(
  record({
    label: v.exactOptional(short),
    project: v.exactOptional(project),
    enabled: v.exactOptional(flag),
  }),
  changesSomething(),
);

const secretAlone = v.pipe(v.string(), v.transform((secret): KeyCandidate => ({ secret })));
const candidate = record({
  secret: v.string(STRING),
  label: v.exactOptional(short),
  project: v.exactOptional(project),
}, "must be a string or an object");
const keyList = v.pipe(
  v.array(
    v.lazy((entry): Schema<KeyCandidate> => typeof entry === "string" ? secretAlone : candidate),
    "must be a list",
  ),
  ...sizeOfList<KeyCandidate[]>(),
);

/** Keys as people paste them: one a line, or with commas between them. */
export const pastedKeys: Schema<readonly KeyCandidate[]> = v.pipe(
  v.string(STRING),
  v.transform((text): KeyCandidate[] => splitKeyList(text).map((secret) => ({ secret }))),
  ...sizeOfList<KeyCandidate[]>(),
);

/** `POST /api/pools/:pool/keys`, when it is JSON. */
export const newKeys: Schema<readonly KeyCandidate[]> = v.pipe(
  record({ keys: v.exactOptional(keyList), text: v.exactOptional(pastedKeys) }),
  v.check(({ keys, text }) => (keys === undefined) !== (text === undefined), eitherOr("text")),
  v.transform(({ keys, text }) => keys ?? text ?? []),
);

const moment = v.lazy((input): Schema<EpochMs> => typeof input === "number" ? epochMs : isoText);
const epochMs = v.pipe(
  v.number(MOMENT),
  v.integer(MOMENT),
  v.minValue(0, MOMENT),
  v.maxValue(Date.UTC(9999, 11, 31), MOMENT),
  v.transform((ms) => ms as EpochMs),
);
const isoText = v.pipe(
  v.string(MOMENT),
  v.check(aMomentText, MOMENT),
  v.transform((text) => Date.parse(text) as EpochMs),
);
const allowedModels = v.nullable(v.pipe(
  v.array(
    v.pipe(
      v.string(STRING),
      v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, "must be a model's name, without models/"),
    ),
    "must be a list of models, or null for all",
  ),
  v.nonEmpty("must name a model, or be null for all"),
  v.maxLength(MAX_MODELS, `must name at most ${MAX_MODELS} models`),
));

/** What it takes to make a token. */
export interface NewTokenRequest {
  readonly settings: TokenSettings;
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
    }),
    v.check(
      ({ keys, poolId }) => (keys === undefined) !== (poolId === undefined),
      eitherOr("poolId"),
    ),
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
  }),
  changesSomething(),
);

const LIMIT = `must be a whole number from 1 to ${MAX_PAGE}`;

/** The query of a list. */
export const pageRequest: Schema<PageRequest> = record({
  limit: v.exactOptional(v.pipe(
    v.string(),
    v.regex(/^\d{1,4}$/, LIMIT),
    v.transform(Number),
    v.minValue(1, LIMIT),
    v.maxValue(MAX_PAGE, LIMIT),
  )),
  cursor: v.exactOptional(v.pipe(
    v.string(),
    v.regex(/^[\w+/=-]{1,512}$/, "must be the one that the page before gave"),
  )),
});

function eitherOr(other: "text" | "poolId"): string {
  return `must have either "keys" or "${other}"`;
}

function changesSomething<Changes extends object>() {
  return v.check(
    (changes: Changes) => Object.keys(changes).length > 0,
    "must change at least one field",
  );
}

function sizeOfList<List extends unknown[]>() {
  return [
    v.nonEmpty<List, string>("must hold at least one key"),
    v.maxLength<List, number, string>(MAX_KEYS, `must hold at most ${MAX_KEYS} keys`),
  ] as const;
}
