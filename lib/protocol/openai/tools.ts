/**
 * Tools and how they are to be used, for Gemini.
 *
 * @module
 */

import type { FunctionNames } from "../gemini/generate/function_names.ts";
import type { ModelTraits } from "../gemini/generate/model_table.ts";
import type {
  BuiltInTool,
  FunctionDeclaration,
  Tool,
  ToolConfig,
} from "../gemini/generate/request.ts";
import { isEmptyParameters } from "../gemini/schema/empty_parameters.ts";
import { type JsonRecord, recordOf, textOf } from "../json.ts";
import type { ChatRequest } from "./chat_request.ts";
import { wrongField } from "../check_request.ts";
import { type SchemaForm, schemaIn } from "./schema_form.ts";
import type { FunctionEntry, ToolChoice, ToolEntry } from "./tool.ts";

/** The tools of a request. */
export interface RequestTools {
  /** Functions that the client can run, in order. */
  readonly functions: readonly FunctionEntry[];
  /** Those of them that take one text, by name. */
  readonly custom: ReadonlySet<string>;
  /** Tools that Google runs, by name. */
  readonly builtIn: ReadonlyMap<BuiltInTool, JsonRecord>;
}

/** What Gemini is told of tools. */
export interface ToolFields {
  /** Absent when there are none. */
  readonly tools?: readonly Tool[];
  /** Absent when there is nothing to say. */
  readonly toolConfig?: ToolConfig;
}

/**
 * The tools that a client names, in whatever form.
 *
 * @throws {RotatorError} `invalid_request` for a tool that we do not know.
 */
export function readTools({ tools, functions, web_search_options }: ChatRequest): RequestTools {
  const found: FunctionEntry[] = [...functions ?? []];
  const custom = new Set<string>();
  const builtIn = new Map<BuiltInTool, JsonRecord>();
  for (const [index, tool] of (tools ?? []).entries()) {
    const googles = builtInOf(tool);
    if (googles !== null) {
      builtIn.set(...googles);
    } else if (tool.custom) {
      custom.add(tool.custom.name);
      found.push({ ...tool.custom, parameters: ONE_TEXT });
    } else if (tool.function) {
      found.push(tool.function);
    } else {
      throw unknownTool(tool, index);
    }
  }
  if (web_search_options) builtIn.set("googleSearch", {});
  return { functions: distinct(found), custom, builtIn };
}

/** Gemini refuses a name that is declared twice; clients that collect tools from many places send such. */
function distinct(functions: readonly FunctionEntry[]): FunctionEntry[] {
  const byName = Map.groupBy(functions, ({ name }) => name);
  return [...byName.values()].flatMap((sameName) => sameName.slice(0, 1));
}

/**
 * The tools for Gemini, as far as the model takes them together.
 *
 * @throws {RotatorError} `invalid_request` for a choice that names no tool of the request.
 */
export function toolFields(
  { functions, builtIn }: RequestTools,
  { choice, names, traits, form }: {
    readonly choice: ChatRequest["tool_choice"];
    readonly names: FunctionNames;
    readonly traits: ModelTraits;
    readonly form: SchemaForm;
  },
): ToolFields {
  const isMixed = functions.length > 0 && builtIn.size > 0;
  // Google has no way to tell its own tools to keep still, but to leave them out.
  const googles: Tool[] = choice === "none" || (isMixed && !traits.mixedTools)
    ? []
    : [...builtIn].map(([name, settings]) => ({ [name]: settings }));
  if (functions.length === 0) return googles.length === 0 ? {} : { tools: googles };

  const declarations = functions.map((entry) => declarationOf(entry, { names, form }));
  const callingConfig = callingConfigOf(choice, { functions, names });
  const toolConfig: ToolConfig = {
    ...(callingConfig && { functionCallingConfig: callingConfig }),
    ...(googles.length > 0 && { includeServerSideToolInvocations: true }),
  };
  return {
    tools: [...googles, { functionDeclarations: declarations }],
    ...(Object.keys(toolConfig).length > 0 && { toolConfig }),
  };
}

/** The tools of Google's that a model does not take beside functions. */
export function droppedTools(
  { functions, builtIn }: RequestTools,
  { mixedTools }: Pick<ModelTraits, "mixedTools">,
): readonly BuiltInTool[] {
  return functions.length > 0 && !mixedTools ? [...builtIn.keys()] : [];
}

const ONE_TEXT = {
  type: "object",
  properties: { input: { type: "string" } },
  required: ["input"],
};

/** Google's tools by the names that clients give them. */
const BUILT_IN: Readonly<Record<string, BuiltInTool>> = {
  web_search: "googleSearch",
  web_search_preview: "googleSearch",
  google_search: "googleSearch",
  googleSearch: "googleSearch",
  google_search_retrieval: "googleSearch",
  code_interpreter: "codeExecution",
  code_execution: "codeExecution",
  codeExecution: "codeExecution",
  url_context: "urlContext",
  urlContext: "urlContext",
  google_maps: "googleMaps",
  googleMaps: "googleMaps",
  file_search: "fileSearch",
  fileSearch: "fileSearch",
};

function builtInOf(tool: ToolEntry): [BuiltInTool, JsonRecord] | null {
  const { type, function: entry } = tool;
  if (type && type !== "function" && Object.hasOwn(BUILT_IN, type)) {
    const name = BUILT_IN[type] ?? "googleSearch";
    const stores = tool.vector_store_ids;
    return [name, name === "fileSearch" && stores ? { fileSearchStoreNames: stores } : {}];
  }
  // A function of this name without parameters is a common way to ask for the search.
  if (entry && /^google_?search$/i.test(entry.name) && isEmptyParameters(entry.parameters)) {
    return ["googleSearch", {}];
  }
  const googles = type ? undefined : Object.keys(tool).find((key) => Object.hasOwn(BUILT_IN, key));
  return googles === undefined
    ? null
    : [BUILT_IN[googles] ?? "googleSearch", recordOf(tool[googles]) ?? {}];
}

const TOOL_TYPES = "must be function, custom, or a tool that Gemini has: web_search, " +
  "code_interpreter, url_context, google_maps, file_search";

function unknownTool({ type }: ToolEntry, index: number): Error {
  const at = `tools[${index}]`;
  switch (type) {
    case "function":
    case "custom":
      return wrongField(`${at}.${type}`, "is missing");
    case undefined:
    case null:
      return wrongField(`${at}.type`, "is missing");
    default:
      return wrongField(`${at}.type`, TOOL_TYPES);
  }
}

function declarationOf(
  { name, description, parameters }: FunctionEntry,
  { names, form }: { names: FunctionNames; form: SchemaForm },
): FunctionDeclaration {
  const declared = { name: names.toGemini(name), description: description || name };
  if (isEmptyParameters(parameters)) return declared;
  const { jsonSchema, openApi } = schemaIn(form, parameters);
  return jsonSchema === undefined
    ? { ...declared, parameters: { ...openApi, type: "object" } }
    : { ...declared, parametersJsonSchema: { ...jsonSchema, type: "object" } };
}

type CallingConfig = NonNullable<ToolConfig["functionCallingConfig"]>;

function callingConfigOf(
  choice: ChatRequest["tool_choice"],
  { functions, names }: { functions: readonly FunctionEntry[]; names: FunctionNames },
): CallingConfig | undefined {
  const known = new Set(functions.map(({ name }) => name));
  const allowed = (chosen: readonly string[], at: string) => {
    const stranger = chosen.find((name) => !known.has(name));
    if (stranger !== undefined) throw wrongField(at, "must name a function of tools");
    return chosen.map((name) => names.toGemini(name));
  };
  if (choice === null || choice === undefined || choice === "auto") return undefined;
  if (choice === "none") return { mode: "NONE" };
  if (choice === "required" || choice === "any") return { mode: "ANY" };
  if (choice.allowed_tools) {
    const { mode, tools } = choice.allowed_tools;
    const chosen = tools.map(nameOf).filter((name) => name !== null);
    if (chosen.length === 0) return { mode: "NONE" };
    return {
      mode: mode === "required" ? "ANY" : "VALIDATED",
      allowedFunctionNames: allowed(chosen, "tool_choice.allowed_tools.tools"),
    };
  }
  const name = nameOf(choice);
  if (name === null) {
    if (!Object.hasOwn(BUILT_IN, choice.type)) throw wrongField("tool_choice.type", TOOL_TYPES);
    // Google's own tools cannot be demanded; they are there, and that has to do.
    return undefined;
  }
  return { mode: "ANY", allowedFunctionNames: allowed([name], "tool_choice") };
}

function nameOf(named: Exclude<ToolChoice, string> | ToolEntry): string | null {
  return named.function?.name ?? named.custom?.name ?? textOf(recordOf(named)?.name);
}
