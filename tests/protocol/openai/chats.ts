/**
 * Chat requests, and what becomes of them, so that a test shows only what matters to it.
 *
 * @module
 */

import type { FetchedMedia } from "../../../lib/domain/ports.ts";
import { modelTraits } from "../../../lib/protocol/gemini/generate/model_table.ts";
import type {
  Content,
  GenerateRequest,
  GenerationConfig,
  Part,
} from "../../../lib/protocol/gemini/generate/request.ts";
import type { JsonRecord } from "../../../lib/protocol/json.ts";
import { readChatRequest } from "../../../lib/protocol/openai/chat_request.ts";
import { type CallForm, GenerateCall } from "../../../lib/protocol/openai/generate_call.ts";
import { readGoogleSettings } from "../../../lib/protocol/openai/google_extras.ts";

/** A model of the newest kind. */
export const NEW = "gemini-3.8-flash";
/** A model from before Gemini 3, which wants no signatures. */
export const OLD = "gemini-2.5-flash";
/** A model that takes no JSON Schema. */
export const OLDEST = "gemini-2.0-flash";
/** A model that takes no system instructions. */
export const GEMMA = "gemma-4-31b-it";

/** One pixel, as everyone sends it. */
export const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=";

/** How a request is answered unless a test says otherwise. */
export interface Circumstances {
  readonly model?: string;
  readonly fetched?: Readonly<Record<string, FetchedMedia>>;
  readonly mayStore?: boolean;
}

const traitsOf = modelTraits();

/** A request with one question, and these fields. */
export function aChat(fields: JsonRecord = {}): JsonRecord {
  return { model: "gemini", messages: [{ role: "user", content: "hi" }], ...fields };
}

/** The request, read and ready to be sent. */
export function callFor(
  chat: unknown,
  { model = NEW, fetched = {}, mayStore = false }: Circumstances = {},
): GenerateCall {
  return new GenerateCall(readChatRequest(chat), {
    model,
    traits: traitsOf(model),
    google: readGoogleSettings(chat as JsonRecord),
    fetched: new Map(Object.entries(fetched)),
    mayStore,
  });
}

/** The form in which a model is asked first. */
export function formFor(model: string = NEW): CallForm {
  return { schemas: traitsOf(model).jsonSchema ? "json" : "openapi", signatures: "known" };
}

/** What is sent for a request when nobody knows the signatures that it lacks. */
export function bytesOf(chat: unknown, circumstances: Circumstances = {}): Uint8Array {
  const call = callFor(chat, circumstances);
  call.sign(call.missingSignatures.map(() => null));
  return call.in(formFor(circumstances.model)).body ?? new Uint8Array();
}

/** The same for a request with these fields, read again. */
export function bodyOf(fields: JsonRecord, circumstances: Circumstances = {}): GenerateRequest {
  return JSON.parse(new TextDecoder().decode(bytesOf(aChat(fields), circumstances)));
}

/** The `generationConfig` for a request with these fields; undefined when there is none. */
export function configOf(fields: JsonRecord, model: string = NEW): GenerationConfig | undefined {
  return bodyOf(fields, { model }).generationConfig;
}

/** The turns for these messages. */
export function contentsOf(
  messages: readonly unknown[],
  circumstances: Circumstances = {},
): readonly Content[] {
  return bodyOf({ messages }, circumstances).contents;
}

/** The parts for what a user says. */
export function partsOf(content: unknown, circumstances: Circumstances = {}): readonly Part[] {
  return contentsOf([{ role: "user", content }], circumstances).flatMap(({ parts }) => parts);
}

/** A tool of the client's. */
export function aTool(name: string, parameters?: unknown): JsonRecord {
  return { type: "function", function: { name, parameters } };
}

/** A call in the history. */
export function aCall(id: string, name: string, args = "{}"): JsonRecord {
  return { id, type: "function", function: { name, arguments: args } };
}

/** A turn of the user's. */
export function user(...parts: readonly (string | Part)[]): Content {
  return { role: "user", parts: parts.map(partOf) };
}

/** A turn of the model's. */
export function model(...parts: readonly (string | Part)[]): Content {
  return { role: "model", parts: parts.map(partOf) };
}

function partOf(part: string | Part): Part {
  return typeof part === "string" ? { text: part } : part;
}
