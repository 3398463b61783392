/**
 * Reads the URL of a file that a client wants to be fetched.
 *
 * Promise: the URL is parsed once, and what was checked is what is asked for. There is no second
 * reading of the text that could disagree about its host.
 *
 * @module
 */

import { INVALID_REQUEST, RotatorError } from "../../domain/errors.ts";
import { cannotFetch } from "./cannot_fetch.ts";

/** Where a file is. */
export interface MediaUrl {
  /** In lower case, in its ASCII form, on the operator's list. */
  readonly host: string;
  /** Path and query, for the host's eyes only. */
  readonly path: string;
}

const MAX_URL_CHARACTERS = 8_192;
const INSTEAD = "send the file as a data URL instead";

/**
 * Reads a URL whose host is one of these: `images.example.com`, or `*.example.com` for every name below
 * `example.com`.
 *
 * @throws {RotatorError} `invalid_request` for every other.
 */
export function readMediaUrl(text: string, hosts: readonly string[]): MediaUrl {
  const url = text.length <= MAX_URL_CHARACTERS && URL.canParse(text) ? new URL(text) : null;
  if (url === null || !isPlain(url)) {
    throw new RotatorError(
      INVALID_REQUEST,
      "Cannot fetch a file: expected an https URL without port, user and password, of at most " +
        `${MAX_URL_CHARACTERS} characters; ${INSTEAD}`,
    );
  }
  const host = url.hostname;
  if (!hosts.some((allowed) => covers(allowed, host))) {
    throw cannotFetch(host, `files of this host are not fetched here; ${INSTEAD}`);
  }
  return { host, path: url.pathname + url.search };
}

function isPlain({ protocol, port, username, password }: URL): boolean {
  return protocol === "https:" && port === "" && username === "" && password === "";
}

function covers(allowed: string, host: string): boolean {
  return allowed.startsWith("*.") ? host.endsWith(allowed.slice(1)) : host === allowed;
}
