/**
 * Embeddings: OpenAI's request as batches of Gemini's, and Gemini's vectors as OpenAI's.
 *
 * The promises: the order of the inputs is kept, however many batches they take; vectors shorter than the
 * model's own have length one, as OpenAI's have and Gemini's have not.
 *
 * @see https://platform.openai.com/docs/api-reference/embeddings/create
 * @module
 */

import * as v from "valibot";
import { RotatorError, UPSTREAM_UNREACHABLE } from "../../domain/errors.ts";
import type { GeminiCall } from "../gemini/exchange.ts";
import type { ModelTraits } from "../gemini/generate/model_table.ts";
import { parseAnswer } from "../gemini/generate/parse_answer.ts";
import { modelRoute, upstreamPath } from "../gemini/route.ts";
import { tokenCount } from "../gemini/usage.ts";
import { isRecord, type JsonRecord, recordOf, recordsOf, textOf } from "../json.ts";
import { pickDefined } from "../pick_defined.ts";
import { checkRequest, type Maybe, type Schema } from "../check_request.ts";
import { anyObject, maybe, objectOf, oneOf, text, wholeNumber } from "../fields.ts";

/** What a client asks for. */
export interface EmbeddingRequest {
  /** A model of Gemini's, or an alias of the pool. */
  readonly model: string;
  /** What is to be embedded; never empty. */
  readonly input: readonly string[];
  /** How long the vectors are to be. */
  readonly dimensions?: Maybe<number>;
  /** Numbers, or base64 of 32-bit floats, which the official clients ask for. */
  readonly encoding_format?: Maybe<"float" | "base64">;
  /** What the vectors are for; not OpenAI's. */
  readonly task_type?: Maybe<string>;
  /** Of the document; not OpenAI's. */
  readonly title?: Maybe<string>;
  /** Where Google's own settings may stand. */
  readonly extra_body?: Maybe<Record<string, unknown>>;
  /** Or here. */
  readonly google?: Maybe<Record<string, unknown>>;
}

/** Vectors, and what they cost. */
export interface Embedded {
  /** In the order of the inputs. */
  readonly vectors: readonly (readonly number[])[];
  /** Tokens; null when Gemini did not say. */
  readonly tokens: number | null;
}

/** Gemini takes so many in one call. */
export const MAX_BATCH = 100;
/** OpenAI takes so many in one request. */
const MAX_INPUTS = 2_048;
/** The length of what Gemini's models give by themselves, which has length one. */
const FULL_DIMENSIONS = 3_072;

const input: Schema<string[]> = v.lazy((value): Schema<string[]> => {
  if (typeof value === "string") {
    return v.pipe(text, v.nonEmpty("must not be empty"), v.transform((only) => [only]));
  }
  if (
    Array.isArray(value) && (value.some((item) => typeof item === "number" || Array.isArray(item)))
  ) {
    return v.custom<string[]>(
      () => false,
      "must be text: tokens cannot be turned back into it here",
    );
  }
  return v.pipe(
    v.array(
      v.pipe(v.string("must be a string"), v.nonEmpty("must not be empty")),
      "must be a string or a list of strings",
    ),
    v.nonEmpty("must not be empty"),
    v.maxLength(MAX_INPUTS, `must have at most ${MAX_INPUTS} entries`),
  );
});

const embeddingRequest: Schema<EmbeddingRequest> = objectOf({
  model: v.pipe(v.string("must be a string"), v.nonEmpty("must not be empty")),
  input,
  dimensions: maybe(wholeNumber(1, FULL_DIMENSIONS)),
  encoding_format: maybe(oneOf(["float", "base64"])),
  task_type: maybe(text),
  title: maybe(text),
  extra_body: maybe(anyObject),
  google: maybe(anyObject),
});

/**
 * The request in a body.
 *
 * @throws {RotatorError} `invalid_request`, naming the field.
 */
export function readEmbeddingRequest(body: unknown): EmbeddingRequest {
  return checkRequest(embeddingRequest, body);
}

/** The calls that a request takes, in the order of its inputs. */
export function embeddingCalls(
  request: EmbeddingRequest,
  { model, traits }: { readonly model: string; readonly traits: Pick<ModelTraits, "drops"> },
): GeminiCall[] {
  const route = modelRoute("batchEmbedContents", model);
  const settings = settingsOf(request, traits);
  const calls: GeminiCall[] = [];
  for (let from = 0; from < request.input.length; from += MAX_BATCH) {
    const requests = request.input.slice(from, from + MAX_BATCH).map((text) => ({
      model: `models/${model}`,
      content: { parts: [{ text }] },
      ...settings,
    }));
    calls.push({
      method: route.verb,
      target: upstreamPath(route),
      headers: [["content-type", "application/json"]],
      body: new TextEncoder().encode(JSON.stringify({ requests })),
      model,
      framing: null,
      readHere: true,
    });
  }
  return calls;
}

/**
 * The vectors of one call.
 *
 * @throws {RotatorError} `upstream_unreachable` when there are not as many as there were inputs.
 */
export function readEmbeddings(body: Uint8Array, count: number): Embedded {
  const answer = parseAnswer(new TextDecoder().decode(body));
  const vectors = recordsOf(answer?.embeddings).map(({ values }) => numbersOf(values));
  if (vectors.length !== count || vectors.some(({ length }) => length === 0)) {
    throw new RotatorError(
      UPSTREAM_UNREACHABLE,
      `Cannot answer: Gemini sent ${vectors.length} embeddings for ${count} inputs`,
      { reason: "empty_answer" },
    );
  }
  const usage = recordOf(answer?.usageMetadata);
  return { vectors, tokens: usage === null ? null : tokenCount(usage.promptTokenCount) };
}

/** The answer to a request, from the vectors of all its calls. */
export function embeddingReply(
  { model, input, encoding_format }: EmbeddingRequest,
  embedded: readonly Embedded[],
): { readonly body: JsonRecord; readonly isEstimated: boolean } {
  const isEstimated = embedded.some(({ tokens }) => tokens === null);
  const tokens = isEstimated
    ? Math.ceil(input.reduce((sum, { length }) => sum + length, 0) / CHARACTERS_PER_TOKEN)
    : embedded.reduce((sum, { tokens }) => sum + (tokens ?? 0), 0);
  return {
    body: {
      object: "list",
      data: embedded.flatMap(({ vectors }) => vectors).map((vector, index) => ({
        object: "embedding",
        index,
        embedding: encoding_format === "base64" ? base64Of(unit(vector)) : unit(vector),
      })),
      model,
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    },
    isEstimated,
  };
}

/** Google's own rule of thumb. */
const CHARACTERS_PER_TOKEN = 4;

function settingsOf(
  request: EmbeddingRequest,
  { drops }: Pick<ModelTraits, "drops">,
): JsonRecord {
  const google = [request.google, recordOf(request.extra_body)?.google].filter(isRecord);
  const given: JsonRecord = Object.assign({}, ...google);
  const settings = pickDefined<Record<string, unknown>>({
    outputDimensionality: request.dimensions ?? given.output_dimensionality,
    taskType: request.task_type ?? textOf(given.task_type ?? given.taskType),
    title: request.title ?? textOf(given.title),
  });
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !drops.includes(name)));
}

function numbersOf(values: unknown): number[] {
  return Array.isArray(values) ? values.filter((value) => typeof value === "number") : [];
}

/** The vector with length one. Those of full length have it already, but for what is no number. */
function unit(vector: readonly number[]): readonly number[] {
  if (vector.length >= FULL_DIMENSIONS) return vector;
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}

/** Little-endian 32-bit floats. */
function base64Of(vector: readonly number[]): string {
  const view = new DataView(new ArrayBuffer(4 * vector.length));
  vector.forEach((value, at) => view.setFloat32(4 * at, value, true));
  return new Uint8Array(view.buffer).toBase64();
}
