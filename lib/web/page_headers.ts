/**
 * What every page says about itself, error pages too: whose scripts it runs, and that nobody keeps it,
 * frames it or hears where its reader came from.
 *
 * @module
 */

import { PRIVATE_HEADERS } from "./respond.ts";

/** What differs from page to page. */
export interface PageHeaderFacts {
  /** On every script and style that stands in the page itself; a new one for each answer. */
  readonly nonce: string;
  /** Whether the page came by https, and should from now on. */
  readonly secure: boolean;
}

/** 128 random bits in base64, for one answer. */
export function newNonce(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
}

/** The headers of a page. */
export function pageHeaders({ nonce, secure }: PageHeaderFacts): Readonly<Record<string, string>> {
  return {
    ...PRIVATE_HEADERS,
    "content-security-policy": policy(nonce),
    ...(secure && { "strict-transport-security": "max-age=63072000" }),
  };
}

function policy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join("; ");
}
