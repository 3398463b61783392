/**
 * Rules for what a model cannot do, alone or at the same time.
 *
 * @module
 */

import { invalidArgument } from "../google_error.ts";
import { declarationsOf, type Tool, wantsJson } from "../generate_request.ts";
import type { Rule } from "./rule.ts";

/** The one kind of tool that Google does not run itself. */
const FUNCTIONS: keyof Tool = "functionDeclarations";

/** Gemma takes neither instructions nor tools nor schemas. */
export const gemmaIsPlain: Rule = (request, { isGemma, name }) => {
  const { systemInstruction, tools = [] } = request;
  const asked = systemInstruction !== undefined
    ? "Developer instruction"
    : tools.length > 0
    ? "Function calling"
    : wantsJson(request)
    ? "JSON mode"
    : undefined;
  return isGemma && asked !== undefined
    ? invalidArgument(`${asked} is not enabled for models/${name}`)
    : undefined;
};

/** Functions stand beside Google's own tools only in Gemini 3, and only when that is said. */
export const mixesTools: Rule = (request, { generation }) => {
  const { tools = [], toolConfig } = request;
  const builtIn = tools.flatMap(Object.keys).find((name) => name !== FUNCTIONS);
  if (builtIn === undefined || declarationsOf(request).length === 0) return undefined;
  if (generation < 3) {
    return invalidArgument(
      `Built-in tools ({${builtIn}}) and Function Calling cannot be combined in the same request.`,
    );
  }
  if (toolConfig?.includeServerSideToolInvocations) return undefined;
  return invalidArgument(
    "Please enable tool_config.include_server_side_tool_invocations " +
      "to use Built-in tools with Function calling.",
  );
};

/** Before Gemini 3 an answer is JSON or a call, never both. */
export const callsOrJson: Rule = (request, { generation }) =>
  generation < 3 && wantsJson(request) && declarationsOf(request).length > 0
    ? invalidArgument(
      "Function calling with a response mime type: 'application/json' is unsupported",
    )
    : undefined;

/** A model answers with what it has. */
export const answersInKnownModality: Rule = ({ generationConfig }, { modalities, name }) => {
  const wanted = generationConfig?.responseModalities ?? [];
  if (wanted.every((modality) => modalities.includes(modality))) return undefined;
  return invalidArgument(
    `The requested combination of response modalities (${wanted.join(", ")}) is not supported ` +
      `by the model. models/${name} accepts the following combination of response modalities:\n` +
      `* ${modalities.join(", ")}\n`,
  );
};
