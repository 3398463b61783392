/**
 * Rules for how functions may be called.
 *
 * @module
 */

import { invalidArgument } from "../google_error.ts";
import { declarationsOf } from "../generate_request.ts";
import { faultAt, type Rule } from "./rule.ts";

const NAMES = "tool_config.function_calling_config.allowed_function_names";

/** There are functions to call; Gemini 3 does not mind when it runs tools of its own. */
export const hasToolsToCall: Rule = (request, { generation }) => {
  const { functionCallingConfig, includeServerSideToolInvocations } = request.toolConfig ?? {};
  const tolerated = generation >= 3 && includeServerSideToolInvocations === true;
  if (!functionCallingConfig || tolerated || declarationsOf(request).length > 0) return undefined;
  return invalidArgument("Function calling config is set without function_declarations.");
};

/** Names are allowed only where calls are checked, and only those of functions. */
export const allowsKnownFunctions: Rule = (request) => {
  const { mode = "AUTO", allowedFunctionNames = [] } = request.toolConfig?.functionCallingConfig ??
    {};
  if (allowedFunctionNames.length === 0) return undefined;
  if (mode !== "ANY" && mode !== "VALIDATED") {
    return faultAt(NAMES, "should be set only when function calling mode is ANY or VALIDATED");
  }
  const declared = declarationsOf(request).map(({ name }) => name);
  const stray = allowedFunctionNames.find((name) => !declared.includes(name));
  return stray === undefined
    ? undefined
    : faultAt(NAMES, `function "${stray}" is not in function_declarations`);
};
