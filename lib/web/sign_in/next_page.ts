/**
 * Where someone goes after signing in.
 *
 * @module
 */

/** The page of those who do not say. */
export const FIRST_PAGE = "/admin";
const PAGE = /^\/admin(?:\/[\w-]+)*$/;
const MAX_CHARACTERS = 200;

/** The page that was asked for, if it is one of ours; otherwise the first. */
export function nextPage(asked: string | null | undefined): string {
  const isPage = typeof asked === "string" && asked.length <= MAX_CHARACTERS && PAGE.test(asked);
  return isPage ? asked : FIRST_PAGE;
}
