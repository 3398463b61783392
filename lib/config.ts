/**
 * Every setting once: its name, its default, its meaning. Read at the start, then passed on.
 *
 * @module
 */

import { ConfigError, type Environment, given, httpUrl, listed, LOOPBACK } from "./settings.ts";
import { type GitHubSettings, gitHubSettings, publicUrl } from "./sign_in_settings.ts";

export { ConfigError, type Environment } from "./settings.ts";
export type { GitHubSettings } from "./sign_in_settings.ts";

/** Where the service listens, what it talks to, and what it keeps secret. */
export interface Config {
  /** `PORT`, 8000 by default; 0 takes any that is free. */
  readonly port: number;
  /** `HOST`, 127.0.0.1 by default, which only this machine can reach. */
  readonly host: string;
  /** `KV_PATH` or `KV_URL`; by default the platform's own, or a file in `data/`. */
  readonly kv: KvPlace;
  /** Gemini's base URL, without a slash at the end. */
  readonly geminiBaseUrl: string;
  /** `UPSTREAM_CLIENT`: what carries the calls to Gemini. */
  readonly upstreamClient: UpstreamClient;
  /** `CORS_ALLOWED_ORIGINS`, all by default: whose pages may read our answers. */
  readonly allowedOrigins: "*" | ReadonlySet<string>;
  /** `MEDIA_HOSTS`, none by default: whose files we fetch for clients, `a.example` or `*.a.example`. */
  readonly mediaHosts: readonly string[];
  /** `MODEL_TABLE`, none by default: rows for our table of models, as JSON that nobody has checked yet. */
  readonly modelTable: unknown;
  /** `CALLERS_MAY_STORE`, off by default: whether clients may have Google keep their requests. */
  readonly callersMayStore: boolean;
  /** `PUBLIC_URL`, none by default: our origin as browsers see it. */
  readonly publicUrl: string | null;
  /** `GITHUB_CLIENT_ID`, `GITHUB_ADMINS`: who may sign in with GitHub; null where that is not set up. */
  readonly gitHub: GitHubSettings | null;
  /** `FIRST_BYTE_TIMEOUT_SECONDS`, 120 s by default: how long an answer may take to begin. */
  readonly firstByteMs: number;
  /** `IDLE_TIMEOUT_SECONDS`, 120 s by default: how long a stream may be silent. */
  readonly idleMs: number;
  /** Apart from the rest, because none of it may be shown. */
  readonly secrets: Secrets;
}

/**
 * What carries the calls to Gemini.
 *
 * - `node`: `node:http`, several times cheaper to read from. The default on a machine of ours; before
 *   Deno 2.7 `fetch` stands in for it, because there a call could not be ended.
 * - `fetch`: HTTP/2, and proxies from the environment. The default where there is such a proxy, and on
 *   Deno Deploy, whose Deno 2.5 opens a connection for every call by `node:https`.
 */
export type UpstreamClient = "node" | "fetch";

/** Where Deno KV is. */
export type KvPlace =
  /** A SQLite file, or `:memory:`. */
  | { readonly kind: "path"; readonly path: string }
  /** A KV Connect server. */
  | { readonly kind: "url"; readonly url: string }
  /** The one that the platform has assigned. */
  | { readonly kind: "platform" };

/** What must not be known to others. */
export interface Secrets {
  /** 32 to 200 letters, digits, dashes and underscores; samples are refused. */
  readonly adminAccessToken: string;
  /** 32 bytes. */
  readonly encryptionKey: Uint8Array;
  /** The 32 bytes from before the last change; null when they are not given. */
  readonly previousEncryptionKey: Uint8Array | null;
  /** Null where signing in with GitHub is not set up. */
  readonly gitHubClientSecret: string | null;
}

/** The names of the secrets that are generated when they are missing, where that is possible. */
export const GENERATED_SECRETS = ["ADMIN_ACCESS_TOKEN", "ENCRYPTION_KEY"] as const;

/** Whether we run on Deno Deploy, which has no disk of ours and assigns KV itself. */
export function isOnDeploy(env: Environment): boolean {
  return env("DENO_DEPLOYMENT_ID") !== undefined;
}

/**
 * Reads every setting.
 *
 * @throws {ConfigError} naming the first that is wrong.
 */
export function readConfig(env: Environment): Config {
  const place = isOnDeploy(env) ? { kind: "platform" } as const : null;
  const seconds = (name: string, fallback: number) =>
    wholeNumber(env, { name, fallback, least: 1, most: 3_600 }) * 1_000;
  const gitHub = gitHubSettings(env);
  return {
    port: wholeNumber(env, { name: "PORT", fallback: 8000, least: 0, most: 65_535 }),
    host: given(env, "HOST") ?? "127.0.0.1",
    kv: kvPlace(env) ?? place ?? { kind: "path", path: "data/kv.sqlite" },
    geminiBaseUrl: baseUrl(env),
    upstreamClient: upstreamClient(env),
    allowedOrigins: allowedOrigins(env),
    mediaHosts: mediaHosts(env),
    modelTable: json(env, "MODEL_TABLE") ?? [],
    callersMayStore: flag(env, "CALLERS_MAY_STORE"),
    publicUrl: publicUrl(env),
    gitHub: gitHub?.settings ?? null,
    firstByteMs: seconds("FIRST_BYTE_TIMEOUT_SECONDS", 120),
    idleMs: seconds("IDLE_TIMEOUT_SECONDS", 120),
    secrets: {
      adminAccessToken: adminAccessToken(env),
      encryptionKey: encryptionKey(env, "ENCRYPTION_KEY") ?? missing("ENCRYPTION_KEY"),
      previousEncryptionKey: encryptionKey(env, "ENCRYPTION_KEY_PREVIOUS"),
      gitHubClientSecret: gitHub?.clientSecret ?? null,
    },
  };
}

function wholeNumber(
  env: Environment,
  { name, fallback, least, most }: { name: string; fallback: number; least: number; most: number },
): number {
  const text = given(env, name);
  if (text === null) return fallback;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new ConfigError(
    `Cannot read ${name}: expected a whole number from ${least} to ${most}, found "${text}"`,
  );
}

function kvPlace(env: Environment): KvPlace | null {
  const [path, url] = [given(env, "KV_PATH"), given(env, "KV_URL")];
  if (path !== null && url !== null) {
    throw new ConfigError("Cannot read KV_PATH and KV_URL: only one of them may be set");
  }
  if (path !== null) return { kind: "path", path };
  if (url === null) return null;
  httpUrl("KV_URL", url);
  return { kind: "url", url };
}

const GEMINI = "https://generativelanguage.googleapis.com";
/** Keys are sent there, so it is https, except on this machine. */
function baseUrl(env: Environment): string {
  const text = given(env, "GEMINI_API_BASE_URL");
  if (text === null) return GEMINI;
  const url = httpUrl("GEMINI_API_BASE_URL", text);
  if (url.protocol !== "https:" && !LOOPBACK.has(url.hostname)) {
    throw new ConfigError(
      "Cannot use GEMINI_API_BASE_URL: it must begin with https://, except on this machine",
    );
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw new ConfigError("Cannot use GEMINI_API_BASE_URL: it may have no user, query or fragment");
  }
  return url.href.replace(/\/+$/, "");
}

const PROXIES = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"];

function upstreamClient(env: Environment): UpstreamClient {
  const chosen = given(env, "UPSTREAM_CLIENT");
  if (chosen === "node" || chosen === "fetch") return chosen;
  if (chosen !== null) {
    throw new ConfigError(
      `Cannot read UPSTREAM_CLIENT: expected "node" or "fetch", found "${chosen}"`,
    );
  }
  const isProxied = PROXIES.some((name) => given(env, name) ?? given(env, name.toLowerCase()));
  return isProxied || isOnDeploy(env) ? "fetch" : "node";
}

function allowedOrigins(env: Environment): "*" | ReadonlySet<string> {
  const text = given(env, "CORS_ALLOWED_ORIGINS");
  if (text === null || text === "*") return "*";
  const origins = listed(text);
  if (origins.length === 0) {
    throw new ConfigError("Cannot read CORS_ALLOWED_ORIGINS: it names no origin");
  }
  for (const origin of origins) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin || origin.includes("*")) {
      throw new ConfigError(
        `Cannot read CORS_ALLOWED_ORIGINS: "${origin}" is not an origin such as https://app.example`,
      );
    }
  }
  return new Set(origins);
}

/** Two labels or more. No address has a last one that begins with a letter. */
const HOST_NAME = /^(?=.{1,253}$)(?:[a-z0-9-]{1,63}\.)+[a-z][a-z0-9-]{0,62}$/;

function flag(env: Environment, name: string): boolean {
  const word = given(env, name)?.toLowerCase() ?? "false";
  if (word === "true" || word === "false") return word === "true";
  throw new ConfigError(`Cannot read ${name}: expected "true" or "false", found "${word}"`);
}

function json(env: Environment, name: string): unknown {
  const text = given(env, name);
  try {
    return text === null ? null : JSON.parse(text);
  } catch (cause) {
    throw new ConfigError(`Cannot read ${name}: it is not JSON`, { cause });
  }
}

function mediaHosts(env: Environment): string[] {
  return listed(given(env, "MEDIA_HOSTS") ?? "").map((item) => {
    const [, wildcard = "", name = ""] = /^(\*\.)?(.*)$/s.exec(item) ?? [];
    // As the parser of a client's URL will spell it, which settles capitals and other scripts.
    const url = `https://${name}/`;
    const host = URL.canParse(url) && !/[\s/:@?#%\\]/.test(name) ? new URL(url).hostname : "";
    if (HOST_NAME.test(host)) return wildcard + host;
    throw new ConfigError(
      `Cannot read MEDIA_HOSTS: "${item}" is not a host name such as images.example.com or *.example.com`,
    );
  });
}

const SHORTEST_TOKEN = 32;
/** An estimate is enough to tell a random token from one that someone made up. */
const LEAST_ENTROPY_BITS = 80;

function adminAccessToken(env: Environment): string {
  const token = given(env, "ADMIN_ACCESS_TOKEN") ?? missing("ADMIN_ACCESS_TOKEN");
  if (token.length < SHORTEST_TOKEN) {
    throw new ConfigError(
      `Cannot use ADMIN_ACCESS_TOKEN: it has ${token.length} characters, ${SHORTEST_TOKEN} are needed`,
    );
  }
  if (!/^[A-Za-z0-9_-]{20,200}$/.test(token)) {
    throw new ConfigError(
      "Cannot use ADMIN_ACCESS_TOKEN: it may have letters, digits, dashes and underscores only",
    );
  }
  if (isSample(token)) {
    throw new ConfigError("Cannot use ADMIN_ACCESS_TOKEN: it is a sample, or too easy to guess");
  }
  return token;
}

function encryptionKey(env: Environment, name: string): Uint8Array | null {
  const text = given(env, name);
  if (text === null) return null;
  const bytes = fromBase64(text);
  if (bytes?.length !== 32) {
    throw new ConfigError(`Cannot use ${name}: expected 32 bytes in base64`);
  }
  if (new Set(bytes).size < 12) {
    throw new ConfigError(`Cannot use ${name}: it is a sample, or too easy to guess`);
  }
  return bytes;
}

function isSample(token: string): boolean {
  if (/change.?me|example|sample|your.?token|secret|password|placeholder/i.test(token)) return true;
  const kinds = new Set(token).size;
  return kinds < 8 || token.length * Math.log2(kinds) < LEAST_ENTROPY_BITS;
}

function fromBase64(text: string): Uint8Array | null {
  const standard = text.replaceAll("-", "+").replaceAll("_", "/");
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(standard)) return null;
  try {
    return Uint8Array.from(atob(standard), (character) => character.charCodeAt(0));
  } catch {
    // Not base64 after all: the caller says so, and names the setting.
    return null;
  }
}

function missing(name: string): never {
  throw new ConfigError(`Cannot start: ${name} is not set`);
}
