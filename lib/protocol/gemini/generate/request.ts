/**
 * What `generateContent` takes, as far as dialects make use of it.
 *
 * @see https://ai.google.dev/api/generate-content
 * @module
 */

import type { JsonRecord } from "../../json.ts";
import type { JsonSchema } from "../schema/json_schema.ts";
import type { OpenApiSchema } from "../schema/openapi_schema.ts";

/** The body of a call. */
export interface GenerateRequest {
  /** The conversation; never empty. */
  readonly contents: readonly Content[];
  /** What stands above the conversation. */
  readonly systemInstruction?: { readonly parts: readonly Part[] };
  /** Functions of the client's, and tools that Google runs. */
  readonly tools?: readonly Tool[];
  /** How the functions are to be used. */
  readonly toolConfig?: ToolConfig;
  /** What is to be blocked. */
  readonly safetySettings?: unknown;
  /** How the answer is made. */
  readonly generationConfig?: GenerationConfig;
  /** A cache that the conversation continues. */
  readonly cachedContent?: string;
  /** Whether Google may keep the request; its default depends on the project. */
  readonly store?: boolean;
  /** How urgent it is. */
  readonly serviceTier?: "flex" | "priority";
  /** Goes on with an answer that was longer than one call may be. */
  readonly continuationToken?: string;
}

/** One turn of a conversation. */
export interface Content {
  /** Who says it; results of functions are the user's. */
  readonly role: "user" | "model";
  /** What is said, in order. */
  readonly parts: readonly Part[];
}

/** One thing that is said; exactly one of the first group is set. */
export interface Part {
  /** Text. */
  readonly text?: string;
  /** Bytes in base64. */
  readonly inlineData?: Blob;
  /** A file that Google has, or fetches itself. */
  readonly fileData?: { readonly fileUri: string; readonly mimeType?: string };
  /** A model's wish to call a function. */
  readonly functionCall?: FunctionCall;
  /** What the function answered. */
  readonly functionResponse?: FunctionResponse;
  /** A step of a tool that Google runs, given back as it came. */
  readonly toolCall?: JsonRecord;
  /** Its result. */
  readonly toolResponse?: JsonRecord;

  /** Opaque: what the model thought, for the model alone. It belongs to this part. */
  readonly thoughtSignature?: string;
  /** How closely the model looks. */
  readonly mediaResolution?: { readonly level: string };
}

/** Bytes with their type. */
export interface Blob {
  /** Such as `image/png`. */
  readonly mimeType: string;
  /** Standard base64, with padding. */
  readonly data: string;
}

/** A call of a function. */
export interface FunctionCall {
  /** Google's own id, where it gave one. */
  readonly id?: string;
  /** Of a declared function. */
  readonly name: string;
  /** By the names of its parameters. */
  readonly args: JsonRecord;
}

/** The result of a function. */
export interface FunctionResponse {
  /** That of the call, where it has one. */
  readonly id?: string;
  /** That of the call. */
  readonly name: string;
  /** Always an object. */
  readonly response: JsonRecord;
  /** Files that belong to it. */
  readonly parts?: readonly { readonly inlineData: Blob }[];
}

/** Functions of the client's, or one tool of Google's by its name. */
export type Tool =
  | { readonly functionDeclarations: readonly FunctionDeclaration[] }
  | { readonly [Name in BuiltInTool]?: JsonRecord };

/** The tools that Google runs. */
export type BuiltInTool =
  | "googleSearch"
  | "codeExecution"
  | "urlContext"
  | "googleMaps"
  | "fileSearch";

/** A function that the client can run. */
export interface FunctionDeclaration {
  /** 1 to 64 letters, digits, underscores, colons, dots and dashes. */
  readonly name: string;
  /** What it does. */
  readonly description: string;
  /** JSON Schema of its arguments. */
  readonly parametersJsonSchema?: JsonSchema;
  /** The same in the older form; only one of the two may be given. */
  readonly parameters?: OpenApiSchema;
}

/** How functions are to be used. */
export interface ToolConfig {
  /** Only with declarations. */
  readonly functionCallingConfig?: {
    /** `VALIDATED` is `AUTO` that keeps to the schemas. */
    readonly mode: "AUTO" | "ANY" | "NONE" | "VALIDATED";
    /** Only with `ANY` and `VALIDATED`. */
    readonly allowedFunctionNames?: readonly string[];
  };
  /** Lets functions and Google's tools be mixed, from Gemini 3 on. */
  readonly includeServerSideToolInvocations?: boolean;
}

/** How the answer is made. */
export interface GenerationConfig {
  /** 0 to 2. */
  readonly temperature?: number;
  /** 0 to 1. */
  readonly topP?: number;
  /** From how many of the likeliest tokens the next is taken. */
  readonly topK?: number;
  /** How many answers. */
  readonly candidateCount?: number;
  /** Thoughts count too. */
  readonly maxOutputTokens?: number;
  /** At most five. */
  readonly stopSequences?: readonly string[];
  /** 32 bits, signed. */
  readonly seed?: number;
  /** -2 to 2. */
  readonly presencePenalty?: number;
  /** -2 to 2. */
  readonly frequencyPenalty?: number;
  /** Whether probabilities are told. */
  readonly responseLogprobs?: boolean;
  /** Of how many other tokens, 0 to 20. */
  readonly logprobs?: number;
  /** `application/json` for JSON. */
  readonly responseMimeType?: string;
  /** The JSON Schema of the answer. */
  readonly responseJsonSchema?: JsonSchema;
  /** The same in the older form. */
  readonly responseSchema?: OpenApiSchema;
  /** Among `TEXT`, `IMAGE` and `AUDIO`. */
  readonly responseModalities?: readonly string[];
  /** The voice of an answer that is spoken. */
  readonly speechConfig?: unknown;
  /** Shape and size of images. */
  readonly imageConfig?: unknown;
  /** How closely the model looks at files. */
  readonly mediaResolution?: string;
  /** How much it thinks first. */
  readonly thinkingConfig?: ThinkingConfig;
}

/** How much a model thinks first; level and budget exclude each other. */
export interface ThinkingConfig {
  /** Whether summaries of its thoughts are part of the answer. */
  readonly includeThoughts?: boolean;
  /** From Gemini 3 on. */
  readonly thinkingLevel?: ThinkingLevel;
  /** Tokens, for Gemini 2.5; 0 is none, -1 as many as it likes. */
  readonly thinkingBudget?: number;
}

/** From little to much. */
export type ThinkingLevel = "MINIMAL" | "LOW" | "MEDIUM" | "HIGH";
