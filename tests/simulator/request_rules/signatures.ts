/**
 * Rules for thought signatures: Gemini 3 wants them back, where and as it gave them.
 *
 * @module
 */

import { type GoogleError, invalidArgument } from "../google_error.ts";
import type { Content, Part } from "../generate_request.ts";
import { isOurs, signatureOf } from "../thought_signature.ts";
import { firstFault, type Rule } from "./rule.ts";

/** What Google takes in place of a signature. */
const PLACEHOLDERS = [
  "skip_thought_signature_validator",
  "context_engineering_is_the_way_to_go",
];

/** In the current turn, the first call of each step is signed, and by us. */
export const stepsAreSigned: Rule = ({ contents = [] }, { signs, generation }) => {
  if (!signs) return undefined;
  const begin = contents.findLastIndex(isPrompt);
  return firstFault(contents.map((content, n) => {
    if (n < begin) return undefined;
    const first = content.parts?.find((part) => part.functionCall);
    return first && faultOfStep(first, { position: n + 1, generation });
  }));
};

/** A signature of ours, wherever it stands, stands on the call for which it was made. */
export const signaturesAreInPlace: Rule = ({ contents = [] }, { signs, generation }) => {
  const parts = contents.flatMap(({ parts = [] }) => parts);
  const moved = parts.some((part) =>
    isOurs(part.thoughtSignature ?? "") && !isSigned(part, generation)
  );
  return signs && moved ? corrupted() : undefined;
};

function faultOfStep(
  part: Part,
  { position, generation }: { position: number; generation: number },
): GoogleError | undefined {
  const { functionCall, thoughtSignature = "" } = part;
  if (thoughtSignature === "") return missing(functionCall?.name, position);
  const holds = PLACEHOLDERS.includes(thoughtSignature) || isSigned(part, generation);
  return holds ? undefined : corrupted();
}

function isSigned({ functionCall, thoughtSignature }: Part, generation: number): boolean {
  return functionCall !== undefined && thoughtSignature === signatureOf(functionCall, generation);
}

/** Whether a person speaks here; the answers of tools go on with the turn. */
function isPrompt({ role, parts = [] }: Content): boolean {
  return role !== "model" && !parts.some((part) => part.functionResponse);
}

function missing(name: string | undefined, position: number): GoogleError {
  return invalidArgument(
    "Function call is missing a thought_signature in functionCall parts. This is required for " +
      "tools to work correctly, and missing thought_signature may lead to degraded model " +
      `performance. Additional data, function call \`default_api:${name}\` , position ` +
      `${position}. Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures ` +
      "for more details.",
  );
}

function corrupted(): GoogleError {
  return invalidArgument("Corrupted thought signature.");
}
