/**
 * Which origin is ours, and whether a request comes from it.
 *
 * The promise: it comes from `PUBLIC_URL`. Without that setting only a service that is asked by a name
 * of this machine knows itself, because no page elsewhere can take that name; asked by any other it
 * has no origin, and nobody signs in.
 *
 * @module
 */

import { FORBIDDEN, RotatorError } from "../../domain/errors.ts";

/** Our origin, as a request sees it; null when we cannot know it. */
export type OwnOrigin = (request: Pick<Request, "url">) => string | null;

const THIS_MACHINE: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** The origin of `PUBLIC_URL`, or that of this machine. */
export function ownOrigin(publicUrl: string | null): OwnOrigin {
  if (publicUrl !== null) {
    const { origin } = new URL(publicUrl);
    return () => origin;
  }
  return ({ url }) => {
    const { origin, hostname } = new URL(url);
    return THIS_MACHINE.has(hostname) ? origin : null;
  };
}

/** Whether cookies travel encrypted, and may say so. */
export function isSecure(origin: string | null): boolean {
  return origin?.startsWith("https://") ?? false;
}

/**
 * Refuses what a page of another origin could have sent.
 *
 * Forms of our pages say `Origin: null`, because the pages have `Referrer-Policy: no-referrer`; then
 * `Sec-Fetch-Site` tells, which no page can set.
 *
 * @see https://fetch.spec.whatwg.org/#append-a-request-origin-header
 * @throws {RotatorError} `forbidden`
 */
export function checkOrigin(request: Pick<Request, "url" | "headers">, own: OwnOrigin): void {
  const ours = own(request);
  if (ours === null) {
    throw new RotatorError(
      FORBIDDEN,
      "Cannot take this from a browser: PUBLIC_URL is not set, so we do not know our own address",
    );
  }
  const origin = request.headers.get("origin");
  const isOurs = origin === null || origin === "null"
    ? request.headers.get("sec-fetch-site") === "same-origin"
    : origin === ours;
  if (!isOurs) {
    throw new RotatorError(
      FORBIDDEN,
      `Cannot take this from a page of another origin: it has to come from ${ours}`,
    );
  }
}
