/**
 * The messages of Gemini's requests: every field by name, with what it holds.
 *
 * A field is `name`, `name:kind`, `name:kind*` for a list or `name:kind{}` for a map. A kind
 * is a message of this table, an enum, a scalar, or nothing where anything goes.
 *
 * Taken from Google's OpenAPI export of v1beta (20251218), with the fields that came later.
 *
 * @module
 */

/** A field of a message. */
export interface Field {
  name: string;
  kind: string;
  shape: "one" | "list" | "map";
}

const MESSAGES: Readonly<Record<string, string>> = {
  GenerateContentRequest: `model:string contents:Content* systemInstruction:Content tools:Tool*
    toolConfig:ToolConfig safetySettings:SafetySetting* generationConfig:GenerationConfig
    cachedContent:string serviceTier:string store:bool continuationToken:bytes`,
  EmbedContentRequest: `model:string content:Content taskType:string title:string
    outputDimensionality:int32`,
  BatchEmbedContentsRequest: "model:string requests:EmbedContentRequest*",

  Content: "role:string parts:Part*",
  Part: `text:string inlineData:Blob fileData:FileData functionCall:FunctionCall
    functionResponse:FunctionResponse executableCode:ExecutableCode
    codeExecutionResult:CodeExecutionResult toolCall:ToolCall toolResponse:ToolResponse
    thought:bool thoughtSignature:bytes videoMetadata:VideoMetadata
    mediaResolution:MediaResolution partMetadata:Struct audioTranscription speechMetadata
    mediaProcessing`,
  Blob: "mimeType:string data:bytes",
  FileData: "mimeType:string fileUri:string",
  FunctionCall: "id:string name:string args:Struct",
  FunctionResponse: `id:string name:string response:Struct parts:FunctionResponsePart*
    willContinue:bool scheduling`,
  FunctionResponsePart: "inlineData:Blob fileData:FileData",
  ExecutableCode: "id:string language code:string",
  CodeExecutionResult: "id:string outcome output:string",
  ToolCall: "id:string toolType args:Struct",
  ToolResponse: "id:string toolType response:Struct",
  VideoMetadata: "startOffset endOffset fps:number",
  MediaResolution: "level",

  Tool: `functionDeclarations:FunctionDeclaration* googleSearch googleSearchRetrieval googleMaps
    urlContext codeExecution fileSearch computerUse mcpServers`,
  FunctionDeclaration: `name:string description:string parameters:Schema parametersJsonSchema
    response:Schema responseJsonSchema behavior`,
  Schema: `type:Type format:string title:string description:string nullable:bool enum:string*
    items:Schema maxItems:int64 minItems:int64 properties:Schema{} required:string*
    minProperties:int64 maxProperties:int64 minimum:number maximum:number minLength:int64
    maxLength:int64 pattern:string example anyOf:Schema* propertyOrdering:string* default`,
  ToolConfig: `functionCallingConfig:FunctionCallingConfig retrievalConfig
    includeServerSideToolInvocations:bool`,
  FunctionCallingConfig: "mode:FunctionCallingConfig.Mode allowedFunctionNames:string*",

  SafetySetting: "category:HarmCategory threshold:SafetySetting.HarmBlockThreshold",
  GenerationConfig: `candidateCount:int32 stopSequences:string* maxOutputTokens:int32
    temperature:number topP:number topK:int32 seed:int32 responseMimeType:string
    responseSchema:Schema responseJsonSchema _responseJsonSchema presencePenalty:number
    frequencyPenalty:number responseLogprobs:bool logprobs:int32 enableEnhancedCivicAnswers:bool
    responseModalities:GenerationConfig.Modality* speechConfig:SpeechConfig
    thinkingConfig:ThinkingConfig imageConfig:ImageConfig mediaResolution`,
  ThinkingConfig:
    "includeThoughts:bool thinkingBudget:int32 thinkingLevel:ThinkingConfig.ThinkingLevel",
  SpeechConfig: "voiceConfig multiSpeakerVoiceConfig languageCode:string",
  ImageConfig: "aspectRatio:string imageSize:string",
};

const ENUMS: Readonly<Record<string, string>> = {
  "Type": "TYPE_UNSPECIFIED STRING NUMBER INTEGER BOOLEAN ARRAY OBJECT NULL",
  "FunctionCallingConfig.Mode": "MODE_UNSPECIFIED AUTO ANY NONE VALIDATED",
  "GenerationConfig.Modality": "MODALITY_UNSPECIFIED TEXT IMAGE AUDIO",
  "ThinkingConfig.ThinkingLevel": "THINKING_LEVEL_UNSPECIFIED MINIMAL LOW MEDIUM HIGH",
  "HarmCategory": `HARM_CATEGORY_UNSPECIFIED HARM_CATEGORY_HARASSMENT HARM_CATEGORY_HATE_SPEECH
    HARM_CATEGORY_SEXUALLY_EXPLICIT HARM_CATEGORY_DANGEROUS_CONTENT HARM_CATEGORY_CIVIC_INTEGRITY`,
  "SafetySetting.HarmBlockThreshold": `HARM_BLOCK_THRESHOLD_UNSPECIFIED BLOCK_LOW_AND_ABOVE
    BLOCK_MEDIUM_AND_ABOVE BLOCK_ONLY_HIGH BLOCK_NONE OFF`,
};

const FIELDS = new Map(
  Object.entries(MESSAGES).map(([message, fields]) => [
    message,
    new Map(words(fields).map(fieldFrom).map((field) => [field.name, field])),
  ]),
);
const VALUES = new Map(
  Object.entries(ENUMS).map(([name, values]) => [name, new Set(words(values))]),
);

/** The fields of a message by name; `undefined` for a kind that is no message. */
export function fieldsOf(kind: string): ReadonlyMap<string, Field> | undefined {
  return FIELDS.get(kind);
}

/** The values of an enum; `undefined` for a kind that is none. */
export function valuesOf(kind: string): ReadonlySet<string> | undefined {
  return VALUES.get(kind);
}

function fieldFrom(word: string): Field {
  const [, name = "", kind = "", mark = ""] = /^(\w+)(?::([\w.]+))?(\*|\{\})?$/.exec(word) ?? [];
  return { name, kind, shape: mark === "*" ? "list" : mark === "{}" ? "map" : "one" };
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
