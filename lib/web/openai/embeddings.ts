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
  for (let from = 0; from < batches.length; from += BATCHES_AT_ONCE) {
    const relayed = await Promise.all(
      batches.slice(from, from + BATCHES_AT_ONCE).map((batch) => relayBatch(batch, call)),
    );
    for (const { came, spent } of relayed) {
      usage = addUsage(usage, spent);
      if (came.kind !== "answered") return came;
      const count = Math.min(MAX_BATCH, request.input.length - MAX_BATCH * embedded.length);
      embedded.push(readEmbeddings(wholeBody(came.answer), count));
    }
  }
  call.record.ended({ kind: "complete", usage });
  const { body, isEstimated } = embeddingReply(request, embedded);
  return jsonAnswer(body, isEstimated ? [["x-gkr-usage", "estimated"]] : []);
}

async function relayBatch(
  batch: GeminiCall,
  { relay }: ClientCall,
): Promise<{ came: Relayed; spent: Usage | null }> {
  let spent: Usage | null = null;
  const came = await relay(batch, { onEnd: ({ usage }) => (spent = usage) });
  return { came, spent };
}
