import assert from "node:assert/strict";
import { readChatRequest } from "../../../lib/protocol/openai/chat_request.ts";
import { aCall, aChat, contentsOf, partsOf, user } from "./chats.ts";

const ROLES = "must be one of system, developer, user, assistant, tool";
const KINDS = "must be one of text, image_url, input_audio, file, video_url, refusal";
const said = (content: unknown) => ({ role: "user", content });
const called = (...tool_calls: unknown[]) => ({ role: "assistant", tool_calls });

/** A message that will not do, the field that the error names, and what it says of it. */
const wrong: [unknown, string, string][] = [
  ["hi", "messages[0]", ROLES],
  [null, "messages[0]", ROLES],
  [{ content: "hi" }, "messages[0].role", ROLES],
  [{ role: "model", content: "hi" }, "messages[0].role", ROLES],
  [{ role: 5, content: "hi" }, "messages[0].role", ROLES],
  [said(5), "messages[0].content", "must be a string or a list of parts"],
  [said({ type: "text" }), "messages[0].content", "must be a string or a list of parts"],
  [said(["hi"]), "messages[0].content[0]", KINDS],
  [said([{ text: "hi" }]), "messages[0].content[0].type", KINDS],
  [said([{ type: "tool_use" }]), "messages[0].content[0].type", KINDS],
  [said([{ type: "text" }]), "messages[0].content[0].text", "is missing"],
  [said([{ type: "text", text: 5 }]), "messages[0].content[0].text", "must be a string"],
  [said([{ type: "refusal" }]), "messages[0].content[0].refusal", "is missing"],
  [said([{ type: "image_url" }]), "messages[0].content[0].image_url", "is missing"],
  [
    said([{ type: "text", text: "a" }, { type: "image_url", image_url: {} }]),
    "messages[0].content[1].image_url.url",
    "is missing",
  ],
  [
    said([{ type: "image_url", image_url: { url: 5 } }]),
    "messages[0].content[0].image_url.url",
    "must be a string",
  ],
  [
    said([{ type: "image_url", image_url: { url: "files/a", detail: 1 } }]),
    "messages[0].content[0].image_url.detail",
    "must be a string",
  ],
  [
    said([{ type: "video_url", video_url: null }]),
    "messages[0].content[0].video_url",
    "must be an object",
  ],
  [
    said([{ type: "input_audio", input_audio: { data: "AAEC" } }]),
    "messages[0].content[0].input_audio.format",
    "is missing",
  ],
  [
    said([{ type: "input_audio", input_audio: { format: "wav" } }]),
    "messages[0].content[0].input_audio.data",
    "is missing",
  ],
  [said([{ type: "file" }]), "messages[0].content[0].file", "is missing"],
  [
    said([{ type: "file", file: { file_data: 5 } }]),
    "messages[0].content[0].file.file_data",
    "must be a string",
  ],
  [
    { role: "system", content: [{ type: "image_url", image_url: { url: "files/a" } }] },
    "messages[0].content[0].type",
    "must be text",
  ],
  [{ role: "developer", content: [5] }, "messages[0].content[0]", "must be an object"],
  [{ role: "assistant", refusal: 5 }, "messages[0].refusal", "must be a string"],
  [{ role: "assistant", tool_calls: {} }, "messages[0].tool_calls", "must be a list"],
  [called(5), "messages[0].tool_calls[0]", "must be an object"],
  [called({ function: { name: "f" } }), "messages[0].tool_calls[0].id", "is missing"],
  [called({ id: "a" }), "messages[0].tool_calls[0].function", "is missing"],
  [called({ id: "a", function: {} }), "messages[0].tool_calls[0].function.name", "is missing"],
  [
    called(aCall("a", "f"), { id: "b", function: { name: "f", arguments: {} } }),
    "messages[0].tool_calls[1].function.arguments",
    "must be a string",
  ],
  [
    called({ id: "a", custom: { name: "f", input: 5 } }),
    "messages[0].tool_calls[0].custom.input",
    "must be a string",
  ],
  [{ role: "assistant", function_call: "f" }, "messages[0].function_call", "must be an object"],
  [{ role: "assistant", extra_content: "g" }, "messages[0].extra_content", "must be an object"],
  [{ role: "tool", content: "ok" }, "messages[0].tool_call_id", "is missing"],
  [{ role: "tool", tool_call_id: 5 }, "messages[0].tool_call_id", "must be a string"],
  [{ role: "function", content: "ok" }, "messages[0].name", "is missing"],
];

for (const [message, param, state] of wrong) {
  Deno.test(`1.7 message refuses ${JSON.stringify(message)}: ${param} ${state}`, () => {
    assert.throws(() => readChatRequest(aChat({ messages: [message] })), {
      code: "invalid_request",
      param,
      message: `Cannot use "${param}": it ${state}`,
    });
  });
}

Deno.test("message names the message by its place", () => {
  const messages = [said("hi"), { role: "assistant", content: "hello" }, { role: "robot" }];

  assert.throws(() => readChatRequest(aChat({ messages })), { param: "messages[2].role" });
});

for (const content of [undefined, null, "", []]) {
  Deno.test(`2.9 message takes ${JSON.stringify(content)} as content, which says nothing`, () => {
    assert.deepEqual(contentsOf([said(content), said("hi")]), [user("hi")]);
  });
}

Deno.test("6.5 message takes input_file, the form of OpenAI's newer API, for a file", () => {
  const file = { file_data: "data:application/pdf;base64,JVBERg==", filename: "a.pdf" };

  assert.deepEqual(partsOf([{ type: "input_file", ...file }]), partsOf([{ type: "file", file }]));
});
