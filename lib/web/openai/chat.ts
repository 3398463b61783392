/**
 * `POST /v1/chat/completions`
 *
 * @module
 */

import type { FetchedMedia } from "../../domain/ports.ts";
import type { Relayed } from "../../protocol/gemini/exchange.ts";
import type { JsonRecord } from "../../protocol/json.ts";
import { ChatExchange } from "../../protocol/openai/chat_exchange.ts";
import { type ChatRequest, readChatRequest } from "../../protocol/openai/chat_request.ts";
import { remoteUrls } from "../../protocol/openai/content_parts.ts";
import { type CallOptions, GenerateCall } from "../../protocol/openai/generate_call.ts";
import { readGoogleSettings } from "../../protocol/openai/google_extras.ts";
import { Progress } from "../../protocol/openai/hops.ts";
import { unknownFields } from "../../protocol/openai/unknown_fields.ts";
import type { ClientCall } from "../dialect.ts";
import { AnswerCalls } from "./answer_calls.ts";
import { fetchFiles } from "./files.ts";
import type { OpenAiParts } from "./parts.ts";
import { modelFor, readJsonBody } from "./read_request.ts";
import { findSignatures, signatureKeeper } from "./thought_signatures.ts";

/** Answers a chat. */
export async function serveChat(call: ClientCall, parts: OpenAiParts): Promise<Relayed> {
  const { record, token } = call;
  record.operation = "chatCompletions";
  const body = await readJsonBody(call, parts);
  const request = readChatRequest(body);
  const google = readGoogleSettings(body as JsonRecord);
  const model = await modelFor(request.model, call, parts);
  const traits = parts.traitsOf(model);
  const generate = await generateCall(request, parts, {
    model,
    traits,
    google,
    mayStore: parts.mayStore,
  });
  const unsigned = generate.missingSignatures;
  if (unsigned.length > 0) generate.sign(await findSignatures(unsigned, token.id, parts));

  const progress = new Progress();
  const calls = new AnswerCalls(call, progress);
  const exchange = new ChatExchange({
    request,
    generate,
    traits,
    progress,
    created: Math.floor(parts.clock.now() / 1_000),
    newId: parts.newId,
    keep: signatureKeeper(token.id, parts),
    relay: calls.next.bind(calls),
  });
  const relayed = await calls.first(exchange.call, {
    reconsider: exchange.reconsider.bind(exchange),
  });
  if (relayed.kind !== "answered") return relayed;
  const reply = await exchange.reply(relayed.answer);
  if (exchange.call.framing === null) calls.end("complete");
  return withIgnored(reply, [...unknownFields(body as JsonRecord), ...generate.dropped]);
}

/** The request, once its files are here. A request that is wrong in itself costs no fetch. */
async function generateCall(
  request: ChatRequest,
  { fetchMedia }: Pick<OpenAiParts, "fetchMedia">,
  options: Omit<CallOptions, "fetched">,
): Promise<GenerateCall> {
  const urls = fetchMedia === null ? [] : remoteUrls(request.messages);
  if (fetchMedia === null || urls.length === 0) {
    return new GenerateCall(request, { ...options, fetched: NO_FILES });
  }
  const pretended = new Map(urls.map((url) => [url, { mimeType: "image/png", base64: "" }]));
  new GenerateCall(request, { ...options, fetched: pretended });
  return new GenerateCall(request, { ...options, fetched: await fetchFiles(urls, fetchMedia) });
}

const NO_FILES: ReadonlyMap<string, FetchedMedia> = new Map();

function withIgnored(relayed: Relayed, names: readonly string[]): Relayed {
  if (relayed.kind !== "answered" || names.length === 0) return relayed;
  const { answer } = relayed;
  return {
    kind: "answered",
    answer: { ...answer, headers: [...answer.headers, ["x-gkr-ignored", names.join(", ")]] },
  };
}
