/**
 * Reads what a URL asks for.
 *
 * @module
 */

/** What can be asked of a model. */
export const VERBS = [
  "generateContent",
  "streamGenerateContent",
  "countTokens",
  "embedContent",
  "batchEmbedContents",
] as const;

/** One of them. */
export type Verb = typeof VERBS[number];

/** A route of the Gemini API that the simulator knows. */
export type Route =
  | { kind: "list"; version: string; pageSize: number; pageToken: string }
  | { kind: "model"; version: string; model: string }
  | { kind: "run"; version: string; model: string; verb: Verb; sse: boolean };

const PATH = /^\/(v1beta|v1)\/models(?:\/([^/:]+)(?::([A-Za-z]+))?)?$/;

/** Finds the route; `undefined` when there is none. */
export function routeOf(method: string, url: URL): Route | undefined {
  const [, version, model, verb] = PATH.exec(url.pathname) ?? [];
  if (version === undefined) return undefined;
  if (method === "POST" && model !== undefined && isVerb(verb)) {
    return { kind: "run", version, model, verb, sse: url.searchParams.get("alt") === "sse" };
  }
  if (method !== "GET" || verb !== undefined) return undefined;
  if (model !== undefined) return { kind: "model", version, model };
  return {
    kind: "list",
    version,
    pageSize: Number(url.searchParams.get("pageSize")) || 50,
    pageToken: url.searchParams.get("pageToken") ?? "",
  };
}

/** Whether a route counts against the requests of a quota; listing and counting tokens do not. */
export function costsQuota(route: Route): boolean {
  return route.kind === "run" && route.verb !== "countTokens";
}

function isVerb(word: string | undefined): word is Verb {
  return (VERBS as readonly (string | undefined)[]).includes(word);
}
