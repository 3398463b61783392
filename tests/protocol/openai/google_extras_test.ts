import assert from "node:assert/strict";
import { readGoogleSettings } from "../../../lib/protocol/openai/google_extras.ts";
import { bodyOf, configOf } from "./chats.ts";

const SAFETY = [{ category: "HARM_CATEGORY_HARASSMENT", threshold: "BLOCK_NONE" }];

/** Ways in which SDKs put Google's settings into a request. */
const places: [string, (settings: unknown) => Record<string, unknown>][] = [
  ["under extra_body.google", (google) => ({ extra_body: { google } })],
  ["under google", (google) => ({ google })],
  ["among the other fields", (settings) => settings as Record<string, unknown>],
];

for (const [where, put] of places) {
  Deno.test(`5.8 readGoogleSettings() finds settings ${where}`, () => {
    const fields = put({ safety_settings: SAFETY, cached_content: "cachedContents/abc" });

    assert.deepEqual(readGoogleSettings(fields), {
      safety_settings: SAFETY,
      cached_content: "cachedContents/abc",
    });
  });

  Deno.test(`5.8 readGoogleSettings() finds settings in camel case ${where}`, () => {
    const fields = put({
      safetySettings: SAFETY,
      thinkingConfig: { includeThoughts: true, thinkingBudget: 128 },
    });

    assert.deepEqual(readGoogleSettings(fields), {
      safety_settings: SAFETY,
      thinking_config: { include_thoughts: true, thinking_budget: 128 },
    });
  });
}

Deno.test("5.8 readGoogleSettings() takes the most particular place, setting by setting", () => {
  const settings = readGoogleSettings({
    cached_content: "cachedContents/a",
    media_resolution: "MEDIA_RESOLUTION_LOW",
    google: { cached_content: "cachedContents/b", safety_settings: SAFETY },
    extra_body: { google: { cached_content: "cachedContents/c", safety_settings: null } },
  });

  assert.deepEqual(settings, {
    cached_content: "cachedContents/c",
    media_resolution: "MEDIA_RESOLUTION_LOW",
    safety_settings: SAFETY,
  });
});

Deno.test("5.8 readGoogleSettings() finds none in an ordinary request", () => {
  assert.deepEqual(
    readGoogleSettings({ model: "gemini", messages: [], extra_body: { other: 1 } }),
    {},
  );
});

const LEVELS = "must be one of MINIMAL, LOW, MEDIUM, HIGH";

/** A request whose settings will not do, the field that the error names, and what it says of it. */
const wrong: [Record<string, unknown>, string, string][] = [
  [{ thinking_config: "high" }, "thinking_config", "must be an object"],
  [{ google: { thinking_config: [] } }, "google.thinking_config", "must be an object"],
  [
    { extra_body: { google: { thinking_config: { thinking_level: "huge" } } } },
    "extra_body.google.thinking_config.thinking_level",
    LEVELS,
  ],
  [
    { google: { thinkingConfig: { thinkingBudget: 0.5 } } },
    "google.thinking_config.thinking_budget",
    "must be a whole number of at least -1",
  ],
  [
    { thinking_config: { include_thoughts: "yes" } },
    "thinking_config.include_thoughts",
    "must be true or false",
  ],
  [{ safety_settings: {} }, "safety_settings", "must be a list"],
  [{ safety_settings: ["OFF"] }, "safety_settings[0]", "must be an object"],
  [{ google: { cached_content: 5 } }, "google.cached_content", "must be a string"],
  [{ image_config: "16:9" }, "image_config", "must be an object"],
  [{ speech_config: "Kore" }, "speech_config", "must be an object"],
  [{ google: { response_modalities: "TEXT" } }, "google.response_modalities", "must be a list"],
  [{ response_modalities: [5] }, "response_modalities[0]", "must be a string"],
  [{ media_resolution: 1 }, "media_resolution", "must be a string"],
  [{ continuation_token: {} }, "continuation_token", "must be a string"],
];

for (const [fields, param, state] of wrong) {
  Deno.test(`1.7 readGoogleSettings() refuses ${JSON.stringify(fields)}`, () => {
    assert.throws(() => readGoogleSettings(fields), {
      code: "invalid_request",
      param,
      message: `Cannot use "${param}": it ${state}`,
    });
  });
}

Deno.test("5.15 nothing is said of safety unless the client says it", () => {
  assert.deepEqual(bodyOf({}).safetySettings, undefined);
});

Deno.test("5.15 the client's own safety settings are handed on, in Google's spelling", () => {
  assert.deepEqual(bodyOf({ google: { safety_settings: SAFETY } }).safetySettings, SAFETY);
});

Deno.test("5.8 a cache is named", () => {
  const { cachedContent } = bodyOf({
    extra_body: { google: { cached_content: "cachedContents/a" } },
  });

  assert.deepEqual(cachedContent, "cachedContents/a");
});

Deno.test("5.8 a continuation token goes on with an answer", () => {
  assert.deepEqual(
    bodyOf({ google: { continuation_token: "dG9rZW4=" } }).continuationToken,
    "dG9rZW4=",
  );
});

Deno.test("5.7 image_config becomes imageConfig, in camel case at every depth", () => {
  const google = { image_config: { aspect_ratio: "16:9", image_size: "2K" } };

  assert.deepEqual(configOf({ google }), { imageConfig: { aspectRatio: "16:9", imageSize: "2K" } });
});

Deno.test("5.7 speech_config counts more than audio, and may have several voices", () => {
  const voice = (speaker: string, voice_name: string) => ({
    speaker,
    voice_config: { prebuilt_voice_config: { voice_name } },
  });
  const google = {
    speech_config: {
      multi_speaker_voice_config: { speaker_voice_configs: [voice("Ada", "Kore")] },
    },
  };
  const audio = { voice: "Puck", format: "pcm16" };

  assert.deepEqual(configOf({ google, audio, modalities: ["audio"] }), {
    responseModalities: ["AUDIO"],
    speechConfig: {
      multiSpeakerVoiceConfig: {
        speakerVoiceConfigs: [{
          speaker: "Ada",
          voiceConfig: { prebuiltVoiceConfig: { voiceName: "Kore" } },
        }],
      },
    },
  });
});

Deno.test("5.7 response_modalities counts more than modalities", () => {
  const google = { response_modalities: ["TEXT", "IMAGE"] };

  assert.deepEqual(configOf({ google, modalities: ["text"] }), {
    responseModalities: ["TEXT", "IMAGE"],
  });
});

Deno.test("media_resolution is handed on", () => {
  assert.deepEqual(configOf({ google: { media_resolution: "MEDIA_RESOLUTION_LOW" } }), {
    mediaResolution: "MEDIA_RESOLUTION_LOW",
  });
});
