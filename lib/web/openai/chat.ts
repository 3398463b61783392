/**
 * `POST /v1/chat/completions`
 *
 * @module
 */

import { INVALID_REQUEST, RotatorError } from "../../domain/errors.ts";
import type { TokenId } from "../../domain/ids.ts";
import type { FetchedMedia, SignedCall } from "../../domain/ports.ts";
import type { Relayed } from "../../protocol/gemini/exchange.ts";
import { ChatExchange } from "../../protocol/openai/chat_exchange.ts";
import { type ChatRequest, readChatRequest } from "../../protocol/openai/chat_request.ts";
import { remoteUrls } from "../../protocol/openai/content_parts.ts";
import { GenerateCall } from "../../protocol/openai/generate_call.ts";
import { readGoogleSettings } from "../../protocol/openai/google_extras.ts";
import { unknownFields } from "../../protocol/openai/unknown_fields.ts";
import type { JsonRecord } from "../../protocol/json.ts";
import type { ClientCall } from "../dialect.ts";
import type { OpenAiParts } from "./parts.ts";
import { atMost } from "./patience.ts";
import { modelFor, readJsonBody } from "./read_request.ts";

/** A client waits so long for signatures to be found, and for them to be kept. */
const FIND_MS = 1_000;
const KEEP_MS = 250;
/** Files of the web in one request, how many at once, and how large they may be together in base64. */
const MAX_FILES = 16;
const FILES_AT_ONCE = 4;
const MAX_FILE_CHARACTERS = 64 * 1024 * 1024;

/** Answers a chat. */
export async function serveChat(call: ClientCall, parts: OpenAiParts): Promise<Relayed> {
  call.record.operation = "chatCompletions";
  const body = await readJsonBody(call, parts);
  const request = readChatRequest(body);
  const google = readGoogleSettings(body as JsonRecord);
  const model = await modelFor(request.model, call, parts);
  const traits = parts.traitsOf(model);
  const generate = new GenerateCall(request, {
    model,
    traits,
    google,
    fetched: await fetchFiles(request, parts),
    mayStore: parts.mayStore,
  });
  const missing = generate.missingSignatures;
  if (missing.length > 0) generate.sign(await findSignatures(missing, call.token.id, parts));

  const exchange = new ChatExchange({
    request,
    generate,
    jsonSchema: traits.jsonSchema,
    created: Math.floor(parts.clock.now() / 1_000),
    newId: parts.newId,
    keep: (calls) => keepSignatures(calls, call.token.id, parts),
  });
  const relayed = await call.relay(exchange.call, {
    reconsider: (came) => exchange.reconsider(came),
  });
  if (relayed.kind !== "answered") return relayed;
  return withIgnored(await exchange.reply(relayed.answer), [
    ...unknownFields(body as JsonRecord),
    ...generate.dropped,
  ]);
}

async function fetchFiles(
  { messages }: ChatRequest,
  { fetchMedia }: Pick<OpenAiParts, "fetchMedia">,
): Promise<ReadonlyMap<string, FetchedMedia>> {
  const fetched = new Map<string, FetchedMedia>();
  const urls = fetchMedia === null ? [] : remoteUrls(messages.map(({ content }) => content));
  if (fetchMedia === null || urls.length === 0) return fetched;
  if (urls.length > MAX_FILES) {
    throw tooManyFiles(`it names ${urls.length} files of the web, the limit is ${MAX_FILES}`);
  }
  let characters = 0;
  for (let from = 0; from < urls.length; from += FILES_AT_ONCE) {
    await Promise.all(
      urls.slice(from, from + FILES_AT_ONCE).map(async (url) => {
        const file = await fetchMedia(url);
        characters += file.base64.length;
        fetched.set(url, file);
      }),
    );
    if (characters > MAX_FILE_CHARACTERS) {
      throw tooManyFiles("its files of the web are too large together");
    }
  }
  return fetched;
}

function tooManyFiles(state: string): RotatorError {
  return new RotatorError(INVALID_REQUEST, `Cannot fetch the files of the request: ${state}`, {
    param: "messages",
  });
}

/** Storage that is slow or out of reach costs the model some of its thoughts, and the client nothing. */
async function findSignatures(
  calls: GenerateCall["missingSignatures"],
  token: TokenId,
  { signatures, clock, inBackground }: OpenAiParts,
): Promise<readonly (string | null)[]> {
  const finding = signatures.find(token, calls);
  inBackground("find thought signatures", finding);
  return await atMost(FIND_MS, finding, { otherwise: calls.map(() => null), clock });
}

/** The client may ask again at once, maybe another process: so it gets its answer when they are kept. */
async function keepSignatures(
  calls: readonly SignedCall[],
  token: TokenId,
  { signatures, clock, inBackground }: OpenAiParts,
): Promise<void> {
  const keeping = signatures.keep(token, calls);
  inBackground("keep thought signatures", keeping);
  await atMost(KEEP_MS, keeping, { otherwise: undefined, clock });
}

function withIgnored(relayed: Relayed, names: readonly string[]): Relayed {
  if (relayed.kind !== "answered" || names.length === 0) return relayed;
  const { answer } = relayed;
  return {
    kind: "answered",
    answer: { ...answer, headers: [...answer.headers, ["x-gkr-ignored", names.join(", ")]] },
  };
}
