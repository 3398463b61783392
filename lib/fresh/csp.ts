/**
 * Sets the content security policy of what is rendered below it.
 *
 * An error that rises past this middleware is answered above it, without a policy: who wants one on
 * every answer sets it around the app, with `nonceOf()`.
 *
 * @module
 */

import type { Middleware } from "./context.ts";
import { nonceOf } from "./nonce.ts";

/** What the policy says. */
export interface CSPOptions {
  /** Browsers report and allow. */
  reportOnly?: boolean;
  /** Where browsers report to. */
  reportTo?: string;
  /** Directives that replace the default ones of their name. */
  csp?: string[];
  /** `'unsafe-inline'` becomes the nonce of the page. */
  useNonce?: boolean;
}

const DEFAULTS: readonly string[] = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "img-src 'self' data:",
  "media-src 'self' data: blob:",
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "upgrade-insecure-requests",
];

/** Makes the middleware. */
export function csp<State>(
  { reportOnly = false, reportTo, csp = [], useNonce = false }: CSPOptions = {},
): Middleware<State> {
  const own = new Set(csp.map(nameOf));
  const directives = [...DEFAULTS.filter((directive) => !own.has(nameOf(directive))), ...csp];
  if (reportTo !== undefined) directives.push("report-to csp-endpoint", `report-uri ${reportTo}`);
  const policy = directives.join("; ");
  const header = `content-security-policy${reportOnly ? "-report-only" : ""}`;

  return async (ctx) => {
    const response = await ctx.next();
    const nonce = useNonce ? nonceOf(response) : null;
    response.headers.set(
      header,
      nonce === null ? policy : policy.replaceAll("'unsafe-inline'", `'nonce-${nonce}'`),
    );
    if (reportTo !== undefined) {
      response.headers.set("reporting-endpoints", `csp-endpoint="${reportTo}"`);
    }
    return response;
  };
}

function nameOf(directive: string): string {
  return directive.split(" ", 1)[0] ?? "";
}
