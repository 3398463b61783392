/**
 * Answers with the files that browsers load.
 *
 * @module
 */

import { CACHE_KEY } from "./asset.ts";
import { type Assets, SCRIPTS_PATH, type StaticFile } from "./assets.ts";
import type { Middleware } from "./context.ts";
import { PageContext } from "./page_context.ts";
import { alive, ALIVE_PATH } from "./reload.ts";

const FOR_EVER = "public, max-age=31536000, immutable";
const ASK_FIRST = "no-cache, must-revalidate, max-age=0";

/** Makes the middleware; what is no file goes on. */
export function staticFiles<State>(): Middleware<State> {
  return (ctx) => {
    if (!(ctx instanceof PageContext)) throw new TypeError("Cannot serve files: not our context");
    const { req, build: { assets } } = ctx;
    const path = pathOf(req.url);
    if (assets.dev && path === ALIVE_PATH) return alive();

    const file = assets.file(path) ?? assets.file(decoded(path));
    if (file === undefined) return ctx.next();
    if (req.method !== "GET" && req.method !== "HEAD") {
      return new Response("Method Not Allowed", { status: 405, headers: { allow: "GET, HEAD" } });
    }
    return answer(req, { file, path, assets });
  };
}

function answer(
  request: Request,
  { file, path, assets }: { file: StaticFile; path: string; assets: Assets },
): Response {
  const key = request.url.includes(CACHE_KEY) ? keyOf(request.url) : null;
  if (key !== null && key !== assets.buildId) return withoutKey(request.url);

  const keeps = key !== null || path.startsWith(SCRIPTS_PATH);
  const headers = new Headers({
    "content-type": file.type,
    "cache-control": keeps ? FOR_EVER : ASK_FIRST,
    "etag": file.etag,
    "x-content-type-options": "nosniff",
  });
  if (isKnown(request, file)) return new Response(null, { status: 304, headers });
  return new Response(bodyFor(request, file, headers), { headers });
}

/** Compressed for those who take it; `headers` then say so. */
function bodyFor(request: Request, { body, gzip }: StaticFile, headers: Headers) {
  if (gzip === null) return body;
  headers.set("vary", "accept-encoding");
  if (!/\bgzip\b/.test(request.headers.get("accept-encoding") ?? "")) return body;
  headers.set("content-encoding", "gzip");
  return gzip;
}

function isKnown(request: Request, { etag }: StaticFile): boolean {
  const known = request.headers.get("if-none-match") ?? "";
  return known.split(",").some((tag) => tag.trim() === etag);
}

/** A page of another build asks: it gets the file as it is now, and may not keep it. */
function withoutKey(address: string): Response {
  const url = new URL(address);
  url.searchParams.delete(CACHE_KEY);
  return new Response(null, { status: 307, headers: { location: url.pathname + url.search } });
}

function keyOf(address: string): string | null {
  return new URL(address).searchParams.get(CACHE_KEY);
}

function pathOf(address: string): string {
  const start = address.indexOf("/", address.indexOf("://") + 3);
  const end = address.indexOf("?", start);
  return end < 0 ? address.slice(start) : address.slice(start, end);
}

/** What is no encoding is no file of ours either. */
function decoded(path: string): string {
  if (!path.includes("%")) return path;
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return path;
    throw error;
  }
}
