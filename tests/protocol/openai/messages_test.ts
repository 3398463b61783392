import assert from "node:assert/strict";
import { aCall, bodyOf, contentsOf, GEMMA, model, user } from "./chats.ts";

const system = (content: unknown) => ({ role: "system", content });
const says = (content: unknown, more = {}) => ({ role: "assistant", content, ...more });
const asks = (content: unknown) => ({ role: "user", content });
const answers = (tool_call_id: string, content: unknown) => ({
  role: "tool",
  tool_call_id,
  content,
});

/** What stands above the conversation. */
function above(messages: unknown[], model?: string) {
  return bodyOf({ messages }, model === undefined ? {} : { model }).systemInstruction;
}

Deno.test("2.1 all leading system and developer messages are one system instruction, in order", () => {
  const messages = [
    system("Be brief."),
    { role: "developer", content: "Be kind." },
    system([{ type: "text", text: "Be" }, { type: "text", text: " true." }]),
    asks("hi"),
  ];

  assert.deepEqual(above(messages), {
    parts: [{ text: "Be brief." }, { text: "Be kind." }, { text: "Be" }, { text: " true." }],
  });
  assert.deepEqual(contentsOf(messages), [user("hi")]);
});

Deno.test("2.1 system messages that say nothing are no system instruction", () => {
  assert.equal(above([system(""), system(null), system([]), asks("hi")]), undefined);
});

Deno.test("2.2 a later system message stays where it was, as the user's text, without a marker as OPENAI.md has it", () => {
  const messages = [system("Be brief."), asks("hi"), says("Hi."), system("Now rhyme."), asks("go")];

  assert.deepEqual(contentsOf(messages), [user("hi"), model("Hi."), user("Now rhyme.", "go")]);
  assert.deepEqual(above(messages), { parts: [{ text: "Be brief." }] });
});

Deno.test("2.3 system messages alone are said by the user, because there has to be a question", () => {
  const messages = [system("Tell a joke."), { role: "developer", content: "A short one." }];

  assert.deepEqual(contentsOf(messages), [user("Tell a joke.", "A short one.")]);
  assert.equal(above(messages), undefined);
});

Deno.test("2.4 Gemma hears system messages from the user", () => {
  const messages = [system("Be brief."), asks("hi")];

  assert.deepEqual(contentsOf(messages, { model: GEMMA }), [user("Be brief.", "hi")]);
  assert.equal(above(messages, GEMMA), undefined);
});

Deno.test("2.4 Gemma hears system messages from the user before the model speaks too", () => {
  assert.deepEqual(contentsOf([system("Be brief."), says("Hi.")], { model: GEMMA }), [
    user("Be brief."),
    model("Hi."),
  ]);
});

Deno.test("2.5 the assistant is the model, tools are the user", () => {
  const messages = [
    asks("hi"),
    says(null, { tool_calls: [aCall("a", "f")] }),
    answers("a", "ok"),
    says("Done."),
  ];

  assert.deepEqual(contentsOf(messages).map(({ role }) => role), [
    "user",
    "model",
    "user",
    "model",
  ]);
});

Deno.test("2.6 neighbours of the same role are one turn", () => {
  const messages = [asks("one"), asks("two"), says("three"), says("four"), asks("five")];

  assert.deepEqual(contentsOf(messages), [
    user("one", "two"),
    model("three", "four"),
    user("five"),
  ]);
});

Deno.test("2.6 a text behind the results of tools is a turn of its own", () => {
  const messages = [
    asks("hi"),
    says(null, { tool_calls: [aCall("a", "f")] }),
    answers("a", "ok"),
    asks("go on"),
    asks("please"),
  ];

  assert.deepEqual(contentsOf(messages, { model: "gemini-2.5-flash" }).slice(2), [
    user({ functionResponse: { name: "f", response: { result: "ok" } } }),
    user("go on", "please"),
  ]);
});

Deno.test("2.7 a history that begins with the model gets a minimal turn of the user before it", () => {
  assert.deepEqual(contentsOf([says("Welcome."), asks("hi")]), [
    user(" "),
    model("Welcome."),
    user("hi"),
  ]);
});

Deno.test("2.7 a history that begins with a call gets a minimal turn of the user before it", () => {
  const messages = [says(null, { tool_calls: [aCall("a", "f")] }), answers("a", "ok")];

  assert.deepEqual(contentsOf(messages, { model: "gemini-2.5-flash" }), [
    user(" "),
    model({ functionCall: { name: "f", args: {} } }),
    user({ functionResponse: { name: "f", response: { result: "ok" } } }),
  ]);
});

Deno.test("2.8 the beginning of an answer is passed on as the last turn", () => {
  assert.deepEqual(contentsOf([asks("Count."), says("One, two,")]), [
    user("Count."),
    model("One, two,"),
  ]);
});

for (const nothing of [undefined, null, "", [], [{ type: "text", text: "" }]]) {
  Deno.test(`2.9 content ${JSON.stringify(nothing)} gives no part`, () => {
    assert.deepEqual(contentsOf([asks("hi"), says(nothing), asks("there"), asks(nothing)]), [
      user("hi", "there"),
    ]);
  });

  Deno.test(`2.9 content ${JSON.stringify(nothing)} alone gives one space, because no turn is none`, () => {
    assert.deepEqual(contentsOf([asks(nothing)]), [user(" ")]);
  });
}

Deno.test("2.10 an image alone gets no text beside it: only models before 2.0 wanted one", () => {
  const image = { type: "image_url", image_url: { url: "data:image/png;base64,AAEC" } };

  assert.deepEqual(contentsOf([asks([image])]), [
    user({ inlineData: { mimeType: "image/png", data: "AAEC" } }),
  ]);
});

Deno.test("2.11 an answer with text and calls keeps both, the text first", () => {
  const messages = [
    asks("hi"),
    says("Let me see.", { tool_calls: [aCall("a", "f", '{"x":1}')] }),
    answers("a", "ok"),
  ];

  assert.deepEqual(contentsOf(messages, { model: "gemini-2.5-flash" })[1], {
    role: "model",
    parts: [{ text: "Let me see." }, { functionCall: { name: "f", args: { x: 1 } } }],
  });
});

Deno.test("2.12 thoughts in the history are dropped", () => {
  const thoughts = {
    reasoning_content: "Hm.",
    reasoning: "Hm.",
    reasoning_details: [{ type: "reasoning.text", text: "Hm." }],
  };

  assert.deepEqual(contentsOf([asks("hi"), says("Hi.", thoughts), asks("there")]), [
    user("hi"),
    model("Hi."),
    user("there"),
  ]);
});

Deno.test("2.13 refusals are texts, as parts and as a field", () => {
  const messages = [
    asks("hi"),
    says([{ type: "text", text: "Well." }, { type: "refusal", refusal: "I cannot." }], {
      refusal: "I will not.",
    }),
    asks("why?"),
  ];

  assert.deepEqual(contentsOf(messages)[1], model("Well.", "I cannot.", "I will not."));
});

Deno.test("2.13 the name of a user is ignored", () => {
  assert.deepEqual(contentsOf([{ role: "user", content: "hi", name: "Ada" }]), [user("hi")]);
});

Deno.test("2.14 function_call and the role function become a call and its result", () => {
  const messages = [
    asks("hi"),
    says(null, { function_call: { name: "f", arguments: '{"x":1}' } }),
    { role: "function", name: "f", content: "ok" },
    asks("and now?"),
  ];

  assert.deepEqual(contentsOf(messages), [
    user("hi"),
    model({ functionCall: { name: "f", args: { x: 1 } } }),
    user({ functionResponse: { name: "f", response: { result: "ok" } } }),
    user("and now?"),
  ]);
});

Deno.test("images that we gave out come back behind the text, with their signatures", () => {
  const image = {
    type: "image_url",
    image_url: { url: "data:image/png;base64,AAEC" },
    extra_content: { google: { thought_signature: "c2ln" } },
  };

  assert.deepEqual(
    contentsOf([asks("draw"), says("Here.", { images: [image] }), asks("bigger")])[1],
    {
      role: "model",
      parts: [
        { text: "Here." },
        { inlineData: { mimeType: "image/png", data: "AAEC" }, thoughtSignature: "c2ln" },
      ],
    },
  );
});
