/**
 * A chat request as a call of Gemini's.
 *
 * The promise: every request gives a call, or an error that names the field; the request itself is never
 * changed; the same request gives the same bytes.
 *
 * @module
 */

import type { CallRef, FetchedMedia } from "../../domain/ports.ts";
import { canonicalJson } from "../exact_json.ts";
import type { GeminiCall } from "../gemini/exchange.ts";
import { FunctionNames } from "../gemini/generate/function_names.ts";
import type { ModelTraits } from "../gemini/generate/model_table.ts";
import type { Content, GenerateRequest, Part } from "../gemini/generate/request.ts";
import { replaceSignatures, signCalls, unsignedCalls } from "../gemini/generate/signed_calls.ts";
import { modelRoute, upstreamPath } from "../gemini/route.ts";
import type { JsonRecord } from "../json.ts";
import type { ChatRequest } from "./chat_request.ts";
import { generationConfig, isFormatDropped } from "./generation_config.ts";
import { camelCased, type GoogleSettings } from "./google_extras.ts";
import { type ReadMessages, readMessages } from "./messages.ts";
import type { SchemaForm } from "./schema_form.ts";
import { droppedTools, readTools, type RequestTools, toolFields } from "./tools.ts";

/** What it takes to make a call. */
export interface CallOptions {
  /** The model that is asked; the request may name it by an alias. */
  readonly model: string;
  /** What that model can do. */
  readonly traits: ModelTraits;
  /** Google's own settings. */
  readonly google: GoogleSettings;
  /** Files of the web that were fetched for this request. */
  readonly fetched: ReadonlyMap<string, FetchedMedia>;
  /** Whether clients may have Google keep their requests. */
  readonly mayStore: boolean;
}

/** How a call differs from the first one made for a request. */
export interface CallForm {
  /** In which form schemas are given. */
  readonly schemas: SchemaForm;
  /** Thought signatures as they are known, or placeholders for all of them. */
  readonly signatures: "known" | "replaced";
  /** Goes on with an answer that was longer than one call may be. */
  readonly continuationToken?: string;
}

const encoder = new TextEncoder();

/** A request, read and ready to be sent in one form or another. */
export class GenerateCall {
  /** Functions by the client's names and by Gemini's. */
  readonly names: FunctionNames;
  /** The tools of the request. */
  readonly tools: RequestTools;
  readonly #request: ChatRequest;
  readonly #options: CallOptions;
  readonly #messages: ReadMessages;
  readonly #unsigned: readonly Part[];
  #contents: readonly Content[];

  /**
   * Reads the request.
   *
   * @throws {RotatorError} `invalid_request`, naming the field.
   */
  constructor(request: ChatRequest, options: CallOptions) {
    this.#request = request;
    this.#options = options;
    this.tools = readTools(request);
    this.names = new FunctionNames(this.tools.functions.map(({ name }) => name));
    this.#messages = readMessages(request.messages, { ...options, names: this.names });
    this.#contents = this.#messages.contents;
    this.#unsigned = options.traits.signatures ? unsignedCalls(this.#contents) : [];
  }

  /** Calls in the history whose signatures Gemini wants and the client has lost. */
  get missingSignatures(): CallRef[] {
    return this.#unsigned.flatMap((part) => {
      const { functionCall } = part;
      if (functionCall === undefined) return [];
      const { name, args } = functionCall;
      return [{ callId: this.#messages.callIds.get(part) ?? "", name, args: canonicalJson(args) }];
    });
  }

  /** Puts the signatures in, in the order of {@linkcode missingSignatures}; null is one that nobody knows. */
  sign(signatures: readonly (string | null)[]): void {
    const found = new Map(this.#unsigned.map((part, at) => [part, signatures[at] ?? null]));
    this.#contents = signCalls(this.#messages.contents, found);
  }

  /** What of the request has no effect with this model, by the client's names. */
  get dropped(): string[] {
    const { traits } = this.#options;
    const hasTools = this.#hasTools;
    return [
      ...droppedTools(this.tools, traits).map((name) => `tools.${name}`),
      ...(isFormatDropped(this.#request, { hasTools, traits }) ? ["response_format"] : []),
    ];
  }

  get #hasTools(): boolean {
    return this.tools.functions.length > 0 || this.tools.builtIn.size > 0;
  }

  /** Whether the request has schemas, which a model may want in another form. */
  get hasSchemas(): boolean {
    return this.tools.functions.some(({ parameters }) => parameters !== undefined) ||
      this.#request.response_format?.type === "json_schema";
  }

  /**
   * The call in this form.
   *
   * @throws {RotatorError} `invalid_request`, naming the field.
   */
  in(form: CallForm): GeminiCall {
    const { model } = this.#options;
    const streams = this.#request.stream === true;
    const route = modelRoute(streams ? "streamGenerateContent" : "generateContent", model);
    return {
      method: route.verb,
      target: upstreamPath(route) + (streams ? "?alt=sse" : ""),
      headers: [["content-type", "application/json"]],
      body: encoder.encode(JSON.stringify(this.body(form))),
      model,
      framing: streams ? "sse" : null,
      readHere: true,
    };
  }

  /**
   * What the call says.
   *
   * @throws {RotatorError} `invalid_request`, naming the field.
   */
  body({ schemas, signatures, continuationToken }: CallForm): GenerateRequest {
    const { traits, google, mayStore } = this.#options;
    const { service_tier, store, tool_choice } = this.#request;
    const { system } = this.#messages;
    const config = generationConfig(this.#request, {
      google,
      traits,
      form: schemas,
      hasTools: this.#hasTools,
    });
    const { names } = this;
    const choice = tool_choice ?? legacyChoice(this.#request);
    const goesOnWith = continuationToken ?? google.continuation_token;
    return {
      contents: signatures === "known" ? this.#contents : replaceSignatures(this.#contents),
      ...(system.length > 0 && { systemInstruction: { parts: system } }),
      ...toolFields(this.tools, { choice, names, traits, form: schemas }),
      ...(google.safety_settings && {
        safetySettings: camelCased(google.safety_settings) as readonly JsonRecord[],
      }),
      ...(Object.keys(config).length > 0 && { generationConfig: config }),
      ...(google.cached_content && { cachedContent: google.cached_content }),
      ...tierOf(service_tier),
      store: mayStore && store === true,
      ...(goesOnWith && { continuationToken: goesOnWith }),
    };
  }
}

function legacyChoice({ function_call }: ChatRequest): ChatRequest["tool_choice"] {
  return typeof function_call === "object" && function_call !== null
    ? { type: "function", function: function_call }
    : function_call;
}

function tierOf(tier: ChatRequest["service_tier"]): Pick<GenerateRequest, "serviceTier"> {
  switch (tier) {
    case "flex":
      return { serviceTier: "flex" };
    case "priority":
    case "fast":
      return { serviceTier: "priority" };
    default:
      return {};
  }
}
