/**
 * A request to generate, once it has been read: what the rules and the answers look at.
 *
 * @module
 */

import { type Message, readMessage } from "./read_message.ts";
import type { GoogleError } from "./google_error.ts";

/** A request to generate. */
export interface GenerateRequest {
  contents?: readonly Content[];
  systemInstruction?: Content;
  tools?: readonly Tool[];
  toolConfig?: ToolConfig;
  generationConfig?: GenerationConfig;
}

/** What one side says. */
export interface Content {
  role?: string;
  parts?: readonly Part[];
}

/** A piece of a content. */
export interface Part {
  text?: string;
  thought?: boolean;
  thoughtSignature?: string;
  inlineData?: { mimeType?: string; data?: string };
  fileData?: { mimeType?: string; fileUri?: string };
  functionCall?: FunctionCall;
  functionResponse?: { id?: string; name?: string; response?: Message };
}

/** A call of a function. */
export interface FunctionCall {
  id?: string;
  name?: string;
  args?: Message;
}

/** Functions, or something that Google runs itself. */
export interface Tool extends Readonly<Record<string, unknown>> {
  functionDeclarations?: readonly FunctionDeclaration[];
}

/** A function that may be called. */
export interface FunctionDeclaration {
  name?: string;
  parameters?: Schema;
  parametersJsonSchema?: unknown;
}

/** A schema in the OpenAPI subset. */
export interface Schema {
  type?: string;
  enum?: readonly string[];
  items?: Schema;
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  anyOf?: readonly Schema[];
}

/** How tools are to be used. */
export interface ToolConfig {
  functionCallingConfig?: { mode?: string; allowedFunctionNames?: readonly string[] };
  includeServerSideToolInvocations?: boolean;
}

/** How to generate; numbers may come as strings. */
export interface GenerationConfig {
  candidateCount?: number | string;
  stopSequences?: readonly string[];
  temperature?: number | string;
  topP?: number | string;
  responseLogprobs?: boolean;
  logprobs?: number | string;
  responseMimeType?: string;
  responseSchema?: Schema;
  responseJsonSchema?: unknown;
  responseModalities?: readonly string[];
  thinkingConfig?: {
    includeThoughts?: boolean;
    thinkingBudget?: number | string;
    thinkingLevel?: string;
  };
}

/** Reads the body of a request to generate. */
export function readGenerateRequest(
  body: Message,
): { request: GenerateRequest; fault: GoogleError | undefined } {
  const { message, fault } = readMessage(body, "GenerateContentRequest");
  // The table of messages has checked what the types say.
  return { request: message as GenerateRequest, fault };
}

/** The functions that a request declares. */
export function declarationsOf({ tools = [] }: GenerateRequest): readonly FunctionDeclaration[] {
  return tools.flatMap(({ functionDeclarations = [] }) => functionDeclarations);
}

/** Whether the answer has to be JSON. */
export function wantsJson({ generationConfig: config = {} }: GenerateRequest): boolean {
  return config.responseMimeType === "application/json" ||
    config.responseSchema !== undefined || config.responseJsonSchema !== undefined;
}
