/**
 * The forms for making and changing a token: what was typed, and what it means.
 *
 * What was typed is kept as text, so that a refused form comes back as it was. Pasted keys are not in
 * it: they are secrets, and do not travel back.
 *
 * @module
 */

import * as v from "valibot";
import { INVALID_REQUEST, RotatorError } from "../../domain/errors.ts";
import type { EpochMs, ModelName, PoolId } from "../../domain/ids.ts";
import type { TokenChanges } from "../../domain/management.ts";
import type { Token } from "../../domain/token.ts";
import { check, type Schema } from "../admin/check.ts";
import { allowedModels, model, name, pastedKeys, poolId } from "../admin/fields.ts";
import { isMoment, iso } from "../admin/moment.ts";
import type { NewTokenRequest } from "../admin/schemas.ts";

/** A form as a person has filled it in. */
export interface TokenForm {
  /** What the token is called. */
  readonly name: string;
  /** Whether its keys are a pool's that is there, or new ones. */
  readonly source: "pool" | "keys";
  /** The chosen pool; empty for none. */
  readonly poolId: string;
  /** Models, with commas or lines between them; empty for all. */
  readonly models: string;
  /** As `datetime-local` has it, in UTC; empty for never. */
  readonly expires: string;
  /** Empty for no limit. */
  readonly requestsPerMinute: string;
  /** Empty for no limit. */
  readonly tokensPerDay: string;
}

const LIMIT = "must be a whole number of 1 or more, or empty for no limit";
const MOMENT = "must be a date and a time in UTC, or empty for never";

const limit: Schema<number | null> = v.pipe(
  v.string(),
  v.regex(/^\d{0,15}$/, LIMIT),
  v.transform((text) => text === "" ? null : Number(text)),
  v.check((count) => count !== 0, LIMIT),
);

const moment: Schema<EpochMs | null> = v.pipe(
  v.string(),
  v.transform((text) => text === "" ? null : `${text}Z`),
  v.check((text) => text === null || isMoment(text), MOMENT),
  v.transform((text) => text === null ? null : Date.parse(text) as EpochMs),
);

/** What was typed; what is missing is empty. */
export function typedToken(fields: URLSearchParams): TokenForm {
  const text = (field: string) => (fields.get(field) ?? "").trim();
  return {
    name: text("name"),
    source: text("source") === "keys" ? "keys" : "pool",
    poolId: text("pool"),
    models: text("models"),
    expires: text("expires"),
    requestsPerMinute: text("requests"),
    tokensPerDay: text("tokens"),
  };
}

/** A token as its form shows it before anything is typed. */
export function formOfToken(token: Token): TokenForm {
  return {
    name: token.name,
    source: "pool",
    poolId: token.poolId,
    models: (token.allowedModels ?? []).join("\n"),
    expires: token.expiresAt === null ? "" : localMoment(token.expiresAt),
    requestsPerMinute: token.requestsPerMinute?.toString() ?? "",
    tokensPerDay: token.tokensPerDay?.toString() ?? "",
  };
}

/**
 * What a filled-in form asks to be made. `keys` is what was pasted.
 *
 * @throws {RotatorError} `invalid_request`
 */
export function readNewToken(
  form: TokenForm,
  { keys, now }: { keys: string; now: EpochMs },
): NewTokenRequest {
  const { poolId, ...settings } = readSettings(form, { now });
  return {
    settings,
    source: poolId === null
      ? { kind: "keys", candidates: check(pastedKeys, keys, "the pasted keys") }
      : { kind: "pool", poolId },
  };
}

/**
 * What a filled-in form changes about a token; nothing for a form that was left as it was.
 *
 * @throws {RotatorError} `invalid_request`
 */
export function readTokenChanges(form: TokenForm, token: Token): TokenChanges {
  const wanted = readSettings({ ...form, source: "pool" }, {});
  const before: Readonly<Record<string, unknown>> = { ...token };
  return Object.fromEntries(
    Object.entries(wanted).filter(([field, value]) =>
      JSON.stringify(value) !== JSON.stringify(before[field])
    ),
  );
}

interface Settings {
  readonly name: string;
  readonly poolId: PoolId | null;
  readonly allowedModels: readonly ModelName[] | null;
  readonly expiresAt: EpochMs | null;
  readonly requestsPerMinute: number | null;
  readonly tokensPerDay: number | null;
}

function readSettings(form: TokenForm, { now }: { now?: EpochMs }): Settings {
  return {
    name: check(name, form.name, "the name"),
    poolId: form.source === "keys" ? null : check(poolId, form.poolId, "the pool"),
    allowedModels: readModels(form.models),
    expiresAt: readExpiry(form.expires, now),
    requestsPerMinute: check(limit, form.requestsPerMinute, "the requests per minute"),
    tokensPerDay: check(limit, form.tokensPerDay, "the tokens per day"),
  };
}

function readModels(typed: string): readonly ModelName[] | null {
  const models = typed.split(/[\s,]+/).filter((text) => text !== "");
  models.forEach((text, index) => check(model, text, `model ${index + 1}`));
  return models.length === 0 ? null : check(allowedModels, models, "the models");
}

function readExpiry(typed: string, now: EpochMs | undefined): EpochMs | null {
  const at = check(moment, typed, "the expiry");
  if (at !== null && now !== undefined && at <= now) {
    throw new RotatorError(INVALID_REQUEST, "Cannot read the expiry: it must be in the future");
  }
  return at;
}

/** Without seconds where there are none, because browsers then do not ask for them. */
function localMoment(at: EpochMs): string {
  return iso(at).replace(/(?::00)?\.000Z$/, "").replace("Z", "");
}
