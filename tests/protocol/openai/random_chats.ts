/**
 * Random chat requests that OpenAI would take, with all that clients put into them.
 *
 * @module
 */

import fc from "fast-check";
import { aSchema } from "../gemini/schema/schemas.ts";
import { PIXEL } from "./chats.ts";

type Chat = Record<string, unknown>;

const text = fc.oneof(
  fc.string({ maxLength: 12, unit: "grapheme" }),
  fc.constantFrom("", " ", "\u0000", "grüße 👋"),
);
const id = fc.constantFrom("call_a", "call_b", "call_1", "Xy12ab34", "", "toolu_01");
const name = fc.oneof(
  fc.constantFrom("f", "f/", "f ", "get_weather", "mcp__server__tool.name/x", "googleSearch"),
  fc.string({ minLength: 1, maxLength: 80, unit: "grapheme" }),
);
const json = fc.oneof(
  fc.json({ maxDepth: 3 }),
  fc.constantFrom("", "{}", '{"a":1.0}', '{"$ref":"x"}', "{", "[]", '{"__proto__":1}'),
);
/** Of the signatures that are not Google's own it takes only this one. */
const signature = fc.constantFrom("skip_thought_signature_validator", null);

/** A field that may be missing, or null, or there. */
function often<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null | undefined> {
  return fc.oneof({ arbitrary: value, weight: 4 }, fc.constantFrom(null, undefined));
}

const textPart = fc.record({ type: fc.constant("text"), text });
const image = fc.record({
  type: fc.constant("image_url"),
  image_url: fc.record({
    url: fc.constantFrom(
      `data:image/png;base64,${PIXEL}`,
      "data:,hi",
      "files/abc",
      "https://youtu.be/9hE5-98ZeCg",
    ),
    detail: often(fc.constantFrom("low", "high", "auto")),
  }),
});
const part = fc.oneof(
  textPart,
  image,
  fc.constant({ type: "input_audio", input_audio: { data: "AAEC", format: "wav" } }),
  fc.constant({ type: "file", file: { file_data: "AAEC", filename: "a.pdf" } }),
);
const content = often(fc.oneof(text, fc.array(part, { maxLength: 3 })));
const words = often(fc.oneof(text, fc.array(textPart, { maxLength: 3 })));

const extras = fc.record({
  google: fc.record({ thought_signature: signature }),
});
const functionCall = fc.record({
  id,
  type: fc.constant("function"),
  function: fc.record({ name, arguments: often(json) }),
  extra_content: often(extras),
});
const customCall = fc.record({
  id,
  type: fc.constant("custom"),
  custom: fc.record({ name, input: text }),
});

/** Any order: models begin, results come late or never, calls are left alone. */
const message = fc.oneof(
  fc.record({ role: fc.constantFrom("system", "developer"), content: words }),
  fc.record({ role: fc.constant("user"), content, name: often(text) }),
  fc.record({
    role: fc.constant("assistant"),
    content: words,
    refusal: often(text),
    reasoning_content: often(text),
    tool_calls: often(fc.array(fc.oneof(functionCall, customCall), { maxLength: 3 })),
    function_call: often(fc.record({ name, arguments: json })),
    images: often(fc.array(image, { maxLength: 1 })),
    extra_content: often(extras),
  }),
  fc.record({
    role: fc.constant("tool"),
    tool_call_id: id,
    content: fc.oneof(content, json),
  }),
  fc.record({ role: fc.constant("function"), name, content: fc.oneof(content, json) }),
);

const tool = fc.oneof(
  fc.record({
    type: fc.constant("function"),
    function: fc.record({
      name,
      description: often(text),
      parameters: often(aSchema),
      strict: often(fc.boolean()),
    }),
  }),
  fc.record({ type: fc.constant("custom"), custom: fc.record({ name, description: often(text) }) }),
  fc.record({ type: fc.constantFrom("web_search", "code_interpreter", "url_context") }),
);

const sampling = {
  max_completion_tokens: often(fc.integer({ min: 1, max: 100_000 })),
  max_tokens: often(fc.integer({ min: 1, max: 2 ** 31 - 1 })),
  temperature: often(fc.double({ min: 0, max: 2, noNaN: true })),
  top_p: often(fc.double({ min: 0, max: 1, noNaN: true })),
  top_k: often(fc.nat({ max: 100 })),
  stop: often(fc.oneof(text, fc.array(text, { maxLength: 5 }))),
  n: often(fc.integer({ min: 1, max: 8 })),
  seed: often(fc.maxSafeInteger()),
  presence_penalty: often(fc.double({ min: -2, max: 2, noNaN: true })),
  frequency_penalty: often(fc.double({ min: -2, max: 2, noNaN: true })),
  logprobs: often(fc.boolean()),
  top_logprobs: often(fc.integer({ min: 0, max: 20 })),
};

const wishes = {
  stream: often(fc.boolean()),
  stream_options: often(fc.record({ include_usage: often(fc.boolean()) })),
  modalities: often(fc.constantFrom(["text"], [])),
  store: often(fc.boolean()),
  service_tier: often(fc.constantFrom("auto", "default", "flex", "priority", "fast")),
  reasoning_effort: often(fc.constantFrom("none", "minimal", "low", "medium", "high", "xhigh")),
  reasoning: often(fc.record({
    effort: often(fc.constantFrom("low", "high", "max")),
    max_tokens: often(fc.integer({ min: -1, max: 100_000 })),
    enabled: often(fc.boolean()),
    exclude: often(fc.boolean()),
  })),
  user: often(text),
  logit_bias: often(fc.constant({ 5: -100 })),
  unknown: fc.jsonValue(),
};

const always = { model: fc.constant("gemini"), messages: fc.array(message, { minLength: 1 }) };

/** A request without functions and forms, which every model takes. */
export const aPlainChat: fc.Arbitrary<Chat> = fc.record({ ...always, ...sampling, ...wishes });

/** A request with everything. */
export const aFullChat: fc.Arbitrary<Chat> = fc.record({
  ...always,
  ...sampling,
  ...wishes,
  tools: often(fc.array(tool, { maxLength: 4 })),
  tool_choice: often(fc.constantFrom("none", "auto", "required", "any")),
  functions: often(fc.array(fc.record({ name, parameters: often(aSchema) }), { maxLength: 2 })),
  parallel_tool_calls: often(fc.boolean()),
  web_search_options: often(fc.constant({})),
  response_format: often(fc.oneof(
    fc.record({ type: fc.constantFrom("text", "json_object") }),
    fc.record({
      type: fc.constant("json_schema"),
      json_schema: fc.record({ name: text, schema: often(aSchema), strict: often(fc.boolean()) }),
    }),
  )),
});

/** A request of which one value, anywhere, is any JSON. */
export const aSpoiltChat: fc.Arbitrary<Chat> = fc.tuple(aFullChat, fc.nat(), fc.jsonValue())
  .map(([chat, at, value]) => {
    const spoilt = JSON.parse(JSON.stringify(chat));
    const places = placesIn(spoilt);
    const { holder, key } = places[at % places.length]!;
    holder[key] = value;
    return spoilt;
  });

interface Place {
  readonly holder: Chat;
  readonly key: string;
}

function placesIn(value: unknown): Place[] {
  if (typeof value !== "object" || value === null) return [];
  const holder = value as Chat;
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesIn(holder[key])]);
}
