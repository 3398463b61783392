/**
 * What every endpoint with a body does first.
 *
 * @module
 */

import type { Deadlines } from "../../domain/deadlines.ts";
import { NOT_FOUND, RotatorError } from "../../domain/errors.ts";
import { modelRoute } from "../../protocol/gemini/route.ts";
import { modelBehind } from "../../protocol/openai/models.ts";
import { checkModel } from "../authenticate.ts";
import type { ClientCall } from "../dialect.ts";
import { parseJson } from "../parse_json.ts";
import { MAX_BODY_BYTES, readBody } from "../read_body.ts";
import type { OpenAiParts } from "./parts.ts";

/** Much structure for a conversation, and little for an attack. */
const STRUCTURE = { maxDepth: 128, maxValues: 1_000_000, anyNames: true } as const;

/**
 * The body as JSON.
 *
 * @throws {RotatorError} as `readBody` and `parseJson` do.
 */
export async function readJsonBody(
  { request }: ClientCall,
  { deadlines }: { readonly deadlines: Deadlines },
): Promise<unknown> {
  return parseJsonBody(await readBody(request, { maxBytes: MAX_BODY_BYTES, deadlines }));
}

/**
 * JSON of a conversation's size.
 *
 * @throws {RotatorError} as `parseJson` does.
 */
export function parseJsonBody(body: Uint8Array): unknown {
  return parseJson(body, STRUCTURE);
}

/**
 * The model of Gemini's that a request names, once the token is known to allow it.
 *
 * @throws {RotatorError} `forbidden`; `not_found` for what cannot be the name of a model.
 */
export async function modelFor(
  name: string,
  { token, record }: ClientCall,
  { aliasesOf }: Pick<OpenAiParts, "aliasesOf">,
): Promise<string> {
  const model = modelBehind(name, await aliasesOf(token.poolId));
  if (!isModelName(model)) {
    throw new RotatorError(NOT_FOUND, "Cannot use this model: Gemini has none of such a name", {
      param: "model",
      reason: "unknown_model",
    });
  }
  record.model = model;
  if (!token.allowedModels?.includes(name)) checkModel(token, model);
  return model;
}

function isModelName(model: string): boolean {
  try {
    return modelRoute("getModel", model).model === model;
  } catch (error) {
    if (error instanceof RotatorError) return false;
    throw error;
  }
}
