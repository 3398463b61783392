/**
 * `/v1beta/openai/…`: Google's own OpenAI layer, passed on as it is.
 *
 * @module
 */

import {
  INVALID_REQUEST,
  METHOD_NOT_ALLOWED,
  NOT_FOUND,
  RotatorError,
} from "../../domain/errors.ts";
import type { Deadlines } from "../../domain/deadlines.ts";
import { recordOf, textOf } from "../../protocol/json.ts";
import { openAiErrorReply, openAiRefusalReply } from "../../protocol/openai/error_reply.ts";
import { layerCall, layerRoute } from "../../protocol/openai/google_layer.ts";
import { checkModel } from "../authenticate.ts";
import type { Dialect } from "../dialect.ts";
import { MAX_BODY_BYTES, readBody } from "../read_body.ts";
import { parseJsonBody } from "./read_request.ts";

/** The dialect of clients that want Google's translation instead of ours. */
export function googleLayerDialect({ deadlines }: { readonly deadlines: Deadlines }): Dialect {
  return {
    speaks: ({ segments: [version, layer] }) => version === "v1beta" && layer === "openai",

    async serve({ request, target, token, record, relay }) {
      const route = layerRoute(target.segments.slice(2));
      if (route === null) {
        throw new RotatorError(
          NOT_FOUND,
          "Cannot serve this address: of Google's OpenAI layer chat/completions, embeddings, " +
            "images/generations and models are passed on",
        );
      }
      if (route.method !== target.method) {
        throw new RotatorError(
          METHOD_NOT_ALLOWED,
          `Cannot serve ${target.method} here: only ${route.method} is possible`,
        );
      }
      record.operation = "openaiLayer";
      if (route.method === "GET") return await relay(layerCall(route, { body: null, model: null }));

      const body = await readBody(request, { maxBytes: MAX_BODY_BYTES, deadlines });
      const model = modelIn(body);
      record.model = model;
      checkModel(token, model);
      return await relay(layerCall(route, { body, model }));
    },

    errorReply: openAiErrorReply,
    refusalReply: openAiRefusalReply,
  };
}

const MODEL = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** Only the model is looked at: the token may be limited to some, and keys cool for one at a time. */
function modelIn(body: Uint8Array): string {
  const named = textOf(recordOf(parseJsonBody(body))?.model) ?? "";
  const model = named.replace(/^models\//, "");
  if (MODEL.test(model)) return model;
  throw new RotatorError(
    INVALID_REQUEST,
    'Cannot use "model": it must be the name of one of Gemini\'s models',
    { param: "model" },
  );
}
