import { match, strictEqual as equal } from "node:assert";
import type { Content, Part } from "../generate_request.ts";
import { call, functions, model, NEW, OLD, refusal, result, user } from "./trying.ts";

const IMAGE: Part = { inlineData: { mimeType: "image/png", data: "iVBORw0KGgo=" } };

/** A fact, contents, and what Google says to them. */
const refused: [string, readonly Content[], RegExp][] = [
  ["no contents", [], /\.contents: contents is not specified\n$/],
  ["a content without parts", [user("hi"), model()], /contents\[1\]\.parts: contents\.parts must/],
  ["a part without anything", [user("hi", {})], /contents\[0\]\.parts\[1\]\.data: required oneof/],
  ["a part with two things", [user({ text: "hi", ...IMAGE })], /Cannot set 'inlineData'$/],
  ["data of no type", [user({ inlineData: { data: "AA==" } })], /inline_data\.mime_type/],
  ["a role of OpenAI's", [{ role: "assistant", parts: [{ text: "hi" }] }], /valid role: user, mod/],
  ["a model that speaks first", [model("hi"), user("hi")], /the first turn is a user turn\.$/],
  [
    "a call before the user spoke",
    [model(call("f")), user(result("f"))],
    /function call turn comes immediately after a user turn/,
  ],
  [
    "a call after the model spoke",
    [user("hi"), model("well"), model(call("f")), user(result("f"))],
    /function call turn comes immediately after a user turn/,
  ],
  [
    "a result without a call",
    [user("hi"), model("well"), user(result("f"))],
    /response turn comes/,
  ],
  [
    "results in two turns",
    [user("hi"), model(call("f"), call("g")), user(result("f")), user(result("g"))],
    /response turn comes immediately after a function call turn/,
  ],
  [
    "fewer results than calls",
    [user("hi"), model(call("f"), call("g")), user(result("f"))],
    /number of function response parts is equal to the number of function call parts/,
  ],
  [
    "a call that is left unanswered",
    [user("hi"), model(call("f")), user("never mind")],
    /number of function response parts is equal/,
  ],
];

for (const [fact, contents, message] of refused) {
  Deno.test(`${fact} is refused`, () => {
    match(refusal({ contents }) ?? "", message);
  });
}

const taken: [string, readonly Content[]][] = [
  ["a content without a role", [{ parts: [{ text: "hi" }] }]],
  ["an empty text", [user("")]],
  ["an empty text with a signature", [
    user("hi"),
    model("Hi.", { text: "", thoughtSignature: "c2ln" }),
    user("a"),
  ]],
  ["two turns of the user in a row", [user("hi"), user("there")]],
  ["a last word of the model", [user("hi"), model("Once upon")]],
  ["a picture beside a text", [user("hi", IMAGE)]],
  ["results under the role function", [
    user("hi"),
    model("Let me see.", call("f"), call("g")),
    { role: "function", parts: [result("f"), result("g")] },
  ]],
  ["a result with a text behind it", [user("hi"), model(call("f")), user(result("f"), "go on")]],
  ["calls in two steps", [
    user("hi"),
    model(call("f")),
    user(result("f")),
    model(call("g")),
    user(result("g")),
  ]],
  ["a call that Google ran itself", [
    user("hi"),
    model(call("f"), result("f"), "Done."),
    user("a"),
  ]],
];

for (const [fact, contents] of taken) {
  Deno.test(`${fact} is taken`, () => {
    equal(refusal({ contents, tools: [functions("f", "g")] }), undefined);
  });
}

for (
  const fileUri of [
    "files/abc",
    "https://generativelanguage.googleapis.com/v1beta/files/abc",
    "gs://bucket/a.png",
    "https://www.youtube.com/watch?v=9hE5-98ZeCg",
    "https://youtu.be/9hE5-98ZeCg",
  ]
) {
  Deno.test(`the file ${fileUri} is taken by every model`, () => {
    const contents = [user("hi", { fileData: { fileUri } })];

    equal(refusal({ contents }, "gemini-2.0-flash"), undefined);
    equal(refusal({ contents }, NEW), undefined);
  });
}

Deno.test("a file elsewhere is fetched from Gemini 2.5 on, and only over https", () => {
  const at = (fileUri: string) => ({ contents: [user("hi", { fileData: { fileUri } })] });

  equal(refusal(at("https://example.com/a.png"), OLD), undefined);
  match(refusal(at("https://example.com/a.png"), "gemini-2.0-flash") ?? "", /unsupported file uri/);
  match(refusal(at("http://example.com/a.png"), NEW) ?? "", /unsupported file uri/);
  match(refusal(at("data:image/png;base64,AA=="), NEW) ?? "", /unsupported file uri/);
});
