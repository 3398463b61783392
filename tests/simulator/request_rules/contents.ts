/**
 * Rules for contents: there are some, they have parts, and both sides are who they should be.
 *
 * @module
 */

import { invalidArgument } from "../google_error.ts";
import { missingField } from "../request_errors.ts";
import { faultAt, type Rule } from "./rule.ts";

const ROLES: readonly (string | undefined)[] = [undefined, "", "user", "model", "function"];

/** There is something to answer. */
export const hasContents: Rule = ({ contents = [] }) =>
  contents.length > 0 ? undefined : missingField("GenerateContentRequest", "contents");

/** Only the two sides speak; `function` is an old name for the user who answers a call. */
export const hasKnownRoles: Rule = ({ contents = [] }) =>
  contents.every(({ role }) => ROLES.includes(role))
    ? undefined
    : invalidArgument("Please use a valid role: user, model.");

/** The user speaks first. */
export const beginsWithUser: Rule = ({ contents = [] }) =>
  contents[0]?.role === "model"
    ? invalidArgument("Please ensure that the first turn is a user turn.")
    : undefined;

/** No content is empty. */
export const hasParts: Rule = ({ contents = [] }) => {
  const at = contents.findIndex(({ parts = [] }) => parts.length === 0);
  return at < 0 ? undefined : faultAt(`contents[${at}].parts`, "contents.parts must not be empty.");
};
