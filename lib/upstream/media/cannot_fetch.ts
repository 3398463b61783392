/**
 * How a client hears that its file was not fetched.
 *
 * Promise: of the URL only the host is repeated, because paths and queries may hold secrets; and of the
 * host nothing is told that its name does not tell, so nobody maps a network by asking.
 *
 * @module
 */

import { INVALID_REQUEST, RotatorError } from "../../domain/errors.ts";

/** The refusal of a file from this host; `cause` is for the operator. */
export function cannotFetch(host: string, state: string, cause?: unknown): RotatorError {
  return new RotatorError(INVALID_REQUEST, `Cannot fetch the file at "${host}": ${state}`, {
    cause,
  });
}
