/**
 * Rules for the functions that a request declares.
 *
 * @module
 */

import { type GoogleError, invalidArgument } from "../google_error.ts";
import { declarationsOf, type FunctionDeclaration } from "../generate_request.ts";
import { faultAt, firstFault, type Rule } from "./rule.ts";

const NAME = /^[A-Za-z_][\w.:-]{0,63}$/;

/** Every declaration is in order. */
export const hasGoodDeclarations: Rule = ({ tools = [] }) =>
  firstFault(
    tools.flatMap(({ functionDeclarations = [] }, tool) =>
      functionDeclarations.map((declaration, n) =>
        faultOfDeclaration(declaration, `tools[${tool}].function_declarations[${n}]`)
      )
    ),
  );

/** No name is declared twice. */
export const hasDistinctDeclarations: Rule = (request) => {
  const names = declarationsOf(request).map(({ name }) => name);
  const twice = names.find((name, n) => names.indexOf(name) < n);
  return twice === undefined
    ? undefined
    : invalidArgument(`Duplicate function declaration found: ${twice}`);
};

function faultOfDeclaration(
  { name = "", parameters, parametersJsonSchema }: FunctionDeclaration,
  at: string,
): GoogleError | undefined {
  if (!NAME.test(name)) {
    return faultAt(
      `${at}.name`,
      "Invalid function name. Must start with a letter or an underscore. Must be alphameric " +
        "(a-z, A-Z, 0-9), underscores (_), dots (.), colons (:), or dashes (-), " +
        "with a maximum length of 64.",
    );
  }
  if (parameters !== undefined && parametersJsonSchema !== undefined) {
    return faultAt(at, "parameters and parameters_json_schema are mutually exclusive.");
  }
}
