/**
 * What a form on a token's page asks for.
 *
 * @module
 */

import * as v from "valibot";
import { check, type Schema } from "../admin/check.ts";

/** What can be done to a token there. */
export type TokenAction = "save" | "enable" | "disable" | "delete";

const action: Schema<TokenAction> = v.picklist(
  ["save", "enable", "disable", "delete"],
  "must be save, enable, disable or delete",
);

/**
 * What to do.
 *
 * @throws {RotatorError} `invalid_request`
 */
export function readTokenAction(fields: URLSearchParams): TokenAction {
  return check(action, fields.get("action"), "the action");
}
