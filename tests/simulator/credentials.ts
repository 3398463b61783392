/**
 * Finds the credential of a request, and what is wrong with it.
 *
 * @module
 */

import type { GoogleError } from "./google_error.ts";
import { manyCredentials, notAKey, unregisteredCaller } from "./request_errors.ts";

/** The credential: a key, or the reason why there is none. */
export type Credential =
  | { kind: "key"; secret: string }
  | { kind: "noCredential" | "manyCredentials" | "notAKey"; error: GoogleError };

/**
 * Reads the one credential of a request.
 *
 * A bearer token means OAuth to Google, so a key sent as one is refused; and so, by
 * reports, is an authorization key (`AQ.`) in the URL.
 */
export function credentialOf(headers: Headers, url: URL): Credential {
  const key = headers.get("x-goog-api-key");
  const inUrl = url.searchParams.getAll("key");
  const tokens = [headers.get("authorization"), url.searchParams.get("access_token")]
    .filter((token) => token !== null);

  const [secret, ...others] = [...(key === null ? [] : [key]), ...inUrl, ...tokens];
  if (secret === undefined) return { kind: "noCredential", error: unregisteredCaller() };
  if (others.length > 0) return { kind: "manyCredentials", error: manyCredentials() };
  if (tokens.length > 0) return { kind: "notAKey", error: notAKey() };
  if (key === null && secret.startsWith("AQ.")) return { kind: "notAKey", error: notAKey() };
  return { kind: "key", secret };
}
