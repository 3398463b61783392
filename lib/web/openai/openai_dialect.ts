/**
 * OpenAI's API: chat completions, embeddings and models.
 *
 * @module
 */

import { METHOD_NOT_ALLOWED, NOT_FOUND, RotatorError } from "../../domain/errors.ts";
import type { Relayed } from "../../protocol/gemini/exchange.ts";
import { openAiErrorReply, openAiRefusalReply } from "../../protocol/openai/error_reply.ts";
import type { ClientCall, Dialect } from "../dialect.ts";
import type { Target } from "../target.ts";
import { serveChat } from "./chat.ts";
import { serveEmbeddings } from "./embeddings.ts";
import { ModelLists } from "./models.ts";
import type { OpenAiParts } from "./parts.ts";

/** What only OpenAI has under `/v1`; the same names without `/v1` are its own as well. */
const OWN_FAMILIES: ReadonlySet<string> = new Set(
  ("chat embeddings completions responses images audio moderations assistants threads " +
    "fine_tuning vector_stores realtime conversations evals containers videos").split(" "),
);

/** The dialect of OpenAI's SDKs. */
export function openAiDialect(parts: OpenAiParts): Dialect {
  const models = new ModelLists(parts);

  async function serve(call: ClientCall): Promise<Relayed> {
    const [family, ...rest] = familyOf(call.target);
    if (family === "chat" && rest.join() === "completions") {
      only("POST", call.target);
      return await serveChat(call, parts);
    }
    if (family === "embeddings" && rest.length === 0) {
      only("POST", call.target);
      return await serveEmbeddings(call, parts);
    }
    if (family === "models") {
      only("GET", call.target);
      return await (rest.length === 0
        ? models.serveList(call)
        : models.serveOne(rest.join("/"), call));
    }
    throw new RotatorError(
      NOT_FOUND,
      "Cannot serve this address: of OpenAI's API there are /v1/chat/completions, /v1/embeddings " +
        "and /v1/models",
    );
  }

  return {
    speaks(target, headers) {
      const [family = ""] = familyOf(target);
      if (OWN_FAMILIES.has(family)) return true;
      if (family !== "models") return false;
      // Both have it under /v1: there the credential tells. What is posted to a model is always Google's.
      return target.segments[0] === "models" || (isBearer(headers) && target.method !== "POST");
    },
    serve,
    errorReply: openAiErrorReply,
    refusalReply: openAiRefusalReply,
  };
}

/** The address without its version; nothing for those of other versions. */
function familyOf({ segments }: Target): readonly string[] {
  return segments[0] === "v1" ? segments.slice(1) : segments;
}

function isBearer(headers: Headers): boolean {
  return /^bearer +\S/i.test(headers.get("authorization") ?? "");
}

function only(allowed: string, { method }: Target): void {
  if (method === allowed) return;
  throw new RotatorError(
    METHOD_NOT_ALLOWED,
    `Cannot serve ${method} here: only ${allowed} is possible`,
  );
}
