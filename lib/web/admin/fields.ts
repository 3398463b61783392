/**
 * The fields that occur in what people send us: names, moments, models, lists of keys.
 *
 * Text is trimmed and plain: a name ends up in logs and on terminals, where a control character
 * could hide what follows it.
 *
 * @module
 */

import * as v from "valibot";
import type { EpochMs, KeyId, ModelName, PoolId, TokenId } from "../../domain/ids.ts";
import { splitKeyList } from "../../domain/key_secret.ts";
import type { KeyCandidate } from "../../domain/management.ts";
import type { ModelAliases } from "../../domain/pool.ts";
import { dictionary, record, type Schema } from "./check.ts";
import { isMoment, MOMENT } from "./moment.ts";

/** The most keys one call adds. */
const MAX_KEYS = 5_000;
/** The most models one token lists, because a record of storage holds 64 KiB. */
const MAX_MODELS = 256;
/** The most aliases one pool has; with the longest names they take less than half of a record. */
const MAX_ALIASES = 100;
const MAX_CHARACTERS = 100;
const STRING = "must be a string";

/** Up to 100 characters, maybe none. */
export const label: Schema<string> = v.pipe(
  v.string(STRING),
  v.trim(),
  v.regex(/^[^\p{Cc}\p{Cs}\u2028\u2029]*$/u, "must not have control characters"),
  v.maxLength(MAX_CHARACTERS, `must have at most ${MAX_CHARACTERS} characters`),
);

/** 1 to 100 characters. */
export const name: Schema<string> = v.pipe(label, v.nonEmpty("must not be empty"));

/** The name of a Google project; null when it is not known. */
export const project: Schema<string | null> = v.nullable(name);

/** True or false, and nothing that is almost one of them. */
export const flag: Schema<boolean> = v.boolean("must be true or false");

const LIMIT = `must be a whole number from 1 to ${Number.MAX_SAFE_INTEGER}, or null for no limit`;

/** How many at most; null for as many as there are. */
export const limit: Schema<number | null> = v.nullable(v.pipe(
  v.number(LIMIT),
  v.safeInteger(LIMIT),
  v.minValue(1, LIMIT),
));

const MAX_PAGE = 1_000;
const PAGE = `must be a whole number from 1 to ${MAX_PAGE}`;

/** How many items a page of a list may have; as text, because it stands in a query. */
export const pageLimit: Schema<number> = v.pipe(
  v.string(),
  v.regex(/^\d{1,4}$/, PAGE),
  v.transform(Number),
  v.minValue(1, PAGE),
  v.maxValue(MAX_PAGE, PAGE),
);

/** What could be a pool's id. */
export const poolId: Schema<PoolId> = idOf<PoolId>("pool");

/** What could be a token's id. */
export const tokenId: Schema<TokenId> = idOf<TokenId>("token");

/** What could be a key's id. */
export const keyId: Schema<KeyId> = idOf<KeyId>("key");

function idOf<Id extends string>(what: string): Schema<Id> {
  return v.pipe(
    v.string(STRING),
    v.regex(/^[0-9a-z]{26}$/, `must be the id of a ${what}`),
    v.transform((id) => id as Id),
  );
}

/** A model as Gemini names it, without `models/`. */
export const model: Schema<ModelName> = v.pipe(
  v.string(STRING),
  v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, "must be the name of a model"),
);

/** Models a token may name; null for all. */
export const allowedModels: Schema<ModelName[] | null> = v.nullable(v.pipe(
  v.array(model, "must be a list of models, or null for all"),
  v.nonEmpty("must name a model, or be null for all"),
  v.maxLength(MAX_MODELS, `must name at most ${MAX_MODELS} models`),
));

/** A model as other vendors name theirs: `gpt-4o`, `openai/gpt-4.1`, `llama3:8b`. */
const alias: v.GenericSchema<string> = v.pipe(
  v.string(),
  v.regex(
    /^[A-Za-z0-9._:/@-]{1,128}$/,
    "must be named with 1 to 128 letters, digits and . _ - : / @",
  ),
);

/** A model for each alias. What an alias stands for is always a model, never another alias. */
export const aliases: Schema<ModelAliases> = v.pipe(
  dictionary(alias, model, "must be an object with a model for each alias"),
  v.maxEntries(MAX_ALIASES, `must have at most ${MAX_ALIASES} aliases`),
);

/** A moment: ISO 8601 with its time zone, or milliseconds since 1970. */
export const moment: Schema<EpochMs> = v.lazy((input) => typeof input === "number" ? ms : isoText);
const ms: Schema<EpochMs> = v.pipe(
  v.number(MOMENT),
  v.integer(MOMENT),
  v.minValue(0, MOMENT),
  v.maxValue(Date.UTC(9999, 11, 31), MOMENT),
  v.transform((ms) => ms as EpochMs),
);
const isoText: Schema<EpochMs> = v.pipe(
  v.string(MOMENT),
  v.check(isMoment, MOMENT),
  v.transform((text) => Date.parse(text) as EpochMs),
);

/** Keys as a list: each a string, or an object that also has a label and a project. */
export const keyList: Schema<KeyCandidate[]> = v.pipe(
  v.array(v.lazy((entry) => typeof entry === "string" ? secret : candidate), "must be a list"),
  ...ofFairSize(),
);
const secret: Schema<KeyCandidate> = v.pipe(v.string(), v.transform((secret) => ({ secret })));
const candidate: Schema<KeyCandidate> = record({
  secret: v.string(STRING),
  label: v.exactOptional(label),
  project: v.exactOptional(project),
}, "must be a string or an object");

/** Keys as people paste them: one a line, or with commas between them. */
export const pastedKeys: Schema<KeyCandidate[]> = v.pipe(
  v.string(STRING),
  v.transform((text): KeyCandidate[] => splitKeyList(text).map((secret) => ({ secret }))),
  ...ofFairSize(),
);

function ofFairSize() {
  return [
    v.nonEmpty<KeyCandidate[], string>("must hold at least one key"),
    v.maxLength<KeyCandidate[], number, string>(MAX_KEYS, `must hold at most ${MAX_KEYS} keys`),
  ] as const;
}
