import {
  AssertionError,
  deepStrictEqual as deepEqual,
  strictEqual as equal,
  throws,
} from "node:assert";
import type { ChatCompletionTokenLogprob } from "openai/resources/chat/completions";
import type { Chunk, ChunkChoice, Delta } from "./chat_completion.ts";
import { mergeChunks } from "./merge_chunks.ts";
import { validateOpenAi } from "./openai_schema.ts";

const ID = "chatcmpl-1";
const CREATED = 1_795_435_200;
const MODEL = "gemini-2.5-pro";
const USAGE = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 };

const chunkOf = (choices: readonly ChunkChoice[], more: Partial<Chunk> = {}): Chunk => ({
  id: ID,
  object: "chat.completion.chunk",
  created: CREATED,
  model: MODEL,
  choices,
  ...more,
});

const choiceOf = (delta: Delta, more: Partial<ChunkChoice> = {}): ChunkChoice => ({
  index: 0,
  delta,
  finish_reason: null,
  ...more,
});

const says = (delta: Delta, more: Partial<ChunkChoice> = {}) => chunkOf([choiceOf(delta, more)]);

const FIRST = says({ role: "assistant", content: "" });
const FINISH = says({}, { finish_reason: "stop" });
const LAST = chunkOf([], { usage: USAGE });

/** The only message of a stream in which these deltas stand between the first and the finish. */
const messageOf = (...deltas: Delta[]) =>
  mergeChunks([FIRST, ...deltas.map((delta) => says(delta)), FINISH]).choices[0]?.message;

const token = (token: string): ChatCompletionTokenLogprob => ({
  token,
  logprob: -0.5,
  bytes: null,
  top_logprobs: [],
});

Deno.test("mergeChunks() gives the answer that could have come whole", () => {
  const merged = mergeChunks([
    FIRST,
    says({ reasoning_content: "Hm" }),
    says({ content: "Hel" }),
    says({ content: "lo" }),
    says({}, { finish_reason: "length", native_finish_reason: "MAX_TOKENS" }),
    LAST,
  ]);

  deepEqual(validateOpenAi("CreateChatCompletionResponse", merged), []);
  deepEqual(merged, {
    id: ID,
    object: "chat.completion",
    created: CREATED,
    model: MODEL,
    choices: [{
      index: 0,
      message: { role: "assistant", content: "Hello", refusal: null, reasoning_content: "Hm" },
      logprobs: null,
      finish_reason: "length",
      native_finish_reason: "MAX_TOKENS",
    }],
    usage: USAGE,
  });
});

Deno.test("mergeChunks() gives null for content that never came, and no field for the rest", () => {
  deepEqual(messageOf(), { role: "assistant", content: null, refusal: null });
});

Deno.test("mergeChunks() puts a refusal together", () => {
  equal(messageOf({ refusal: "Blo" }, { refusal: "cked" })?.refusal, "Blocked");
});

Deno.test("mergeChunks() puts calls together by their index", () => {
  const message = messageOf(
    {
      tool_calls: [{
        index: 0,
        id: "call_a",
        type: "function",
        function: { name: "f", arguments: '{"x"' },
        extra_content: { google: { thought_signature: "c2ln" } },
      }],
    },
    {
      tool_calls: [
        { index: 1, id: "call_b", type: "function", function: { name: "g", arguments: "{}" } },
        { index: 0, function: { arguments: ":1}" } },
      ],
    },
  );

  deepEqual(message?.tool_calls, [
    {
      id: "call_a",
      type: "function",
      function: { name: "f", arguments: '{"x":1}' },
      extra_content: { google: { thought_signature: "c2ln" } },
    },
    { id: "call_b", type: "function", function: { name: "g", arguments: "{}" } },
  ]);
});

Deno.test("mergeChunks() appends images and annotations", () => {
  const [cat, dog] = ["a", "b"].map((title) => ({
    type: "url_citation" as const,
    url_citation: { title, url: `https://${title}.example.com`, start_index: 0, end_index: 1 },
  }));

  const message = messageOf(
    { images: ["one"], annotations: cat ? [cat] : [] },
    { images: ["two"], annotations: dog ? [dog] : [] },
  );

  deepEqual(message?.images, ["one", "two"]);
  deepEqual(message?.annotations, [cat, dog]);
});

Deno.test("mergeChunks() puts the bytes of audio together, not their base64", () => {
  const message = messageOf(
    { audio: { id: "audio_1", expires_at: CREATED, data: btoa("a"), transcript: "He" } },
    { audio: { data: btoa("bc"), transcript: "llo" } },
  );

  deepEqual(message?.audio, {
    id: "audio_1",
    data: btoa("abc"),
    expires_at: CREATED,
    transcript: "Hello",
  });
});

Deno.test("mergeChunks() merges what only Google knows", () => {
  const message = messageOf(
    { extra_content: { google: { tool_parts: [1] } } },
    { extra_content: { google: { tool_parts: [2], thought_signature: "c2ln" } } },
  );

  deepEqual(message?.extra_content, { google: { tool_parts: [1, 2], thought_signature: "c2ln" } });
});

Deno.test("mergeChunks() appends logprobs, and leaves null what never came", () => {
  const merged = mergeChunks([
    FIRST,
    says({ content: "a" }, { logprobs: { content: [token("a")], refusal: null } }),
    says({ content: "b" }, { logprobs: { content: [token("b")], refusal: null } }),
    FINISH,
  ]);

  deepEqual(merged.choices[0]?.logprobs, { content: [token("a"), token("b")], refusal: null });
});

Deno.test("mergeChunks() keeps choices apart, in the order of their index", () => {
  const merged = mergeChunks([
    says({ role: "assistant", content: "b" }, { index: 1 }),
    says({ role: "assistant", content: "a" }),
    FINISH,
    says({ content: "b" }, { index: 1 }),
    says({}, { index: 1, finish_reason: "length" }),
  ]);

  deepEqual(
    merged.choices.map(({ message, finish_reason }) => [message.content, finish_reason]),
    [["a", "stop"], ["bb", "length"]],
  );
});

Deno.test("mergeChunks() takes the service tier from whichever chunk has it", () => {
  const merged = mergeChunks([FIRST, { ...FINISH, service_tier: "flex" }]);

  equal(merged.service_tier, "flex");
  equal(merged.usage, undefined);
});

for (
  const [what, chunks] of [
    ["is empty", []],
    ["changes its id", [FIRST, { ...FINISH, id: "chatcmpl-2" }]],
    ["changes its moment", [FIRST, { ...FINISH, created: CREATED + 1 }]],
    ["changes its model", [FIRST, { ...FINISH, model: "another" }]],
    ["never says who speaks", [says({ content: "a" }), FINISH]],
    ["speaks as the user", [says({ role: "user" }), FINISH]],
    ["says who speaks after it began", [says({}), FIRST, FINISH]],
    ["says twice who speaks", [FIRST, FIRST, FINISH]],
    ["is cut before the finish", [FIRST, says({ content: "a" })]],
    ["finishes twice", [FIRST, FINISH, FINISH]],
    ["goes on after the finish", [FIRST, FINISH, says({ content: "a" })]],
    ["has usage before the end", [FIRST, LAST, FINISH]],
    ["has usage twice", [FIRST, FINISH, LAST, LAST]],
    ["has usage beside choices", [FIRST, { ...FINISH, usage: USAGE }]],
    ["has a chunk of nothing", [FIRST, FINISH, chunkOf([])]],
    ["counts calls from 1", [
      FIRST,
      says({ tool_calls: [{ index: 1, id: "a", type: "function", function: { name: "f" } }] }),
      FINISH,
    ]],
    ["has a call without a name", [
      FIRST,
      says({ tool_calls: [{ index: 0, id: "a", type: "function", function: {} }] }),
      FINISH,
    ]],
    ["has audio without an id", [FIRST, says({ audio: { expires_at: CREATED } }), FINISH]],
  ] as const
) {
  Deno.test(`mergeChunks() does not put together a stream that ${what}`, () => {
    throws(() => mergeChunks(chunks), AssertionError);
  });
}
