/**
 * Reloads pages when the server has started again, while the app is being worked on.
 *
 * The page asks now and then instead of keeping a connection: an open one would hold up the very
 * restart that it waits for.
 *
 * @module
 */

/** Where a page asks which start of the server it talks to. */
export const ALIVE_PATH = "/_fresh/alive";

const start = crypto.randomUUID();

/** Says which start of the server this is. */
export function alive(): Response {
  return new Response(start, { headers: { "cache-control": "no-store" } });
}

/** What the page does about it. A server that is just starting does not answer, and is asked again. */
export const RELOAD_SCRIPT: string = `{
  let seen;
  setInterval(async () => {
    if (document.hidden) return;
    const answer = await fetch("${ALIVE_PATH}").catch(() => null);
    if (!answer?.ok) return;
    const start = await answer.text();
    if (seen !== undefined && seen !== start) location.reload();
    seen = start;
  }, 700);
}`;
