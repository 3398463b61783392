import assert from "node:assert/strict";
import { remoteUrls } from "../../../lib/protocol/openai/content_parts.ts";
import { readChatRequest } from "../../../lib/protocol/openai/chat_request.ts";
import { aChat, bodyOf, NEW, OLD, partsOf, PIXEL } from "./chats.ts";

const image = (url: string, detail?: string) => ({ type: "image_url", image_url: { url, detail } });
const video = (url: string) => ({ type: "video_url", video_url: { url } });
const audio = (format: string, data = "AAEC") => ({
  type: "input_audio",
  input_audio: { data, format },
});
const file = (fields: Record<string, unknown>) => ({ type: "file", file: fields });
const inline = (mimeType: string, data = "AAEC") => ({ inlineData: { mimeType, data } });
const google = (fileUri: string) => ({ fileData: { fileUri } });

const FILES = "https://generativelanguage.googleapis.com/v1beta/files/abc-123";

/** A rule, a part of the client's, and the part for Gemini. */
const given: [string, unknown, unknown][] = [
  ["6.1", image("data:image/png;base64,AAEC"), inline("image/png")],
  ["6.1", image("data:image/jpg;base64,AAEC"), inline("image/jpeg")],
  ["6.1", image("DATA:IMAGE/PNG;BASE64,AAEC"), inline("image/png")],
  ["6.1", image("data:image/png;name=a.png;base64,AAEC"), inline("image/png")],
  ["6.1", image("data:image/svg+xml,%3Csvg/%3E"), inline("image/svg+xml", btoa("<svg/>"))],
  ["6.1", image("data:,hi"), inline("text/plain", btoa("hi"))],
  ["6.1", image("data:image/png;base64,A A\nE C"), inline("image/png")],
  ["6.1", image("data:image/png;base64,-_8"), inline("image/png", "+/8=")],
  ["6.1", image("data:application/pdf;base64,AAEC"), inline("application/pdf")],
  ["6.4", image("files/abc-123"), google(FILES)],
  ["6.4", image(FILES), google(FILES)],
  ["6.4", image("gs://bucket/a.png"), google("gs://bucket/a.png")],
  ["6.4", file({ file_id: "files/abc-123" }), google(FILES)],
  ["6.4", file({ file_id: FILES, filename: "a.pdf" }), {
    fileData: { fileUri: FILES, mimeType: "application/pdf" },
  }],
  ["6.4", file({ file_id: "gs://bucket/a", format: "video/mp4" }), {
    fileData: { fileUri: "gs://bucket/a", mimeType: "video/mp4" },
  }],
  [
    "6.5",
    image("https://www.youtube.com/watch?v=9hE5-98ZeCg"),
    google(
      "https://www.youtube.com/watch?v=9hE5-98ZeCg",
    ),
  ],
  ["6.5", video("https://youtu.be/9hE5-98ZeCg"), google("https://youtu.be/9hE5-98ZeCg")],
  ["6.5", video("data:video/mp4;base64,AAEC"), inline("video/mp4")],
  ["6.5", video("files/abc-123"), google(FILES)],
  ["6.5", file({ file_data: "data:application/pdf;base64,AAEC" }), inline("application/pdf")],
  ["6.5", file({ file_data: "data:text/csv;base64,AAEC", filename: "a.pdf" }), inline("text/csv")],
  ["6.5", file({ file_data: "AAEC", filename: "a.CSV" }), inline("text/csv")],
  [
    "6.5",
    file({ file_data: "data:application/octet-stream;base64,AAEC", filename: "a.pdf" }),
    inline("application/pdf"),
  ],
  ["6.5", file({ file_data: "AAEC", format: "image/jpg" }), inline("image/jpeg")],
  ["6.5", file({ file_data: "AAEC" }), inline("application/pdf")],
  ["6.5", file({ file_data: "AAE", filename: "a.txt" }), inline("text/plain", "AAE=")],
  ["6.5", audio("mp3"), inline("audio/mp3")],
  ["6.5", audio("wav"), inline("audio/wav")],
  ["6.5", audio("flac"), inline("audio/flac")],
  ["6.5", audio("aac"), inline("audio/aac")],
  ["6.5", audio("ogg"), inline("audio/ogg")],
  ["6.5", audio("aiff"), inline("audio/aiff")],
  ["6.5", audio("MP3"), inline("audio/mp3")],
  ["6.5", audio("pcm16"), inline("audio/pcm;rate=24000")],
  ["6.5", audio("wav", "data:audio/wav;base64,AAEC"), inline("audio/wav")],
];

for (const [rule, part, forGemini] of given) {
  Deno.test(`${rule} partsOf() makes ${JSON.stringify(forGemini)} of ${JSON.stringify(part)}`, () => {
    assert.deepEqual(partsOf([part]), [forGemini]);
  });
}

Deno.test("partsOf() keeps texts and files in their order, and no empty text", () => {
  const content = [
    { type: "text", text: "Compare" },
    image("data:image/png;base64,AAEC"),
    { type: "text", text: "" },
    { type: "text", text: "with" },
    image("data:image/jpeg;base64,AAEC"),
  ];

  assert.deepEqual(partsOf(content), [
    { text: "Compare" },
    inline("image/png"),
    { text: "with" },
    inline("image/jpeg"),
  ]);
});

/** A part that cannot be had, and the field that the error names. */
const refused: [string, unknown, string][] = [
  ["6.1", image("data:image/png;base64"), "image_url.url"],
  ["6.1", image("data:image/png;base64,"), "image_url.url"],
  ["6.1", image("data:image/png;base64,A"), "image_url.url"],
  ["6.1", image("data:image/png;base64,a*b"), "image_url.url"],
  ["6.2", image("https://example.com/a.png"), "image_url.url"],
  ["6.2", image("http://example.com/a.png"), "image_url.url"],
  ["6.2", video("https://example.com/a.mp4"), "video_url.url"],
  ["6.2", image("https://youtube.com.example.com/watch?v=1"), "image_url.url"],
  ["6.2", image("ftp://example.com/a.png"), "image_url.url"],
  ["6.2", image("file:///etc/passwd"), "image_url.url"],
  ["6.2", image("a.png"), "image_url.url"],
  ["6.2", image(""), "image_url.url"],
  ["6.4", file({ file_id: "file-abc123" }), "file.file_id"],
  ["6.4", file({ file_id: "https://example.com/a.pdf" }), "file.file_id"],
  ["6.5", file({}), "file"],
  ["6.5", file({ filename: "a.pdf" }), "file"],
  ["6.5", file({ file_data: "no base64!" }), "file.file_data"],
  ["6.5", file({ file_data: "AAEC", filename: "a.docx" }), "file.filename"],
  ["6.5", audio("wav", ""), "input_audio.data"],
  ["6.5", audio("wav", "no base64!"), "input_audio.data"],
];

for (const [rule, part, param] of refused) {
  Deno.test(`${rule} partsOf() refuses ${JSON.stringify(part)}, naming ${param}`, () => {
    assert.throws(() => partsOf([{ type: "text", text: "Look:" }, part]), {
      code: "invalid_request",
      param: `messages[0].content[1].${param}`,
    });
  });
}

Deno.test("6.2 partsOf() tells how to send an image of the web instead", () => {
  assert.throws(() => partsOf([image("https://example.com/a.png")]), {
    message: 'Cannot use "messages[0].content[0].image_url.url": it is on the web, and files ' +
      "there are not fetched here; send it as a data URL (data:image/png;base64,…)",
  });
});

Deno.test("6.2 partsOf() puts in what was fetched from the web", () => {
  const url = "https://example.com/a.png";
  const fetched = { [url]: { mimeType: "image/webp", base64: "AAEC" } };

  assert.deepEqual(partsOf([image(url)], { fetched }), [inline("image/webp")]);
});

Deno.test("6.2 remoteUrls() finds what would have to be fetched, each once", () => {
  const { messages } = readChatRequest(aChat({
    messages: [
      { role: "system", content: "https://example.com/no.png" },
      {
        role: "user",
        content: [
          image("https://example.com/a.png"),
          image("data:image/png;base64,AAEC"),
          image("files/abc"),
          video("https://example.com/b.mp4"),
          video("https://youtu.be/9hE5-98ZeCg"),
        ],
      },
      { role: "tool", tool_call_id: "x", content: [image("https://example.com/a.png")] },
      { role: "tool", tool_call_id: "y", content: [image("http://example.com/c.png")] },
    ],
  }));

  assert.deepEqual(remoteUrls(messages), [
    "https://example.com/a.png",
    "https://example.com/b.mp4",
    "http://example.com/c.png",
  ]);
});

Deno.test("6.3 partsOf() takes an image of ten megabytes", () => {
  const data = "A".repeat(10 * 1024 * 1024);

  assert.equal(
    partsOf([image(`data:image/png;base64,${data}`)])[0]?.inlineData?.data.length,
    data.length,
  );
});

/** A detail, and the resolution for a model that can be told; undefined is none. */
const details: [string | undefined, string | undefined][] = [
  ["low", "MEDIA_RESOLUTION_LOW"],
  ["high", "MEDIA_RESOLUTION_HIGH"],
  ["auto", undefined],
  [undefined, undefined],
  ["constructor", undefined],
];

for (const [detail, level] of details) {
  Deno.test(`6.6 detail ${detail} is ${level ?? "not told"} from Gemini 3 on`, () => {
    const [part] = partsOf([image(`data:image/png;base64,${PIXEL}`, detail)], { model: NEW });

    assert.equal(part?.mediaResolution?.level, level);
    assert.equal(Object.hasOwn(part ?? {}, "mediaResolution"), level !== undefined);
  });
}

Deno.test("6.6 detail is not told to models before Gemini 3", () => {
  assert.deepEqual(partsOf([image("data:image/png;base64,AAEC", "high")], { model: OLD }), [
    inline("image/png"),
  ]);
});

Deno.test("2.1 a system message is text, so an image in it is refused and not dropped", () => {
  const messages = [{ role: "system", content: [image("data:image/png;base64,AAEC")] }];

  assert.throws(() => bodyOf({ messages }), { param: "messages[0].content[0].type" });
});
