/**
 * A handful of models, as Google lists them.
 *
 * @module
 */

import type { Route, Verb } from "./routes.ts";

/** A model, as the API shows it. */
export interface Model {
  name: string;
  version: string;
  displayName: string;
  description: string;
  inputTokenLimit: number;
  outputTokenLimit: number;
  supportedGenerationMethods: readonly string[];
  temperature?: number;
  topP?: number;
  topK?: number;
  maxTemperature?: number;
  thinking?: boolean;
}

const MODELS: readonly Model[] = [
  talker("gemini-2.0-flash", "Gemini 2.0 Flash"),
  talker("gemini-2.5-flash", "Gemini 2.5 Flash"),
  talker("gemini-2.5-pro", "Gemini 2.5 Pro"),
  talker("gemini-2.5-flash-lite", "Gemini 2.5 Flash-Lite"),
  talker("gemini-3-flash-preview", "Gemini 3 Flash Preview"),
  talker("gemini-3-pro-image-preview", "Nano Banana Pro"),
  talker("gemini-3.1-pro-preview", "Gemini 3.1 Pro Preview"),
  talker("gemini-3.1-flash-tts-preview", "Gemini 3.1 Flash TTS Preview"),
  talker("gemini-3.5-flash", "Gemini 3.5 Flash"),
  talker("gemini-3.6-flash", "Gemini 3.6 Flash"),
  talker("gemini-3.8-flash", "Gemini 3.8 Flash"),
  talker("gemini-4-argon", "Gemini 4 Argon"),
  talker("gemini-flash-latest", "Gemini Flash Latest"),
  talker("gemma-4-31b-it", "Gemma 4 31B"),
  embedder("gemini-embedding-001", "Gemini Embedding 001", 2048),
  embedder("gemini-embedding-2", "Gemini Embedding 2", 8192),
];

/** Models that are answered by another one without a word. */
const ROUTED: Readonly<Record<string, string>> = {
  "gemini-3.5-flash": "gemini-3.6-flash",
  "gemini-flash-latest": "gemini-3.8-flash",
};

const METHOD_OF: Readonly<Partial<Record<Verb, string>>> = {
  streamGenerateContent: "generateContent",
  batchEmbedContents: "embedContent",
};

/** Finds a model by name, without `models/`. */
export function modelNamed(name: string): Model | undefined {
  return MODELS.find((model) => model.name === `models/${name}`);
}

/** Whether a model exists and can do this. */
export function canDo(name: string, verb: Verb): boolean {
  const method = METHOD_OF[verb] ?? verb;
  return modelNamed(name)?.supportedGenerationMethods.includes(method) ?? false;
}

/** The model that really answers, which an answer names as its `modelVersion`. */
export function modelVersionOf(name: string): string {
  return ROUTED[name] ?? name;
}

/** One page of the list; the page token is the place where the next page begins. */
export function modelPage(
  { pageSize, pageToken }: Extract<Route, { kind: "list" }>,
): { models: readonly Model[]; nextPageToken?: string } {
  const from = Number(pageToken) || 0;
  const to = from + pageSize;
  return {
    models: MODELS.slice(from, to),
    ...(to < MODELS.length ? { nextPageToken: String(to) } : {}),
  };
}

function talker(id: string, displayName: string): Model {
  return {
    name: `models/${id}`,
    version: "001",
    displayName,
    description: `${displayName}, simulated`,
    inputTokenLimit: 1_048_576,
    outputTokenLimit: 65_536,
    supportedGenerationMethods: ["generateContent", "countTokens", "createCachedContent"],
    temperature: 1,
    topP: 0.95,
    topK: 64,
    maxTemperature: 2,
    thinking: true,
  };
}

function embedder(id: string, displayName: string, inputTokenLimit: number): Model {
  return {
    name: `models/${id}`,
    version: "001",
    displayName,
    description: "Obtain a distributed representation of a text.",
    inputTokenLimit,
    outputTokenLimit: 1,
    supportedGenerationMethods: ["embedContent", "countTokens", "asyncBatchEmbedContent"],
  };
}
