/**
 * Signs function calls, and knows its own signatures again.
 *
 * Google's signatures are opaque; these say which family of models made which call, so that
 * one which was altered, or moved to another call, is found out.
 *
 * @module
 */

import type { FunctionCall } from "./generate_request.ts";
import { lettersFrom } from "./letters.ts";

const MARK = "simulated";

/** Signs a call for a family of models. */
export function signatureOf({ name = "", args = {} }: FunctionCall, generation: number): string {
  const family = Math.floor(generation);
  return btoa([MARK, family, name, lettersFrom(ordered(args), 12)].join(" "));
}

/** Whether a signature was made here, for whichever call. */
export function isOurs(signature: string): boolean {
  return signature.startsWith(btoa(MARK));
}

/** JSON whose keys are in order, because a client may have changed that. */
function ordered(value: unknown): string {
  return JSON.stringify(value, (_, inner) => {
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => a < b ? -1 : 1));
  });
}
