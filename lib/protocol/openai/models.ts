/**
 * The models of a pool, as OpenAI lists them.
 *
 * @see https://platform.openai.com/docs/api-reference/models
 * @module
 */

import type { ModelName } from "../../domain/ids.ts";
import type { ModelAliases } from "../../domain/pool.ts";
import type { Token } from "../../domain/token.ts";
import type { GeminiCall } from "../gemini/exchange.ts";
import { parseAnswer } from "../gemini/generate/parse_answer.ts";
import { listModelsRoute, upstreamPath } from "../gemini/route.ts";
import { recordsOf, textOf } from "../json.ts";

/** A model of Gemini's. */
export interface GeminiModel {
  /** Without `models/`. */
  readonly name: ModelName;
  /** Tokens it takes. */
  readonly inputTokens: number | null;
  /** Tokens it gives. */
  readonly outputTokens: number | null;
  /** What can be asked of it. */
  readonly methods: readonly string[];
}

/** A model, as OpenAI shows it, with what some clients like to know. */
export interface ModelItem {
  /** As requests name it. */
  readonly id: string;
  /** What it is. */
  readonly object: "model";
  /** Google does not say, so it is always the same. */
  readonly created: 0;
  /** Google, whatever the alias. */
  readonly owned_by: "google";
  /** Tokens it takes. */
  readonly context_window?: number;
  /** Tokens it gives. */
  readonly max_output_tokens?: number;
  /** What can be asked of it, in Google's words. */
  readonly supported_methods: readonly string[];
}

/** One page of Gemini's models. */
export interface ModelPage {
  /** In Google's order. */
  readonly models: readonly GeminiModel[];
  /** Asks for the next page; null after the last. */
  readonly nextPageToken: string | null;
}

/** Prefixes that clients put before a model's name. */
const PREFIX = /^(?:models|google|gemini)\//;

/** The model behind a name: an alias of the pool, or the name itself without what stands before it. */
export function modelBehind(name: string, aliases: ModelAliases): ModelName {
  // The map is an ordinary object, and a client may say `constructor`.
  const meant = Object.hasOwn(aliases, name) ? aliases[name] ?? name : name;
  return meant.replace(PREFIX, "");
}

/** Asks for a page of models. */
export function listModelsCall(pageToken: string | null): GeminiCall {
  const route = listModelsRoute();
  const query = new URLSearchParams({ pageSize: "1000", ...(pageToken !== null && { pageToken }) });
  return {
    method: route.verb,
    target: `${upstreamPath(route)}?${query}`,
    headers: [],
    body: null,
    model: null,
    framing: null,
    readHere: true,
  };
}

/** The page in an answer. */
export function readModelPage(body: Uint8Array): ModelPage {
  const answer = parseAnswer(new TextDecoder().decode(body));
  const models = recordsOf(answer?.models).flatMap((model): GeminiModel[] => {
    const name = textOf(model.name)?.replace(/^models\//, "");
    if (!name) return [];
    const methods = Array.isArray(model.supportedGenerationMethods)
      ? model.supportedGenerationMethods.filter((method) => typeof method === "string")
      : [];
    return [{
      name,
      inputTokens: countOf(model.inputTokenLimit),
      outputTokens: countOf(model.outputTokenLimit),
      methods,
    }];
  });
  return { models, nextPageToken: textOf(answer?.nextPageToken) || null };
}

/** What a token may see of a pool's models, its aliases among them. */
export function modelItems(
  models: readonly GeminiModel[],
  { aliases, token: { allowedModels } }: {
    readonly aliases: ModelAliases;
    readonly token: Pick<Token, "allowedModels">;
  },
): ModelItem[] {
  // An alias may have the name of a model: then that name means the other.
  const own = models.filter(({ name }) => !Object.hasOwn(aliases, name))
    .map((model) => itemOf(model.name, model));
  const named = Object.entries(aliases).flatMap(([alias, name]) =>
    models.filter((model) => model.name === name).map((model) => itemOf(alias, model))
  );
  return [...own, ...named].filter(({ id }) =>
    allowedModels === null || allowedModels.includes(id) ||
    allowedModels.includes(modelBehind(id, aliases))
  );
}

function itemOf(id: string, { inputTokens, outputTokens, methods }: GeminiModel): ModelItem {
  return {
    id,
    object: "model",
    created: 0,
    owned_by: "google",
    ...(inputTokens !== null && { context_window: inputTokens }),
    ...(outputTokens !== null && { max_output_tokens: outputTokens }),
    supported_methods: methods,
  };
}

function countOf(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
