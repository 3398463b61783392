/**
 * Says what a request asks for: calls, JSON, pictures, sounds, or an echo.
 *
 * A prompt asks with lines of its own: `call NAME {…}` for a call, `json {…}` for a value.
 *
 * @module
 */

import {
  declarationsOf,
  type FunctionCall,
  type GenerateRequest,
  type Part,
  wantsJson,
} from "./generate_request.ts";
import { lettersFrom } from "./letters.ts";
import { PICTURE, soundOf } from "./media.ts";
import type { ModelTraits } from "./model_traits.ts";
import { cutText, echo, partByPart, type Speech, type SpeechSize } from "./speech.ts";
import { signatureOf } from "./thought_signature.ts";

/** What a speech depends on besides its request. */
export interface SpeechSetting extends SpeechSize {
  model: ModelTraits;
  /** What the last content says. */
  prompt: string;
  /** Makes the ids of calls differ between answers. */
  responseId: string;
}

const CALL = /^call (\S+) (\{.*\})$/gm;
const JSON_LINE = /^json (.+)$/m;

/** What a model says to a request. */
export function speechFor(request: GenerateRequest, setting: SpeechSetting): Speech {
  const { includeThoughts = false } = request.generationConfig?.thinkingConfig ?? {};
  const speech = answerTo(request, setting);
  const thinks = setting.model.thinking.kind !== "none";
  return includeThoughts && thinks ? { ...speech, thought: "Thinking about it." } : speech;
}

function answerTo(request: GenerateRequest, setting: SpeechSetting): Speech {
  const { model, prompt, events } = setting;
  const results = resultsIn(request);
  const calls = results.length > 0 ? [] : callsFor(request, prompt);
  if (calls.length > 0) return partByPart(calls.map((call, n) => callPart(call, n, setting)));
  if (wantsJson(request)) return cutText(JSON_LINE.exec(prompt)?.[1] ?? "{}", setting);
  if (results.length > 0) return cutText(`The tools said: ${results.join(", ")}`, setting);

  const modalities = request.generationConfig?.responseModalities ?? model.modalities;
  if (modalities.includes("AUDIO")) return soundOf(events);
  if (!modalities.includes("IMAGE")) return echo(prompt, setting);
  return partByPart(modalities.includes("TEXT") ? [{ text: "Here it is." }, PICTURE] : [PICTURE]);
}

/** The results of tools in the last content, as JSON. */
function resultsIn({ contents = [] }: GenerateRequest): string[] {
  return (contents.at(-1)?.parts ?? [])
    .flatMap(({ functionResponse }) => functionResponse ?? [])
    .map(({ response }) => JSON.stringify(response));
}

function callsFor(request: GenerateRequest, prompt: string): FunctionCall[] {
  const [first] = declarationsOf(request);
  const { mode = "AUTO", allowedFunctionNames = [] } = request.toolConfig?.functionCallingConfig ??
    {};
  if (first === undefined || mode === "NONE") return [];

  const asked = prompt.matchAll(CALL).map(([, name = "", args = ""]) => ({
    name,
    args: JSON.parse(args),
  })).toArray();
  if (asked.length > 0 || mode !== "ANY") return asked;
  return [{ name: allowedFunctionNames[0] ?? first.name ?? "", args: {} }];
}

/** A call as its model makes it: from Gemini 3 on with an id, and the first one signed. */
function callPart(call: FunctionCall, n: number, { model, responseId }: SpeechSetting): Part {
  if (!model.signs) return { functionCall: call };
  const functionCall = { ...call, id: lettersFrom(`${responseId} ${n}`, 8) };
  if (n > 0) return { functionCall };
  return { functionCall, thoughtSignature: signatureOf(call, model.generation) };
}
