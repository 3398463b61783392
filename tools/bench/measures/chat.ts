/**
 * OpenAI's dialect: what translating costs, against a bare proxy that passes native answers on.
 *
 * @module
 */

import type { Cast, Question } from "../cast.ts";
import { type Bench, compare, type Measured, type Target } from "../compare.ts";
import { BODY } from "../load.ts";
import { atLeast, atMost, rowOfOne, rowOfPair } from "../rows.ts";
import { EVENTS } from "../stage.ts";
import { median } from "../stats.ts";
import type { Row } from "../table.ts";

const STREAMS = 16;
const PATH = "/v1/chat/completions";

/** The same conversation as the native one, as OpenAI's clients write it. */
function chatBody({ stream }: { readonly stream: boolean }): string {
  const { systemInstruction, contents, generationConfig } = JSON.parse(BODY);
  return JSON.stringify({
    model: "gemini-2.5-flash",
    messages: [
      { role: "system", content: systemInstruction.parts[0].text },
      { role: "user", content: contents[0].parts[0].text },
    ],
    temperature: generationConfig.temperature,
    max_tokens: generationConfig.maxOutputTokens,
    ...(stream && { stream: true, stream_options: { include_usage: true } }),
  });
}

/** Measures chats in one piece. */
export async function measureChat(bench: Bench, cast: Cast, question: Question): Promise<Row[]> {
  bench.say("chats, 32 connections");
  const chat = await chatting(cast.metered, { stream: false });
  const shape = { ...question, connections: 32, forMs: bench.pace.forMs };
  const found = await compare(bench, { bare: cast.bare, metered: cast.metered, chat }, shape);
  const rate = ({ perSecond }: Measured) => perSecond;
  const serverCpu = ({ cpu }: Measured) => cpu.server;
  return [
    rowOfPair(
      { measure: "chats a second, 32 connections", unit: "/s", aim: atLeast(1) },
      { bare: found.bare.map(rate), ours: found.chat.map(rate) },
    ),
    rowOfPair(
      { measure: "CPU per 1,000 chats, by that of native calls", unit: "s" },
      { bare: found.metered.map(serverCpu), ours: found.chat.map(serverCpu) },
    ),
  ];
}

/** Measures how soon a chat's stream begins. */
export async function measureChatFirstByte(
  bench: Bench,
  cast: Cast,
  question: Question,
): Promise<Row[]> {
  bench.say("first byte of a chat's stream");
  const chat = await chatting(cast.metered, { stream: true });
  const shape = { ...question, connections: 1, forMs: bench.pace.aloneMs };
  const found = await compare(bench, { metered: cast.metered, chat }, shape);
  const added = found.chat.map(({ firstByteP50Ms }, round) =>
    firstByteP50Ms - found.metered[round]!.firstByteP50Ms
  );
  return [
    rowOfOne(
      { measure: "first byte p50, chat's stream beyond native", unit: "ms", aim: atMost(1) },
      median(added),
    ),
  ];
}

/** Measures how many events a second pass. */
export async function measureChatEvents(
  bench: Bench,
  cast: Cast,
  question: Question,
): Promise<Row[]> {
  bench.say(`${STREAMS} long streams of chats`);
  const chat = await chatting(cast.metered, { stream: true });
  const shape = { ...question, connections: STREAMS, forMs: bench.pace.forMs };
  const found = await compare(bench, { bare: cast.bare, chat }, shape);
  const events = (bodyBytes: number) => ({ bytesPerSecond }: Measured) =>
    bytesPerSecond / bodyBytes * EVENTS;
  return [
    rowOfPair(
      { measure: `events a second, ${STREAMS} streams of chats`, unit: "/s", aim: atLeast(0.35) },
      {
        bare: found.bare.map(events(question.bodyBytes)),
        ours: found.chat.map(events(chat.asks.bodyBytes)),
      },
    ),
  ];
}

/** The same pool, asked for chats; good answers are as long as the first one is. */
export async function chatting(
  target: Target,
  { stream }: { readonly stream: boolean },
): Promise<Target & { readonly asks: Question & { readonly body: string } }> {
  const body = chatBody({ stream });
  const response = await fetch(target.origin + PATH, {
    method: "POST",
    headers: { "x-goog-api-key": target.secret, "content-type": "application/json" },
    body,
  });
  const bytes = new Uint8Array(await response.arrayBuffer());
  const isWhole = new TextDecoder().decode(bytes).includes('"finish_reason":"stop"');
  if (!response.ok || !isWhole) throw new Error(`Cannot chat: ${response.status}`);
  return { ...target, asks: { path: PATH, bodyBytes: bytes.length, body } };
}
