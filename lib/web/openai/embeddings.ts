/**
 * `POST /v1/embeddings`
 *
 * @module
 */

import type { Usage } from "../../domain/ports.ts";
import { addUsage } from "../../domain/usage.ts";
import type { GeminiCall, Relayed } from "../../protocol/gemini/exchange.ts";
import {
  type Embedded,
  embeddingCalls,
  embeddingReply,
  MAX_BATCH,
  readEmbeddingRequest,
  readEmbeddings,
} from "../../protocol/openai/embeddings.ts";
import type { ClientCall } from "../dialect.ts";
import { jsonAnswer, wholeBody } from "./answer.ts";
import type { OpenAiParts } from "./parts.ts";
import { modelFor, readJsonBody } from "./read_request.ts";

/** Batches of one request that are under way at the same time. */
const BATCHES_AT_ONCE = 4;

/** Embeds texts. When one batch fails, so does the request: the client would not know which are missing. */
export async function serveEmbeddings(call: ClientCall, parts: OpenAiParts): Promise<Relayed> {
  call.record.operation = "embeddings";
  const request = readEmbeddingRequest(await readJsonBody(call, parts));
  const model = await modelFor(request.model, call, parts);
  const batches = embeddingCalls(request, { model, traits: parts.traitsOf(model) });

  const embedded: Embedded[] = [];
  let usage: Usage | null = null;
  const relayBatch = (batch: GeminiCall) =>
    call.relay(batch, { onEnd: (end) => (usage = addUsage(usage, end.usage)) });
  try {
    for (let from = 0; from < batches.length; from += BATCHES_AT_ONCE) {
      const some = batches.slice(from, from + BATCHES_AT_ONCE);
      // All of them, because those that do not fail cost something.
      for (const settled of await Promise.allSettled(some.map(relayBatch))) {
        if (settled.status === "rejected") throw settled.reason;
        const came = settled.value;
        if (came.kind !== "answered") return came;
        const count = Math.min(MAX_BATCH, request.input.length - MAX_BATCH * embedded.length);
        embedded.push(readEmbeddings(await wholeBody(came.answer), count));
      }
    }
  } finally {
    // What was embedded before another batch failed was spent all the same.
    call.record.ended({ kind: "complete", usage });
  }
  const { body, isEstimated } = embeddingReply(request, embedded);
  return jsonAnswer(body, isEstimated ? [["x-gkr-usage", "estimated"]] : []);
}
