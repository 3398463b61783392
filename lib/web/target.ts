/**
 * Reads a request's address once, so that guard, router and forwarder cannot disagree about it.
 *
 * `request.url` is raw in Deno: dot segments stay in it, and `Host: a/admin?` moves the path. The
 * promise of this module: an address that passes is spelled in the only way we take, so our
 * segments, a router on the raw string and `new URL()` all see the same path. What is spelled
 * otherwise is refused, never repaired, because two repairs seldom agree.
 *
 * @module
 */

import { INVALID_REQUEST, METHOD_NOT_ALLOWED, RotatorError } from "../domain/errors.ts";

/** The methods we serve; everything else, CONNECT and TRACE among them, is refused. */
export type Method = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";

/** Where a request goes, read once. */
export interface Target {
  /** One of the methods we serve, in capitals. */
  readonly method: Method;
  /** The path exactly as it was sent, but for the name of a model: see {@linkcode parseTarget}. */
  readonly path: string;
  /** `path` between its slashes: `["v1", ""]` for `/v1/`, nothing for `/`. */
  readonly segments: readonly string[];
  /** Parsed when first asked for. */
  readonly query: URLSearchParams;
}

/** What {@linkcode parseTarget} takes besides the request. */
export interface TargetOptions {
  /** Host names we answer to, in lower case and without ports; null means any. */
  readonly hosts?: ReadonlySet<string> | null;
}

const METHODS: ReadonlySet<string> = new Set<Method>(
  ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
);
const MAX_URL_CHARACTERS = 8_192;
const HOST = /^(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d+)?$/i;
const MODEL_PATH = /^(?:\/v1)?\/models\/[^/]*%2F/i;
const PATH = /^[A-Za-z0-9._~:@/-]+$/;
const NOT_OF_A_PATH = /%[0-9A-Fa-f]{2}|[^A-Za-z0-9._~:@/-]/u;
const NOT_OF_A_QUERY = /[^\x21-\x7e]/u;

/**
 * Reads method, path and query of a request, or says what is wrong with them.
 *
 * A missing `Host` header is no fault, because HTTP/2 has none: then the URL's own authority is
 * judged alone.
 *
 * @throws {RotatorError} `method_not_allowed`; `invalid_request` for an odd host or path.
 */
export function parseTarget(
  request: Pick<Request, "method" | "url" | "headers">,
  { hosts = null }: TargetOptions = {},
): Target {
  const method = checkMethod(request.method);
  const url = request.url;
  if (url.length > MAX_URL_CHARACTERS) {
    throw refusal("address", `it has more than ${MAX_URL_CHARACTERS} characters`);
  }
  if (url.includes("#")) throw refusal("address", 'it has "#"');

  const pathStart = checkAuthority(url, request.headers.get("host"), hosts);
  const queryMark = url.indexOf("?", pathStart);
  const written = queryMark < 0 ? url.slice(pathStart) : url.slice(pathStart, queryMark);
  const path = method === "GET" ? withPlainModel(written) : written;
  const search = queryMark < 0 ? "" : url.slice(queryMark);
  const segments = checkPath(path);
  if (NOT_OF_A_QUERY.test(search)) {
    throw refusal("query", `it has ${firstFault(search, NOT_OF_A_QUERY)}`);
  }

  let query: URLSearchParams | undefined;
  return {
    method,
    path,
    segments,
    get query() {
      return query ??= search === "" ? NO_QUERY : new URLSearchParams(search);
    },
  };
}

/** Most requests have no query; nobody writes to the one they share. */
const NO_QUERY = new URLSearchParams();

function checkMethod(method: string): Method {
  if (METHODS.has(method)) return method as Method;
  throw new RotatorError(
    METHOD_NOT_ALLOWED,
    `Cannot serve method ${quote(method)}: allowed are ${[...METHODS].join(", ")}`,
  );
}

/** Checks both names a host can have, in the URL and in the header; returns where the path starts. */
function checkAuthority(url: string, header: string | null, hosts: TargetOptions["hosts"]): number {
  const start = url.startsWith("http://") ? 7 : url.startsWith("https://") ? 8 : -1;
  if (start < 0) throw refusal("address", "it is neither a path nor an http URL");
  const end = url.indexOf("/", start);
  if (end < 0) throw refusal("address", "it has no path");

  const authority = url.slice(start, end);
  checkHost(authority, hosts);
  if (header !== null && header !== authority) checkHost(header, hosts);
  return end;
}

function checkHost(host: string, hosts: TargetOptions["hosts"]): void {
  if (host === lastGoodHost) return checkServed(host, hosts);
  // What only looks like an address, as 1.2.3.4.5 does, would make a later `new URL()` throw.
  if (!HOST.test(host) || !URL.canParse(`http://${host}`)) {
    throw refusal("host", "it must be a name or an address, and a port if needed");
  }
  lastGoodHost = host;
  checkServed(host, hosts);
}

/** Requests come for the same host over and over; its grammar needs to be checked once. */
let lastGoodHost = "";

function checkServed(host: string, hosts: TargetOptions["hosts"]): void {
  if (!hosts) return;
  const name = host.replace(/:\d+$/, "").toLowerCase();
  if (!hosts.has(name)) throw refusal("host", `${quote(name)} is not served here`);
}

/**
 * OpenAI's SDKs write the slash in a model's name as `%2F`. That is the one thing we read otherwise than
 * it was sent, in the one place where it occurs; all checks come after.
 */
function withPlainModel(path: string): string {
  return MODEL_PATH.test(path) ? path.replace(/%2F/gi, "/") : path;
}

function checkPath(path: string): string[] {
  if (!PATH.test(path)) throw refusal("path", `it has ${firstFault(path, NOT_OF_A_PATH)}`);
  if (path.includes("//")) throw refusal("path", 'it has "//"');
  if (path === "/") return [];

  const segments = path.slice(1).split("/");
  if (segments.includes(".") || segments.includes("..")) {
    throw refusal("path", 'it has a segment "." or ".."');
  }
  return segments;
}

function firstFault(text: string, faults: RegExp): string {
  const fault = faults.exec(text)?.[0] ?? "";
  if (/^[\x21-\x7e]+$/.test(fault)) return JSON.stringify(fault);
  return `U+${(fault.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

function refusal(what: string, state: string): RotatorError {
  return new RotatorError(INVALID_REQUEST, `Cannot read the ${what}: ${state}`);
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? text.slice(0, 40) + "…" : text);
}
