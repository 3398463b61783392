/**
 * Rules for parts: each says one thing, and says what it is.
 *
 * @module
 */

import { type GoogleError, invalidArgument } from "../google_error.ts";
import type { Part } from "../generate_request.ts";
import type { ModelTraits } from "../model_traits.ts";
import { faultAt, firstFault, type Rule } from "./rule.ts";

/** The fields of which a part has no more than one. */
const DATA = [
  "text",
  "inlineData",
  "fileData",
  "functionCall",
  "functionResponse",
  "executableCode",
  "codeExecutionResult",
  "toolCall",
  "toolResponse",
];

const GOOGLES =
  /^(?:gs:\/\/|files\/|https:\/\/(?:generativelanguage\.googleapis\.com\/|(?:www\.)?youtube\.com\/|youtu\.be\/))/;

/** Every part is in order. */
export const hasGoodParts: Rule = ({ contents = [], systemInstruction }, model) =>
  firstFault([
    ...contents.map((content, n) => ({ ...content, at: `contents[${n}]` })),
    { ...systemInstruction, at: "system_instruction" },
  ].flatMap(({ parts = [], at }) =>
    parts.map((part, n) => faultOfPart(part, { at: `${at}.parts[${n}]`, model }))
  ));

function faultOfPart(
  part: Part,
  { at, model }: { at: string; model: ModelTraits },
): GoogleError | undefined {
  // Metadata or a signature may travel alone.
  if (Object.keys(part).length === 0) {
    return faultAt(`${at}.data`, "required oneof field 'data' must have one initialized field");
  }
  const [, second] = Object.keys(part).filter((field) => DATA.includes(field));
  if (second !== undefined) {
    return invalidArgument(
      `Invalid value at '${at}' (oneof), oneof field 'data' is already set. Cannot set '${second}'`,
    );
  }
  if (part.inlineData && !part.inlineData.mimeType) {
    return faultAt(`${at}.inline_data.mime_type`, "mimeType must be specified");
  }
  if (part.fileData) return faultOfFile(part.fileData.fileUri, model);
}

/** Google fetches public https addresses itself since January 2026, from Gemini 2.5 on. */
function faultOfFile(uri = "", { generation, isGemma }: ModelTraits): GoogleError | undefined {
  const fetches = !isGemma && generation >= 2.5 && uri.startsWith("https://");
  if (GOOGLES.test(uri) || fetches) return undefined;
  return invalidArgument(`Invalid or unsupported file uri: ${uri}`);
}
