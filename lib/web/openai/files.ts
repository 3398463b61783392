/**
 * Files of the web that a chat names.
 *
 * @module
 */

import { INVALID_REQUEST, RotatorError } from "../../domain/errors.ts";
import type { FetchedMedia, FetchMedia } from "../../domain/ports.ts";

/** Files of the web in one request, how many at once, and how large they may be together in base64. */
const MAX_FILES = 16;
const FILES_AT_ONCE = 4;
const MAX_CHARACTERS = 64 * 1024 * 1024;

/**
 * Fetches files by their addresses.
 *
 * @throws {RotatorError} `invalid_request` for one that cannot be had, or for too many.
 */
export async function fetchFiles(
  urls: readonly string[],
  fetchMedia: FetchMedia,
): Promise<ReadonlyMap<string, FetchedMedia>> {
  if (urls.length > MAX_FILES) {
    throw tooMuch(`it names ${urls.length} files of the web, the limit is ${MAX_FILES}`);
  }
  const fetched = new Map<string, FetchedMedia>();
  let characters = 0;
  for (let from = 0; from < urls.length; from += FILES_AT_ONCE) {
    await Promise.all(
      urls.slice(from, from + FILES_AT_ONCE).map(async (url) => {
        const file = await fetchMedia(url);
        characters += file.base64.length;
        fetched.set(url, file);
      }),
    );
    if (characters > MAX_CHARACTERS) throw tooMuch("its files of the web are too large together");
  }
  return fetched;
}

function tooMuch(state: string): RotatorError {
  return new RotatorError(INVALID_REQUEST, `Cannot fetch the files of the request: ${state}`, {
    param: "messages",
  });
}
