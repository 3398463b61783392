import { strictEqual as equal } from "node:assert";
import type { Message } from "../read_message.ts";
import { functions, refusal } from "./trying.ts";

const WEATHER = {
  type: "object",
  properties: {
    city: { type: "string", description: "City" },
    days: { type: ["integer", "null"] },
  },
  required: ["city"],
  additionalProperties: false,
};
const hello = { role: "user", parts: [{ text: "hello" }] };

/** Requests as clients send them, each with a model that answers it. */
const good: [string, string, Message][] = [
  ["a bare prompt", "gemini-2.5-flash", { contents: [{ parts: [{ text: "hi" }] }] }],
  ["a prompt for Gemma", "gemma-4-31b-it", { generationConfig: { temperature: 1 } }],
  ["a conversation with an instruction", "gemini-3.6-flash", {
    systemInstruction: { role: "user", parts: [{ text: "Be brief." }, { text: "Be kind." }] },
    contents: [hello, { role: "model", parts: [{ text: "Hi." }] }, hello],
  }],
  ["all that OpenAI's sampling maps to", "gemini-2.5-flash", {
    generationConfig: {
      temperature: 0,
      topP: 0,
      topK: 40,
      seed: 7,
      candidateCount: 2,
      maxOutputTokens: 100,
      stopSequences: ["END"],
      presencePenalty: 0.5,
      frequencyPenalty: -0.5,
      responseLogprobs: true,
      logprobs: 5,
    },
  }],
  ["safety settings and no storing", "gemini-3.8-flash", {
    safetySettings: [{ category: "HARM_CATEGORY_HARASSMENT", threshold: "BLOCK_NONE" }],
    store: false,
    serviceTier: "flex",
  }],
  ["an image, a PDF and a sound", "gemini-2.5-flash", {
    contents: [{
      role: "user",
      parts: ["image/jpeg", "application/pdf", "audio/wav"].map((mimeType) => ({
        inlineData: { mimeType, data: "AAECAwQF" },
      })),
    }],
  }],
  ["an image at high resolution", "gemini-3-flash-preview", {
    contents: [{
      role: "user",
      parts: [{
        inlineData: { mimeType: "image/png", data: "AAEC" },
        mediaResolution: { level: "MEDIA_RESOLUTION_HIGH" },
      }],
    }],
  }],
  ["a clip of a video", "gemini-2.5-pro", {
    contents: [{
      role: "user",
      parts: [{
        file_data: { file_uri: "https://youtu.be/9hE5-98ZeCg" },
        video_metadata: { start_offset: "2s", end_offset: "10s", fps: 2 },
      }],
    }],
  }],
  ["functions with JSON Schema", "gemini-3.8-flash", {
    tools: [{
      functionDeclarations: [{ name: "weather", parametersJsonSchema: WEATHER }, { name: "now" }],
    }],
    toolConfig: { functionCallingConfig: { mode: "ANY", allowedFunctionNames: ["weather"] } },
  }],
  ["functions in snake_case", "gemini-2.5-flash", {
    tools: [{
      function_declarations: [{
        name: "weather",
        description: "",
        parameters: {
          type: "OBJECT",
          properties: {
            city: { type: "STRING", enum: ["Oslo", "Rome"], nullable: true },
            days: { type: "ARRAY", items: { type: "INTEGER" }, max_items: "7" },
          },
          required: ["city"],
          property_ordering: ["city", "days"],
        },
      }],
    }],
    tool_config: { function_calling_config: { mode: "AUTO" } },
  }],
  ["functions in two tools", "gemini-2.0-flash", { tools: [functions("f"), functions("g")] }],
  ["Google's own tools", "gemini-2.5-flash", {
    tools: [{ googleSearch: {} }, { urlContext: {} }, { codeExecution: {} }],
  }],
  ["functions beside a search", "gemini-3-flash-preview", {
    tools: [functions("f"), { googleSearch: {} }],
    toolConfig: {
      functionCallingConfig: { mode: "VALIDATED" },
      includeServerSideToolInvocations: true,
    },
  }],
  ["an answer by JSON Schema", "gemini-3.8-flash", {
    generationConfig: { responseMimeType: "application/json", responseJsonSchema: WEATHER },
  }],
  ["an answer by a schema", "gemini-2.0-flash", {
    generationConfig: {
      responseMimeType: "application/json",
      responseSchema: { type: "OBJECT", properties: { a: { type: "STRING" } }, required: ["a"] },
    },
  }],
  ["thoughts to be told", "gemini-2.5-pro", {
    generationConfig: { thinkingConfig: { include_thoughts: true, thinking_budget: 1024 } },
  }],
  ["a level in lower case", "gemini-3.6-flash", {
    generationConfig: { thinkingConfig: { includeThoughts: true, thinkingLevel: "minimal" } },
  }],
  ["a picture to be made", "gemini-3-pro-image-preview", {
    generationConfig: {
      responseModalities: ["TEXT", "IMAGE"],
      imageConfig: { aspectRatio: "16:9", imageSize: "2K" },
    },
  }],
  ["a text to be spoken", "gemini-3.1-flash-tts-preview", {
    generationConfig: {
      responseModalities: ["AUDIO"],
      speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: "Kore" } } },
    },
  }],
];

for (const [what, model, body] of good) {
  Deno.test(`${what} is taken by ${model}`, () => {
    equal(refusal(body, model), undefined);
  });
}
