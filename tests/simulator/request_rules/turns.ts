/**
 * Rules for the order of turns: calls answer a person, and every call is answered.
 *
 * @module
 */

import { invalidArgument } from "../google_error.ts";
import type { Content } from "../generate_request.ts";
import type { Rule } from "./rule.ts";

/** A turn with function calls follows one of the user, or one with answers to calls. */
export const callsFollowUser: Rule = ({ contents = [] }) =>
  contents.every((content, n) => calls(content) === 0 || mayCallAfter(contents[n - 1]))
    ? undefined
    : invalidArgument(
      "Please ensure that function call turn comes immediately after a user turn " +
        "or after a function response turn.",
    );

/** Answers follow the turn that called. */
export const responsesFollowCalls: Rule = ({ contents = [] }) =>
  contents.every((content, n) => responses(content) === 0 || calls(contents[n - 1]) > 0)
    ? undefined
    : invalidArgument(
      "Please ensure that function response turn comes immediately after a function call turn.",
    );

/** There are as many answers as calls; only the last turn may still wait for its own. */
export const callsAreAnswered: Rule = ({ contents = [] }) =>
  contents.slice(1).every((content, n) => responses(content) === calls(contents[n]))
    ? undefined
    : invalidArgument(
      "Please ensure that the number of function response parts is equal to the number of " +
        "function call parts of the function call turn.",
    );

function mayCallAfter(content: Content | undefined): boolean {
  return content !== undefined && (content.role !== "model" || responses(content) > 0);
}

/** Calls that wait for an answer; one that Google ran itself may have it in the same turn. */
function calls(content: Content = {}): number {
  return Math.max(0, surplusOfCalls(content));
}

function responses(content: Content): number {
  return Math.max(0, -surplusOfCalls(content));
}

function surplusOfCalls({ parts = [] }: Content): number {
  return parts.filter((part) => part.functionCall).length -
    parts.filter((part) => part.functionResponse).length;
}
