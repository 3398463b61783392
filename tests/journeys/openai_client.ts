/**
 * OpenAI's own SDK as a client of ours, as it is published.
 *
 * @module
 */

import assert from "node:assert/strict";
import OpenAI, { APIError, type ClientOptions } from "openai";
import type {
  ChatCompletionFunctionTool,
  ChatCompletionMessageParam,
  ChatCompletionMessageToolCall,
} from "openai/resources/chat/completions";
import { FLASH, PROMPT, type TestService } from "../support/service.ts";

/** A model that signs its calls and wants the signatures back. */
export const SIGNING = "gemini-3.6-flash";

/** A conversation that has just begun. */
export function prompt(content: string): ChatCompletionMessageParam[] {
  return [{ role: "user", content }];
}

/** The shortest request: one prompt. */
export const ASKED = { model: FLASH, messages: prompt(PROMPT) };

/** The SDK, which tries nothing again unless told otherwise. */
export function openai(t: TestService, token: string, options: ClientOptions = {}): OpenAI {
  return new OpenAI({ apiKey: token, baseURL: `${t.listen()}/v1`, maxRetries: 0, ...options });
}

/** The same without a network between us, so that time may stand still, and leaving is heard at once. */
export function openaiInside(
  t: TestService,
  token: string,
  options: ClientOptions = {},
): OpenAI {
  return new OpenAI({
    apiKey: token,
    baseURL: "http://rotator.example/v1",
    fetch: (url, init) => t.send(String(url), init),
    maxRetries: 0,
    ...options,
  });
}

/** What the SDK throws; what it says must not tell a secret. */
export async function failureOf(t: TestService, work: () => Promise<unknown>): Promise<APIError> {
  const failure = await work().then(() => null, (error) => error);
  assert.ok(failure instanceof APIError, String(failure));
  t.canaries.saw("the SDK's error", JSON.stringify([failure.message, failure.error]));
  return failure;
}

/** What Gemini was sent, one body a call. */
// deno-lint-ignore no-explicit-any -- tests look wherever they like
export function sent({ simulator }: TestService): any[] {
  return simulator.requests.map(({ body }) => JSON.parse(new TextDecoder().decode(body) || "null"));
}

/** A tool with one text for its parameter. */
export function aTool(name: string, property = "city"): ChatCompletionFunctionTool {
  return {
    type: "function",
    function: {
      name,
      description: `Tells about a ${property}`,
      parameters: {
        type: "object",
        properties: { [property]: { type: "string" } },
        required: [property],
      },
    },
  };
}

/** The calls of functions in a message, as name and arguments. */
export function callsOf(
  message: { tool_calls?: ChatCompletionMessageToolCall[] | null } | undefined,
): [name: string, args: string][] {
  return (message?.tool_calls ?? []).flatMap((call) =>
    "function" in call ? [[call.function.name, call.function.arguments]] : []
  );
}
