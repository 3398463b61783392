/**
 * Messages as a conversation for Gemini.
 *
 * @module
 */

import type { FetchedMedia } from "../../domain/ports.ts";
import { isGoogleCallId } from "../gemini/generate/call_ids.ts";
import {
  type Conversation,
  ConversationBuilder,
  type ToldCall,
  type ToldResult,
} from "../gemini/generate/conversation.ts";
import type { FunctionNames } from "../gemini/generate/function_names.ts";
import type { ModelTraits } from "../gemini/generate/model_table.ts";
import type { Part } from "../gemini/generate/request.ts";
import { imagePart, partsOf, textsOf } from "./content_parts.ts";
import { signatureIn, toolPartsIn } from "./extra_content.ts";
import type {
  AssistantMessage,
  FunctionMessage,
  Message,
  MessageToolCall,
  ToolMessage,
} from "./message.ts";
import { argumentsOf, responseOf } from "./tool_results.ts";

/** What it takes to read messages. */
export interface MessagesOptions {
  /** What the model can do. */
  readonly traits: ModelTraits;
  /** Functions by the names that Gemini knows. */
  readonly names: FunctionNames;
  /** Files of the web that were fetched for this request. */
  readonly fetched: ReadonlyMap<string, FetchedMedia>;
}

/** A conversation, and what stands above it. */
export interface ReadMessages extends Conversation {
  /** System and developer messages from before the conversation; none where the model takes none. */
  readonly system: readonly Part[];
}

/**
 * Reads a conversation.
 *
 * @throws {RotatorError} `invalid_request` for a file that cannot be had.
 */
export function readMessages(
  messages: readonly Message[],
  options: MessagesOptions,
): ReadMessages {
  const { traits } = options;
  const leading = messages.findIndex(({ role }) => role !== "system" && role !== "developer");
  const isAllSystem = leading < 0;
  const above = messages.slice(0, isAllSystem ? messages.length : leading)
    .flatMap(({ content }) => textsOf(content)).map((text) => ({ text }));

  const builder = new ConversationBuilder(traits);
  const isFolded = isAllSystem || !traits.systemInstruction;
  if (isFolded) builder.user(above);
  if (!isAllSystem) tell(messages, leading, { builder, options });
  return { system: isFolded ? [] : above, ...builder.build() };
}

interface Telling {
  readonly builder: ConversationBuilder;
  readonly options: MessagesOptions;
}

/** Tells a conversation from a message on. */
function tell(messages: readonly Message[], from: number, { builder, options }: Telling): void {
  const told = new Set<Message>();
  for (let index = from; index < messages.length; index++) {
    const message = messages[index];
    if (message === undefined || told.has(message)) continue;
    const at = `messages[${index}]`;
    switch (message.role) {
      case "assistant": {
        const turn = turnAt(messages, index);
        const results = resultsAfter(messages, index + turn.length - 1);
        [...turn, ...results].forEach(([, message]) => told.add(message));
        tellTurn(turn, results, { builder, options });
        break;
      }
      case "tool":
      case "function":
        tellTurn([], [[index, message]], { builder, options });
        break;
      default:
        builder.user(partsOf(message.content, { ...options, at: `${at}.content` }));
    }
  }
}

type Placed<M> = readonly [index: number, message: M];
type ResultMessage = ToolMessage | FunctionMessage;

/** One message, and calls that come right after it: some clients write each of several as a message. */
function turnAt(messages: readonly Message[], from: number): Placed<AssistantMessage>[] {
  const turn: Placed<AssistantMessage>[] = [];
  for (let index = from; index < messages.length; index++) {
    const message = messages[index];
    if (message?.role !== "assistant") break;
    if (turn.length > 0 && callsOf(message).length === 0) break;
    turn.push([index, message]);
  }
  return turn;
}

/** Results may come in any order, even after the user has spoken, but before the model speaks again. */
function resultsAfter(messages: readonly Message[], answerAt: number): Placed<ResultMessage>[] {
  const results: Placed<ResultMessage>[] = [];
  for (let index = answerAt + 1; index < messages.length; index++) {
    const message = messages[index];
    if (message === undefined || message.role === "assistant") break;
    if (message.role === "tool" || message.role === "function") results.push([index, message]);
  }
  return results;
}

/** What the model said and called, and what the functions answered. */
function tellTurn(
  turn: readonly Placed<AssistantMessage>[],
  results: readonly Placed<ResultMessage>[],
  { builder, options }: Telling,
): void {
  const parts = turn.flatMap(([index, message]) =>
    answerParts(message, `messages[${index}]`, options)
  );
  const calls = turn.flatMap(([, message]) => callsOf(message))
    .map((call) => toldCall(call, options));
  const answers = results.map(([index, message]) => ({
    message,
    parts: resultParts(message, `messages[${index}]`, options),
  }));
  builder.model(parts, calls, answers.map(toldResult));
  // A result can hold bytes, but no reference to a file of Google's.
  builder.user(answers.flatMap(({ parts }) => parts.filter(({ fileData }) => fileData)));
}

/** What the model said, in the order in which Gemini says it; its signature is that of its last text. */
function answerParts(message: AssistantMessage, at: string, options: MessagesOptions): Part[] {
  const said = [
    ...partsOf(message.content, { ...options, at: `${at}.content` }),
    ...partsOf(message.refusal, { ...options, at: `${at}.refusal` }),
  ];
  const signature = signatureIn(message.extra_content);
  const lastText = said.findLastIndex(({ text }) => text !== undefined);
  if (signature !== null && lastText >= 0) {
    said[lastText] = { ...said[lastText], thoughtSignature: signature };
  } else if (signature !== null && callsOf(message).length === 0) {
    said.push({ text: "", thoughtSignature: signature });
  }
  const images = (message.images ?? []).map((image, index) =>
    imagePart(image, { ...options, at: `${at}.images[${index}]` })
  );
  return [...toolPartsIn(message.extra_content), ...said, ...images];
}

function callsOf({ tool_calls, function_call }: AssistantMessage): MessageToolCall[] {
  return [...tool_calls ?? [], ...function_call ? [{ function: function_call }] : []];
}

function toldCall(call: MessageToolCall, { names }: MessagesOptions): ToldCall {
  const name = call.function?.name ?? call.custom?.name ?? "";
  const args = call.custom
    ? { input: call.custom.input ?? "" }
    : argumentsOf(call.function?.arguments);
  return {
    // The older form has no ids: there a result names its function.
    callId: call.id ?? name,
    call: {
      ...(call.id && isGoogleCallId(call.id) && { id: call.id }),
      name: names.toGemini(name),
      args,
    },
    signature: signatureIn(call.extra_content),
  };
}

function resultParts({ content }: ResultMessage, at: string, options: MessagesOptions): Part[] {
  return typeof content === "string" ? [] : partsOf(content, { ...options, at: `${at}.content` });
}

function toldResult({ message, parts }: { message: ResultMessage; parts: Part[] }): ToldResult {
  return {
    callId: message.role === "tool" ? message.tool_call_id : message.name,
    response: responseOf(textsOf(message.content).join("")),
    files: parts.flatMap(({ inlineData }) => inlineData ?? []),
  };
}
