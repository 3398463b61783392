/**
 * Exchanges, and answers by hand, for tests of what an exchange makes of them.
 *
 * @module
 */

import type { SignedCall } from "../../../lib/domain/ports.ts";
import type { GeminiAnswer, GeminiCall, Relayed } from "../../../lib/protocol/gemini/exchange.ts";
import { modelTraits } from "../../../lib/protocol/gemini/generate/model_table.ts";
import { type JsonRecord, recordOf } from "../../../lib/protocol/json.ts";
import { ChatExchange } from "../../../lib/protocol/openai/chat_exchange.ts";
import { readChatRequest } from "../../../lib/protocol/openai/chat_request.ts";
import { Progress } from "../../../lib/protocol/openai/hops.ts";
import { bytesOfEvent, CREATED } from "./answers.ts";
import { aChat, callFor, NEW } from "./chats.ts";

/** How an exchange is made unless a test says otherwise. */
export interface ExchangeWish {
  readonly model?: string;
  /** What the calls bring by which a long answer goes on. */
  readonly hops?: readonly Relayed[];
  readonly longAnswers?: boolean;
}

/** An exchange, and what it did meanwhile. */
export interface Watched {
  readonly exchange: ChatExchange;
  /** Every signature that was to be kept. */
  readonly kept: SignedCall[];
  /** The bodies of the calls by which the answer went on. */
  readonly hopped: JsonRecord[];
}

/** An exchange of a request with these fields. */
export function exchangeOf(
  fields: JsonRecord = {},
  { model = NEW, hops = [], longAnswers = false }: ExchangeWish = {},
): Watched {
  const kept: SignedCall[] = [];
  const hopped: JsonRecord[] = [];
  const chat = aChat(fields);
  const exchange = new ChatExchange({
    request: readChatRequest(chat),
    generate: callFor(chat, { model }),
    traits: { ...modelTraits()(model), longAnswers },
    progress: new Progress(),
    created: CREATED,
    newId: () => "0123456789abcdefghijklmn",
    keep: (calls) => {
      kept.push(...calls);
      return Promise.resolve();
    },
    relay: (call) => {
      const hop = hops[hopped.length];
      hopped.push(sentIn(call));
      return Promise.resolve(hop ?? { kind: "left" });
    },
  });
  return { exchange, kept, hopped };
}

/** What a call asks. */
export function sentIn(call: GeminiCall | null): JsonRecord {
  return recordOf(JSON.parse(new TextDecoder().decode(call?.body ?? new Uint8Array()))) ?? {};
}

/** An answer in one piece. */
export function inOnePiece(response: unknown): GeminiAnswer {
  return { status: 200, headers: [], body: new TextEncoder().encode(JSON.stringify(response)) };
}

/** An answer as a stream of these responses. */
export function asStream(...responses: readonly unknown[]): GeminiAnswer {
  return { status: 200, headers: [], body: ReadableStream.from(responses.map(bytesOfEvent)) };
}

/** What the client gets, as text. */
export async function textOf(relayed: Relayed): Promise<string> {
  return relayed.kind === "answered" ? await new Response(relayed.answer.body).text() : "";
}

/** What the client gets in one piece. */
export async function jsonOf(relayed: Relayed) {
  return JSON.parse(await textOf(relayed));
}
