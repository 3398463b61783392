/**
 * Addresses of static files that may be cached for ever, because they change with the file.
 *
 * Runs in browsers too.
 *
 * @module
 */

/** The parameter that says which build an address belongs to. */
export const CACHE_KEY = "__frsh_c";

let current = "";

/** Says which build addresses belong to from now on; without one they stay as they are. */
export function useBuildId(buildId: string): void {
  current = buildId;
}

/** The address of a static file, for this build of it. Addresses of other hosts stay as they are. */
export function asset(path: string): string {
  if (current === "" || !path.startsWith("/") || path.startsWith("//")) return path;
  const url = new URL(path, "https://here.invalid");
  if (url.searchParams.has(CACHE_KEY)) return path;

  url.searchParams.set(CACHE_KEY, current);
  return url.pathname + url.search + url.hash;
}
