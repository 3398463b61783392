/**
 * How the answer is to be made, for Gemini.
 *
 * @module
 */

import type { ModelTraits } from "../gemini/generate/model_table.ts";
import type { GenerationConfig, ThinkingConfig } from "../gemini/generate/request.ts";
import { type Effort, thinkingConfig } from "../gemini/generate/thinking.ts";
import { pickDefined } from "../pick_defined.ts";
import type { ChatRequest, EffortWord } from "./chat_request.ts";
import { wrongField } from "../check_request.ts";
import { camelCased, type GoogleSettings } from "./google_extras.ts";
import { type SchemaForm, schemaIn } from "./schema_form.ts";

/** What it takes to make a `generationConfig`. */
export interface ConfigOptions {
  /** Google's own settings count more than OpenAI's. */
  readonly google: GoogleSettings;
  /** What the model can do. */
  readonly traits: ModelTraits;
  /** In which form a schema is given. */
  readonly form: SchemaForm;
  /** Whether the model may use tools, its own or the client's. */
  readonly hasTools: boolean;
}

/**
 * The `generationConfig` of a request; what was not asked for is not in it.
 *
 * @throws {RotatorError} `invalid_request` for a sound that cannot be made.
 */
export function generationConfig(request: ChatRequest, options: ConfigOptions): GenerationConfig {
  const { google, traits } = options;
  const config = pickDefined<GenerationConfig>({
    temperature: request.temperature,
    topP: request.top_p,
    topK: request.top_k,
    candidateCount: request.n === 1 ? null : request.n,
    maxOutputTokens: request.max_completion_tokens ?? request.max_tokens,
    stopSequences: request.stop?.length === 0 ? null : request.stop,
    seed: request.seed === null || request.seed === undefined ? null : Number(
      BigInt.asIntN(32, BigInt(request.seed)),
    ),
    presencePenalty: request.presence_penalty,
    frequencyPenalty: request.frequency_penalty,
    responseLogprobs: request.logprobs || null,
    logprobs: request.logprobs ? request.top_logprobs : null,
    ...formatOf(request.response_format, options),
    responseModalities: google.response_modalities ?? modalitiesOf(request.modalities),
    speechConfig: camelCased(google.speech_config) ?? speechOf(request),
    imageConfig: camelCased(google.image_config),
    mediaResolution: google.media_resolution,
    thinkingConfig: thinkingOf(request, options),
  });
  return traits.drops.length === 0 ? config : without(config, traits.drops);
}

/** Whether the form of the answer had to be given up, because the model has it not beside functions. */
export function isFormatDropped(
  { response_format }: ChatRequest,
  { hasTools, traits }: Pick<ConfigOptions, "hasTools" | "traits">,
): boolean {
  return hasTools && !traits.jsonWithTools && (response_format?.type ?? "text") !== "text";
}

function without(config: GenerationConfig, names: readonly string[]): GenerationConfig {
  return Object.fromEntries(Object.entries(config).filter(([name]) => !names.includes(name)));
}

const JSON_TYPE = "application/json";

function formatOf(
  format: ChatRequest["response_format"],
  { form, traits, hasTools }: ConfigOptions,
): Pick<GenerationConfig, "responseMimeType" | "responseJsonSchema" | "responseSchema"> {
  if (!format || format.type === "text") return {};
  if (hasTools && !traits.jsonWithTools) return {};
  const schema = format.json_schema?.schema;
  if (format.type === "json_object" || !schema) {
    return { responseMimeType: JSON_TYPE };
  }
  const { jsonSchema, openApi } = schemaIn(form, schema);
  return jsonSchema === undefined
    ? { responseMimeType: JSON_TYPE, responseSchema: openApi }
    : { responseMimeType: JSON_TYPE, responseJsonSchema: jsonSchema };
}

function modalitiesOf(modalities: ChatRequest["modalities"]): readonly string[] | null {
  if (!modalities || modalities.every((modality) => modality === "text")) return null;
  // Gemini speaks or writes; its speech comes with no text of its own.
  if (modalities.includes("audio")) return ["AUDIO"];
  return modalities.map((modality) => modality.toUpperCase());
}

function speechOf({ audio, modalities, stream }: ChatRequest): unknown {
  if (!audio || !modalities?.includes("audio")) return null;
  if (audio.format === "wav" && stream) {
    throw wrongField(
      "audio.format",
      "must be pcm16 in a stream, because a WAV file begins with its length",
    );
  }
  return { voiceConfig: { prebuiltVoiceConfig: { voiceName: audio.voice } } };
}

const EFFORTS: Readonly<Record<EffortWord, Effort | undefined>> = {
  none: "none",
  disable: "none",
  minimal: "minimal",
  low: "low",
  medium: "medium",
  high: "high",
  xhigh: "max",
  max: "max",
  auto: undefined,
  default: undefined,
};

function thinkingOf(
  { reasoning_effort, reasoning }: ChatRequest,
  { google: { thinking_config: given, include_thoughts }, traits }: ConfigOptions,
): ThinkingConfig | null | undefined {
  const word = reasoning?.effort ?? reasoning_effort;
  const effort = reasoning?.enabled === false ? "none" : word ? EFFORTS[word] : undefined;
  const isShown = reasoning?.exclude === false || reasoning?.enabled === true;
  const wished = thinkingConfig({
    effort,
    tokens: reasoning?.max_tokens ?? undefined,
    shown: reasoning?.exclude ? false : isShown || (include_thoughts ?? undefined),
  }, traits);
  if (!given) return wished;
  const saysHowMuch = (given.thinking_level ?? given.thinking_budget ?? null) !== null;
  return {
    ...(!saysHowMuch && wished),
    ...pickDefined<ThinkingConfig>({
      includeThoughts: given.include_thoughts,
      thinkingLevel: given.thinking_level,
      // Gemini refuses both at once.
      thinkingBudget: given.thinking_level ? null : given.thinking_budget,
    }),
  };
}
