/**
 * A request for a chat completion, as OpenAI's clients write it.
 *
 * What is not named here is passed over; what is named and of the wrong kind is refused before a key is
 * spent.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/create
 * @module
 */

import * as v from "valibot";
import type { Effort } from "../gemini/generate/thinking.ts";
import { checkRequest, fields, type Maybe, type Schema } from "../check_request.ts";
import {
  anyObject,
  flag,
  listOf,
  maybe,
  numberBetween,
  objectOf,
  oneOf,
  text,
  wholeNumber,
} from "../fields.ts";
import { type Message, message } from "./message.ts";
import {
  functionCallChoice,
  type FunctionEntry,
  functionEntry,
  type ToolChoice,
  toolChoice,
  type ToolEntry,
  toolEntry,
  webSearchOptions,
} from "./tool.ts";

/** What a client asks for. */
export interface ChatRequest {
  /** A model of Gemini's, or an alias of the pool. */
  readonly model: string;
  /** The conversation, never empty. */
  readonly messages: readonly Message[];

  /** Whether the answer comes piece by piece. */
  readonly stream?: Maybe<boolean>;
  /** Whether a stream ends with what was counted. */
  readonly stream_options?: Maybe<{ readonly include_usage?: Maybe<boolean> }>;

  /** The most tokens of the answer, thoughts included. */
  readonly max_completion_tokens?: Maybe<number>;
  /** The same, in the older form. */
  readonly max_tokens?: Maybe<number>;
  /** 0 to 2. */
  readonly temperature?: Maybe<number>;
  /** 0 to 1. */
  readonly top_p?: Maybe<number>;
  /** From how many tokens the next is taken; not OpenAI's. */
  readonly top_k?: Maybe<number>;
  /** Texts that end the answer, at most five. */
  readonly stop?: Maybe<readonly string[]>;
  /** How many answers. */
  readonly n?: Maybe<number>;
  /** Makes answers repeat. */
  readonly seed?: Maybe<number>;
  /** -2 to 2. */
  readonly presence_penalty?: Maybe<number>;
  /** -2 to 2. */
  readonly frequency_penalty?: Maybe<number>;
  /** Whether probabilities are told. */
  readonly logprobs?: Maybe<boolean>;
  /** Of how many other tokens, 0 to 20. */
  readonly top_logprobs?: Maybe<number>;
  /** Text, JSON, or JSON of a schema. */
  readonly response_format?: Maybe<ResponseFormat>;
  /** `text`, `image`, `audio`. */
  readonly modalities?: Maybe<readonly string[]>;
  /** The voice, where the answer is spoken. */
  readonly audio?: Maybe<AudioWish>;
  /** Whether the answer may be kept. */
  readonly store?: Maybe<boolean>;
  /** How urgent it is. */
  readonly service_tier?: Maybe<string>;

  /** What the model may use. */
  readonly tools?: Maybe<readonly ToolEntry[]>;
  /** How. */
  readonly tool_choice?: Maybe<ToolChoice>;
  /** Functions in the older form. */
  readonly functions?: Maybe<readonly FunctionEntry[]>;
  /** How they are to be used. */
  readonly function_call?: Maybe<"none" | "auto" | { readonly name: string }>;
  /** Lets the model search the web. */
  readonly web_search_options?: Maybe<Record<string, unknown>>;

  /** How much the model is to think. */
  readonly reasoning_effort?: Maybe<EffortWord>;
  /** The same, as OpenRouter has it. */
  readonly reasoning?: Maybe<ReasoningWish>;

  /** Where Google's own settings may stand: `extra_body.google`. */
  readonly extra_body?: Maybe<{ readonly google?: Maybe<Record<string, unknown>> }>;
  /** Or here. */
  readonly google?: Maybe<Record<string, unknown>>;
}

/** Words for effort. */
export type EffortWord = Effort | "disable" | "xhigh" | "auto" | "default";

/** How much to think. */
export interface ReasoningWish {
  /** In words. */
  readonly effort?: Maybe<EffortWord>;
  /** Or in tokens. */
  readonly max_tokens?: Maybe<number>;
  /** Or whether at all. */
  readonly enabled?: Maybe<boolean>;
  /** Whether the thoughts are left out of the answer. */
  readonly exclude?: Maybe<boolean>;
}

/** What the answer is to be. */
export interface ResponseFormat {
  /** Text, any JSON, or JSON of a schema. */
  readonly type: "text" | "json_object" | "json_schema";
  /** Its name is for OpenAI's own use. */
  readonly json_schema?: Maybe<{ readonly schema?: Maybe<Record<string, unknown>> }>;
}

/** How an answer is spoken. */
export interface AudioWish {
  /** One of Gemini's voices. */
  readonly voice: string;
  /** `pcm16`, or `wav` for an answer in one piece. */
  readonly format: "pcm16" | "wav";
}

const EFFORT_WORDS = [
  "none",
  "disable",
  "minimal",
  "low",
  "medium",
  "high",
  "xhigh",
  "max",
  "auto",
  "default",
] as const satisfies readonly EffortWord[];

const MOST_STOPS = 5;
/** Gemini counts in 32 bits. */
const MOST_TOKENS = 2 ** 31 - 1;

/** An empty text would end the answer before it begins; it is none. */
const stop: Schema<string[]> = v.pipe(
  v.lazy((value): Schema<string | string[]> =>
    typeof value === "string" ? text : listOf(text, "must be a string or a list of strings")
  ),
  v.transform((stops) => [stops].flat().filter((text) => text !== "")),
  v.maxLength(MOST_STOPS, `must have at most ${MOST_STOPS} entries`),
);

const responseFormat: Schema<ResponseFormat> = v.pipe(
  fields({
    type: oneOf(["text", "json_object", "json_schema"]),
    json_schema: maybe(objectOf({ schema: maybe(anyObject) })),
  }),
  v.forward(
    v.check(({ type, json_schema }) => type !== "json_schema" || !!json_schema, "is missing"),
    ["json_schema"],
  ),
);

const voice: Schema<string> = v.lazy((value): Schema<string> =>
  typeof value === "string" ? text : v.pipe(fields({ id: text }), v.transform(({ id }) => id))
);

const effort = oneOf(EFFORT_WORDS);

const entries = {
  model: v.pipe(v.string("must be a string"), v.nonEmpty("must not be empty")),
  messages: v.pipe(
    v.array(message, "must be a list of messages"),
    v.nonEmpty("must have at least one message"),
  ),
  stream: maybe(flag),
  stream_options: maybe(objectOf({ include_usage: maybe(flag) })),
  max_completion_tokens: maybe(wholeNumber(1, MOST_TOKENS)),
  max_tokens: maybe(wholeNumber(1, MOST_TOKENS)),
  temperature: maybe(numberBetween(0, 2)),
  top_p: maybe(numberBetween(0, 1)),
  top_k: maybe(wholeNumber(0, MOST_TOKENS)),
  stop: maybe(stop),
  n: maybe(wholeNumber(1, 128)),
  seed: maybe(v.pipe(v.number("must be a whole number"), v.integer("must be a whole number"))),
  presence_penalty: maybe(numberBetween(-2, 2)),
  frequency_penalty: maybe(numberBetween(-2, 2)),
  logprobs: maybe(flag),
  top_logprobs: maybe(wholeNumber(0, 20)),
  response_format: maybe(responseFormat),
  modalities: maybe(listOf(oneOf(["text", "image", "audio"]))),
  audio: maybe(objectOf({ voice, format: oneOf(["pcm16", "wav"]) })),
  store: maybe(flag),
  service_tier: maybe(text),
  tools: maybe(listOf(toolEntry)),
  tool_choice: maybe(toolChoice),
  functions: maybe(listOf(functionEntry)),
  function_call: maybe(functionCallChoice),
  web_search_options: maybe(webSearchOptions),
  reasoning_effort: maybe(effort),
  reasoning: maybe(objectOf({
    effort: maybe(effort),
    max_tokens: maybe(wholeNumber(-1)),
    enabled: maybe(flag),
    exclude: maybe(flag),
  })),
  extra_body: maybe(objectOf({ google: maybe(anyObject) })),
  google: maybe(anyObject),
};

const chatRequest: Schema<ChatRequest> = objectOf(entries);

/** The names of all fields that are looked at. */
export const CHAT_FIELDS: readonly string[] = Object.keys(entries);

/**
 * The request in a body.
 *
 * @throws {RotatorError} `invalid_request`, naming the field.
 */
export function readChatRequest(body: unknown): ChatRequest {
  return checkRequest(chatRequest, body);
}
