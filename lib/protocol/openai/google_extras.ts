/**
 * Google's own settings in a request of OpenAI's form.
 *
 * SDKs put them under `extra_body.google`, under `extra_body` or `google`, or among the other fields, and
 * spell them with underscores or in camel case. All of that is taken.
 *
 * @see https://ai.google.dev/gemini-api/docs/openai#extra-body
 * @module
 */

import * as v from "valibot";
import { isRecord, type JsonRecord, recordOf } from "../json.ts";
import type { ThinkingLevel } from "../gemini/generate/request.ts";
import { pickDefined } from "../pick_defined.ts";
import { checkRequest, fields, type Maybe, type Schema } from "../check_request.ts";
import { anyObject, flag, listOf, maybe, text, wholeNumber } from "../fields.ts";

/** What Google has and OpenAI has not. */
export interface GoogleSettings {
  /** How much the model thinks; counts more than `reasoning_effort`. */
  readonly thinking_config?: Maybe<ThinkingSettings>;
  /** Whether the thoughts are part of the answer, where nothing else is said of thinking. */
  readonly include_thoughts?: Maybe<boolean>;
  /** What is to be blocked. */
  readonly safety_settings?: Maybe<readonly JsonRecord[]>;
  /** A cache that the conversation continues. */
  readonly cached_content?: Maybe<string>;
  /** Shape and size of images. */
  readonly image_config?: Maybe<JsonRecord>;
  /** The voices of an answer that is spoken. */
  readonly speech_config?: Maybe<JsonRecord>;
  /** Among `TEXT`, `IMAGE` and `AUDIO`. */
  readonly response_modalities?: Maybe<readonly string[]>;
  /** How closely the model looks at files. */
  readonly media_resolution?: Maybe<string>;
  /** Goes on with an answer that was longer than one call may be. */
  readonly continuation_token?: Maybe<string>;
}

/** Google's `ThinkingConfig`. */
export interface ThinkingSettings {
  /** Whether the thoughts are part of the answer. */
  readonly include_thoughts?: Maybe<boolean>;
  /** From Gemini 3 on. */
  readonly thinking_level?: Maybe<ThinkingLevel>;
  /** For Gemini 2.5. */
  readonly thinking_budget?: Maybe<number>;
}

const LEVELS = ["MINIMAL", "LOW", "MEDIUM", "HIGH"] as const;

const level: Schema<ThinkingLevel> = v.pipe(
  v.string("must be a string"),
  v.toUpperCase(),
  v.picklist(LEVELS, `must be one of ${LEVELS.join(", ")}`),
);

const thinkingSettings: Schema<ThinkingSettings> = v.pipe(
  anyObject,
  v.transform((settings) => renamed(settings, snakeCase)),
  fields({
    include_thoughts: maybe(flag),
    thinking_level: maybe(level),
    thinking_budget: maybe(wholeNumber(-1)),
  }),
);

const entries = {
  thinking_config: maybe(thinkingSettings),
  include_thoughts: maybe(flag),
  safety_settings: maybe(listOf(anyObject)),
  cached_content: maybe(text),
  image_config: maybe(anyObject),
  speech_config: maybe(anyObject),
  response_modalities: maybe(listOf(text)),
  media_resolution: maybe(text),
  continuation_token: maybe(text),
};

const googleSettings: Schema<GoogleSettings> = fields(entries);

/** Whether a field of a body is one of these settings, however it is spelled. */
export function isGoogleSetting(name: string): boolean {
  return Object.hasOwn(entries, snakeCase(name));
}

/**
 * The settings in a body; the most particular place counts.
 *
 * @throws {RotatorError} `invalid_request`, naming the setting.
 */
export function readGoogleSettings(body: JsonRecord): GoogleSettings {
  return {
    ...settingsIn(body, ""),
    ...settingsIn(recordOf(body.extra_body), "extra_body"),
    ...settingsIn(recordOf(body.google), "google"),
    ...settingsIn(recordOf(recordOf(body.extra_body)?.google), "extra_body.google"),
  };
}

function settingsIn(place: JsonRecord | null, within: string): GoogleSettings {
  if (place === null) return {};
  return pickDefined<GoogleSettings>(
    checkRequest(googleSettings, renamed(place, snakeCase), { within }),
  );
}

/** A setting as Google's JSON has it, at every depth. */
export function camelCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCased);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [camelCase(name), camelCased(inner)]),
  );
}

function renamed(
  record: JsonRecord,
  rename: (name: string) => string,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [rename(name), value]));
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}
