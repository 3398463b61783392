import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { ChatCompletionContentPart } from "openai/resources/chat/completions";
import { simKey } from "../simulator/simulator.ts";
import { FLASH, PROMPT, withService } from "../support/service.ts";
import { mergeChunks } from "../support/merge_chunks.ts";
import type { Chunk } from "../support/chat_completion.ts";
import { ASKED, failureOf, openai, prompt, sent } from "./openai_client.ts";

const DOT =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
const PAPER = btoa("%PDF-1.7 canary-prompt");
const SOUND = btoa("RIFF canary-prompt WAVE");
const YOUTUBE = "https://www.youtube.com/watch?v=abc123";

const GIVEN: [what: string, part: ChatCompletionContentPart, asPart: unknown][] = [
  [
    "an image",
    { type: "image_url", image_url: { url: `data:image/png;base64,${DOT}` } },
    { inlineData: { mimeType: "image/png", data: DOT } },
  ],
  [
    "a document",
    {
      type: "file",
      file: { filename: "a.pdf", file_data: `data:application/pdf;base64,${PAPER}` },
    },
    { inlineData: { mimeType: "application/pdf", data: PAPER } },
  ],
  [
    "a recording",
    { type: "input_audio", input_audio: { format: "wav", data: SOUND } },
    { inlineData: { mimeType: "audio/wav", data: SOUND } },
  ],
  [
    "a video of YouTube's",
    { type: "image_url", image_url: { url: YOUTUBE } },
    { fileData: { fileUri: YOUTUBE } },
  ],
];

for (const [what, part, asPart] of GIVEN) {
  Deno.test(`${what} reaches Gemini beside the text, where the client put it`, () =>
    withService({ sockets: true }, async (t) => {
      const { token } = await t.token([simKey("ok")]);

      const { choices } = await openai(t, token).chat.completions.create({
        model: FLASH,
        messages: [{ role: "user", content: [part, { type: "text", text: PROMPT }] }],
      });

      assert.equal(choices[0]?.finish_reason, "stop");
      assert.deepEqual(sent(t)[0].contents[0].parts, [asPart, { text: PROMPT }]);
    }));
}

Deno.test("an image on the web is a 400 that says what to do instead, and nothing is fetched", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    let fetches = 0;
    const web = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => {
      fetches += 1;
      return new Response("an image");
    });

    const failure = await failureOf(t, () =>
      openai(t, token).chat.completions.create({
        model: FLASH,
        messages: [{
          role: "user",
          content: [{
            type: "image_url",
            image_url: { url: `http://127.0.0.1:${web.addr.port}/a.png` },
          }],
        }],
      }));
    await web.shutdown();

    assert.deepEqual([failure.status, failure.type], [400, "invalid_request_error"]);
    assert.equal(failure.param, "messages[0].content[0].image_url.url");
    assert.match(failure.message, /data:image\/png;base64/);
    assert.equal(fetches, 0);
    assert.equal(t.simulator.calls().attempts, 0);
  }));

Deno.test("an image of a host that the operator did not name is a 400, and is not fetched", () =>
  withService({ sockets: true, env: { MEDIA_HOSTS: "images.example.com" } }, async (t) => {
    const { token } = await t.token([simKey("ok")]);

    for (const url of ["https://evil.example/a.png", "http://169.254.169.254/latest/meta-data"]) {
      const { status, type } = await failureOf(t, () =>
        openai(t, token).chat.completions.create({
          model: FLASH,
          messages: [{ role: "user", content: [{ type: "image_url", image_url: { url } }] }],
        }));
      assert.deepEqual([status, type], [400, "invalid_request_error"]);
    }

    assert.equal(t.simulator.calls().attempts, 0);
  }));

Deno.test("an image that a model makes is a data URL beside the text", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const asked = { ...ASKED, model: "gemini-3-pro-image-preview" };
    const ai = openai(t, token);
    const chunks: Chunk[] = [];

    const { choices: [choice] } = await ai.chat.completions.create(asked);
    for await (const chunk of await ai.chat.completions.create({ ...asked, stream: true })) {
      chunks.push(chunk as Chunk);
    }

    const images = [{ type: "image_url", image_url: { url: `data:image/png;base64,${DOT}` } }];
    const message = JSON.parse(JSON.stringify(choice?.message));
    assert.equal(message.content, "Here it is.");
    assert.deepEqual(message.images.map(withoutIndex), images);
    const merged = mergeChunks(chunks).choices[0]?.message;
    assert.deepEqual(merged?.images?.map(withoutIndex), images);
  }));

function withoutIndex(image: unknown): unknown {
  const { index: _index, ...rest } = image as Record<string, unknown>;
  return rest;
}

Deno.test("speech is raw samples as they come, or a WAV file around the same", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const ai = openai(t, token);
    const spoken = async (format: "pcm16" | "wav") => {
      const { choices: [choice] } = await ai.chat.completions.create({
        model: "gemini-3.1-flash-tts-preview",
        messages: prompt(PROMPT),
        modalities: ["audio"],
        audio: { voice: "Kore", format },
      });
      return Buffer.from(choice?.message.audio?.data ?? "", "base64");
    };

    const samples = await spoken("pcm16");
    const file = await spoken("wav");

    assert.equal(samples.length, 4 * 48);
    assert.deepEqual(file.subarray(44), samples);
    assert.deepEqual([file.toString("latin1", 0, 4), file.readUInt32LE(24)], ["RIFF", 24_000]);
    const { responseModalities, speechConfig } = sent(t)[0].generationConfig;
    assert.deepEqual(responseModalities, ["AUDIO"]);
    assert.equal(speechConfig.voiceConfig.prebuiltVoiceConfig.voiceName, "Kore");
  }));

Deno.test("speech in pieces is the same speech", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const chunks: Chunk[] = [];

    const stream = await openai(t, token).chat.completions.create({
      model: "gemini-3.1-flash-tts-preview",
      messages: prompt(PROMPT),
      modalities: ["audio"],
      audio: { voice: "Kore", format: "pcm16" },
      stream: true,
    });
    for await (const chunk of stream) chunks.push(chunk as Chunk);

    const { audio } = mergeChunks(chunks).choices[0]?.message ?? {};
    assert.equal(Buffer.from(audio?.data ?? "", "base64").length, 4 * 48);
  }));
