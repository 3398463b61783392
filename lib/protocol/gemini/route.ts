/**
 * Which native Gemini call a path is, and how that call is spelled upstream.
 *
 * The promise: nothing of a client's address reaches Gemini as it was written. Paths are built from
 * templates around a model name of one strict grammar, queries from a list of four parameters.
 *
 * @module
 */

import { INVALID_REQUEST, RotatorError } from "../../domain/errors.ts";
import type { ModelName } from "../../domain/ids.ts";

/** The versions of the API that we serve. */
export type GeminiVersion = "v1beta" | "v1";

/** A POST on a model, by the name Google gave it. */
export type ModelCall =
  | "generateContent"
  | "streamGenerateContent"
  | "countTokens"
  | "embedContent"
  | "batchEmbedContents";

/** A call that we know how to make. */
export type GeminiRoute = ListModelsRoute | ModelRoute;

/** What every route says of its call. */
export interface RouteFacts {
  /** Tells a route from a {@linkcode GeminiMiss}. */
  readonly kind: "route";
  /** The version of the API that is called. */
  readonly version: GeminiVersion;
  /** The HTTP method of the call. */
  readonly verb: "GET" | "POST";
  /** Whether Google generates or embeds something, so that the answer has usage to count. */
  readonly metered: boolean;
  /** Whether the answer comes piece by piece. */
  readonly streams: boolean;
}

/** `GET /{version}/models`. */
export interface ListModelsRoute extends RouteFacts {
  /** What is asked for. */
  readonly operation: "listModels";
  /** A list is about no one model. */
  readonly model: null;
}

/** `GET /{version}/models/{model}`, or a POST on `/{version}/models/{model}:{call}`. */
export interface ModelRoute extends RouteFacts {
  /** What is asked of the model. */
  readonly operation: "getModel" | ModelCall;
  /** The model, without `models/`. */
  readonly model: ModelName;
}

/** An address of Google's that is not a call we can make. */
export type GeminiMiss =
  /** The address is right; only `allow` is possible there. */
  | { readonly kind: "wrong_method"; readonly allow: "GET" | "POST" }
  /** Google has it, we do not proxy it yet. */
  | { readonly kind: "not_proxied"; readonly family: string }
  /** The call is right, the model is not of the shape a model's name has. */
  | { readonly kind: "bad_model" };

const MODEL = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

const TUNED = "tunedModels/";

const PARAMETERS = ["alt", "fields"] as const;
const LIST_PARAMETERS = [...PARAMETERS, "pageSize", "pageToken"] as const;

const CALLS: ReadonlyMap<string, { call: ModelCall; metered: boolean; streams: boolean }> = new Map(
  ([
    { call: "generateContent", metered: true, streams: false },
    { call: "streamGenerateContent", metered: true, streams: true },
    { call: "countTokens", metered: false, streams: false },
    { call: "embedContent", metered: true, streams: false },
    { call: "batchEmbedContents", metered: true, streams: false },
  ] as const).map((facts) => [facts.call, facts]),
);

// https://ai.google.dev/api/all-methods
const CALLS_NOT_PROXIED: ReadonlySet<string> = new Set([
  ..."generateAnswer predict predictLongRunning batchGenerateContent".split(" "),
  ..."asyncBatchEmbedContent generateText embedText batchEmbedText".split(" "),
  ..."countTextTokens generateMessage countMessageTokens".split(" "),
]);
const FAMILIES_NOT_PROXIED: ReadonlySet<string> = new Set([
  ..."files cachedContents batches fileSearchStores tunedModels corpora generatedFiles".split(" "),
  ..."dynamic interactions agents environments triggers webhooks voices credentials".split(" "),
  ..."auth_tokens openai".split(" "),
]);
const ROOTS_NOT_PROXIED: ReadonlySet<string> = new Set(["upload", "download", "ws", "v1alpha"]);

/** Which call this is; a miss when Google has the address but we cannot call it; null when not even that. */
export function parseGeminiRoute(
  method: string,
  segments: readonly string[],
): GeminiRoute | GeminiMiss | null {
  const [version = "", family = "", name] = segments;
  if (version !== "v1beta" && version !== "v1") {
    return ROOTS_NOT_PROXIED.has(version) ? { kind: "not_proxied", family: version } : null;
  }
  if (family !== "models") {
    const resource = upTo(":", family);
    return FAMILIES_NOT_PROXIED.has(resource) ? { kind: "not_proxied", family: resource } : null;
  }
  if (name === undefined) {
    return method === "GET" ? listModelsRoute(version) : { kind: "wrong_method", allow: "GET" };
  }
  if (segments.length === 3) return parseModel(method, version, name);
  return segments[3] === "operations" ? { kind: "not_proxied", family: "operations" } : null;
}

function parseModel(method: string, version: GeminiVersion, name: string) {
  const model = upTo(":", name);
  const call = name.slice(model.length + 1);
  const isCall = name !== model;
  if (isCall && CALLS_NOT_PROXIED.has(call)) return { kind: "not_proxied", family: call } as const;
  if (isCall && !CALLS.has(call)) return null;
  if (!MODEL.test(model)) return { kind: "bad_model" } as const;

  const allow = isCall ? "POST" : "GET";
  if (method !== allow) return { kind: "wrong_method", allow } as const;
  return modelRoute(isCall ? call as ModelCall : "getModel", model, { version });
}

/** The route that lists models. */
export function listModelsRoute(version: GeminiVersion = "v1beta"): ListModelsRoute {
  const facts = { verb: "GET", metered: false, streams: false } as const;
  return { kind: "route", version, operation: "listModels", model: null, ...facts };
}

/**
 * The route of a call on one model, for dialects that name the model elsewhere than in the path.
 *
 * @throws {RotatorError} `invalid_request` when the model has not the shape of a model's name.
 */
export function modelRoute(
  operation: ModelRoute["operation"],
  model: ModelName,
  { version = "v1beta" }: { readonly version?: GeminiVersion } = {},
): ModelRoute {
  if (!isModel(model)) throw badModel();
  const facts = CALLS.get(operation);
  return {
    kind: "route",
    version,
    operation,
    model,
    verb: facts ? "POST" : "GET",
    metered: facts?.metered ?? false,
    streams: facts?.streams ?? false,
  };
}

/**
 * The path of the call upstream.
 *
 * The model is checked here again, whoever made the route: this is the last line before the wire.
 *
 * @throws {RotatorError} `invalid_request` when the model has not the shape of a model's name.
 */
export function upstreamPath(route: GeminiRoute): string {
  if (route.operation === "listModels") return `/${route.version}/models`;
  if (!isModel(route.model)) throw badModel();
  const family = route.model.startsWith(TUNED) ? "" : "models/";
  const path = `/${route.version}/${family}${route.model}`;
  return route.operation === "getModel" ? path : `${path}:${route.operation}`;
}

/**
 * The query of the call upstream, with its question mark, or nothing.
 *
 * Only `alt`, `fields` and, for lists, `pageSize` and `pageToken` are sent on. Everything else is
 * dropped: Google's APIs know parameters that answer with a script of the caller's choice
 * (`callback`) or hold a second credential (`key`, `access_token`).
 * https://cloud.google.com/apis/docs/system-parameters
 *
 * @throws {RotatorError} `invalid_request` for another `alt`, or a parameter given more than once.
 */
export function upstreamQuery(query: URLSearchParams, route: GeminiRoute): string {
  if (query.size === 0) return "";
  const kept = new URLSearchParams();
  for (const name of route.operation === "listModels" ? LIST_PARAMETERS : PARAMETERS) {
    const values = query.getAll(name);
    if (values.length > 1) throw badParameter(name, "it is given more than once");
    if (values[0] !== undefined) kept.set(name, values[0]);
  }
  const alt = kept.get("alt") ?? "json";
  if (alt !== "json" && alt !== "sse") throw badParameter("alt", 'it must be "json" or "sse"');
  if (alt === "sse" && !route.streams) {
    throw badParameter("alt", 'only streamGenerateContent answers with "sse"');
  }
  return kept.size === 0 ? "" : `?${kept}`;
}

/** A model's name; that of a tuned one says so. */
function isModel(name: string): boolean {
  return MODEL.test(name.startsWith(TUNED) ? name.slice(TUNED.length) : name);
}

function badParameter(name: string, state: string): RotatorError {
  return new RotatorError(INVALID_REQUEST, `Cannot send the parameter "${name}" on: ${state}`);
}

function badModel(): RotatorError {
  return new RotatorError(
    INVALID_REQUEST,
    "Cannot use this model: its name must begin with a letter or digit and have at most 128 " +
      "letters, digits, dots, hyphens and underscores",
  );
}

function upTo(mark: string, text: string): string {
  const at = text.indexOf(mark);
  return at < 0 ? text : text.slice(0, at);
}
