/**
 * Tries requests on the rules, in tests.
 *
 * @module
 */

import type { Content, Part } from "../generate_request.ts";
import type { Message } from "../read_message.ts";
import { generateFault } from "./generate_fault.ts";

/** A model of the newest kind. */
export const NEW = "gemini-3.8-flash";
/** A model from before Gemini 3. */
export const OLD = "gemini-2.5-flash";

/** What Google says to a request that it refuses; `undefined` when it takes it. */
export function refusal(body: Message, model = NEW): string | undefined {
  return generateFault({ contents: [user("hi")], ...body }, model)?.message;
}

/** A turn of the user: a text, or parts. */
export function user(...said: readonly (string | Part)[]): Content {
  return { role: "user", parts: said.map(partFrom) };
}

/** A turn of the model: a text, or parts. */
export function model(...said: readonly (string | Part)[]): Content {
  return { role: "model", parts: said.map(partFrom) };
}

/** A call, signed with a placeholder unless told otherwise. */
export function call(
  name: string,
  { args = {}, signature = "skip_thought_signature_validator" }: {
    args?: Message;
    signature?: string | null;
  } = {},
): Part {
  const functionCall = { name, args };
  return signature === null ? { functionCall } : { functionCall, thoughtSignature: signature };
}

/** The answer to a call. */
export function result(name: string): Part {
  return { functionResponse: { name, response: { result: 1 } } };
}

/** One tool with functions of these names. */
export function functions(...names: readonly string[]): Message {
  return { functionDeclarations: names.map((name) => ({ name, description: name })) };
}

function partFrom(said: string | Part): Part {
  return typeof said === "string" ? { text: said } : said;
}
