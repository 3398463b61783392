/**
 * Finds the one credential of a request.
 *
 * The promise: what is returned has the grammar of a credential, so that nothing malformed ever
 * reaches storage; and there was no second one, so that nobody can be authenticated as one caller
 * and counted as another. All who cannot be authenticated hear the same sentence.
 *
 * @module
 */

import { INVALID_REQUEST, RotatorError, UNAUTHENTICATED } from "../domain/errors.ts";

/** What {@linkcode findCredential} takes besides headers and query. */
export interface CredentialOptions {
  /** Whether `?key=` counts. Off, it is as though it were not there. */
  readonly inQuery?: boolean;
}

const CREDENTIAL = /^[A-Za-z0-9_-]{20,200}$/;
const BEARER = /^bearer +/i;

/** The one error for every credential that is missing, malformed, unknown or expired. */
export function unauthenticated(): RotatorError {
  return new RotatorError(
    UNAUTHENTICATED,
    'Cannot authenticate: present a valid access token (it begins with gkr_) in x-goog-api-key, or in Authorization after "Bearer"',
  );
}

/**
 * The credential a request presents in `Authorization: Bearer`, `x-goog-api-key` or `?key=`; null
 * when it presents none. The same one in several places is fine, and an empty place is no place.
 *
 * Other schemes of `Authorization` are ignored: they are never ours, and a proxy in front of us may
 * have asked for `Basic`.
 *
 * @throws {RotatorError} `invalid_request` when places differ; {@linkcode unauthenticated} when the
 * credential cannot be one of ours.
 */
export function findCredential(
  headers: Headers,
  query: URLSearchParams,
  { inQuery = true }: CredentialOptions = {},
): string | null {
  const inHeaders = [bearer(headers.get("authorization")), headers.get("x-goog-api-key") ?? ""];
  const inAll = inQuery && query.size > 0 ? [...inHeaders, ...query.getAll("key")] : inHeaders;
  const credential = inAll.find((presented) => presented !== "");

  if (credential === undefined) return null;
  if (inAll.some((other) => other !== "" && other !== credential)) throw differing(inAll);
  if (!CREDENTIAL.test(credential)) throw unauthenticated();
  return credential;
}

function bearer(authorization: string | null): string {
  return authorization !== null && BEARER.test(authorization)
    ? authorization.replace(BEARER, "")
    : "";
}

const PLACES = ["Authorization", "x-goog-api-key", "?key="];

function differing(presented: readonly string[]): RotatorError {
  const named = presented.map((credential, index) =>
    credential === "" ? null : PLACES[Math.min(index, PLACES.length - 1)]
  );
  const places = [...new Set(named.filter((place) => place !== null))].join(" and ");
  return new RotatorError(
    INVALID_REQUEST,
    `Cannot tell which credential counts: ${places} hold different ones, and one is wanted`,
  );
}
