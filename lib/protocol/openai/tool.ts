/**
 * Tools and how they are to be used, as OpenAI's clients write them.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/create#chat-create-tools
 * @module
 */

import * as v from "valibot";
import { fields, type Maybe, type Schema } from "../check_request.ts";
import { anyObject, listOf, maybe, objectOf, oneOf, text } from "../fields.ts";
import { recordOf } from "../json.ts";

/** A tool of the client's, or one of Google's by its name. */
export interface ToolEntry {
  /** `function`, `custom`, or the name of a tool that Google runs. */
  readonly type?: Maybe<string>;
  /** What a `function` is. */
  readonly function?: Maybe<FunctionEntry>;
  /** What a `custom` tool is: it takes one text. */
  readonly custom?: Maybe<{ readonly name: string; readonly description?: Maybe<string> }>;
  /** Where a `file_search` looks. */
  readonly vector_store_ids?: Maybe<readonly string[]>;
  /** Some clients write Google's own form: `{"googleSearch": {}}`. */
  readonly [other: string]: unknown;
}

/** A function that the client can run. */
export interface FunctionEntry {
  /** By which the model calls it. */
  readonly name: string;
  /** What it does. */
  readonly description?: Maybe<string>;
  /** JSON Schema of its arguments. */
  readonly parameters?: Maybe<Record<string, unknown>>;
}

/** Whether tools are to be used, and which. */
export type ToolChoice =
  | "none"
  | "auto"
  | "required"
  | "any"
  | {
    /** `function`, `custom` or `allowed_tools`; others name tools of Google's. */
    readonly type: string;
    /** The one to call. */
    readonly function?: Maybe<{ readonly name: string }>;
    /** The same of a custom tool. */
    readonly custom?: Maybe<{ readonly name: string }>;
    /** The ones to choose from. */
    readonly allowed_tools?: Maybe<AllowedTools>;
  };

/** Some of the tools. */
export interface AllowedTools {
  /** Whether one of them has to be called. */
  readonly mode: "auto" | "required";
  /** Which they are. */
  readonly tools: readonly ToolEntry[];
}

const named = fields({ name: text });

/** A function. */
export const functionEntry: Schema<FunctionEntry> = fields({
  name: text,
  description: maybe(text),
  parameters: maybe(anyObject),
});

/** A tool. */
export const toolEntry: Schema<ToolEntry> = v.looseObject({
  type: maybe(text),
  function: maybe(functionEntry),
  custom: maybe(objectOf({ name: text, description: maybe(text) })),
  vector_store_ids: maybe(listOf(text)),
}, "must be an object");

// What an entry of `allowed_tools` names needs no more than its name.
const allowedTool: Schema<ToolEntry> = v.looseObject({
  type: maybe(text),
  function: maybe(named),
  custom: maybe(named),
}, "must be an object");

const allowedTools: Schema<AllowedTools> = fields({
  mode: oneOf(["auto", "required"]),
  tools: listOf(allowedTool),
});

/** How tools are to be used. */
export const toolChoice: Schema<ToolChoice> = v.pipe(
  v.unknown(),
  v.transform(nested),
  v.lazy((value): Schema<ToolChoice> => {
    if (typeof value === "string") return oneOf(["none", "auto", "required", "any"]);
    switch (recordOf(value)?.type) {
      case "function":
        return fields({ type: text, function: named });
      case "custom":
        return fields({ type: text, custom: named });
      case "allowed_tools":
        return fields({ type: text, allowed_tools: allowedTools });
      default:
        return fields({ type: text });
    }
  }),
);

/** The flat forms of the Responses API, and of Anthropic's, as chats have them. */
function nested(value: unknown): unknown {
  const choice = recordOf(value) ?? {};
  switch (choice.type) {
    case "tool":
    case "function":
      return "name" in choice ? { type: "function", function: { name: choice.name } } : value;
    case "custom":
      return "name" in choice ? { type: "custom", custom: { name: choice.name } } : value;
    case "allowed_tools":
      return "tools" in choice
        ? { type: "allowed_tools", allowed_tools: { mode: choice.mode, tools: choice.tools } }
        : value;
    case "none":
    case "auto":
    case "any":
      return choice.type;
    default:
      return value;
  }
}

/** `function_call`, the older form: a word, or the name of a function. */
export const functionCallChoice: Schema<"none" | "auto" | { readonly name: string }> = v.lazy(
  (value): Schema<"none" | "auto" | { readonly name: string }> =>
    typeof value === "string" ? oneOf(["none", "auto"]) : named,
);

/** What a `web_search` may be told; Google's takes nothing of it. */
export const webSearchOptions: Schema<Record<string, unknown>> = anyObject;
