/**
 * Fields of a chat request that nobody here has heard of.
 *
 * They are passed over, and named once, so that whoever misspelled one can find it.
 *
 * @module
 */

import type { JsonRecord } from "../json.ts";
import { CHAT_FIELDS } from "./chat_request.ts";
import { isGoogleSetting } from "./google_extras.ts";

/** Fields of OpenAI's that Gemini has nothing for; they are passed over without a word. */
const WITHOUT_EFFECT: readonly string[] = [
  "logit_bias",
  "metadata",
  "moderation",
  "parallel_tool_calls",
  "prediction",
  "prompt_cache_key",
  "prompt_cache_options",
  "prompt_cache_retention",
  "safety_identifier",
  "user",
  "verbosity",
];

const KNOWN: ReadonlySet<string> = new Set([...CHAT_FIELDS, ...WITHOUT_EFFECT]);

/** What could be a misspelled field. Other names are none, and a header could not hold them. */
const NAME = /^[\w.-]{1,64}$/;
const MOST_NAMED = 20;

/** The names of unknown fields, as far as they can be told. */
export function unknownFields(body: JsonRecord): string[] {
  return Object.keys(body)
    .filter((name) => !KNOWN.has(name) && !isGoogleSetting(name) && NAME.test(name))
    .slice(0, MOST_NAMED);
}
