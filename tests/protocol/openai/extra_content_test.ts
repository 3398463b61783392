import assert from "node:assert/strict";
import { signatureIn, toolPartsIn } from "../../../lib/protocol/openai/extra_content.ts";
import {
  aCall,
  aChat,
  aTool,
  callFor,
  contentsOf,
  formFor,
  model,
  NEW,
  OLD,
  user,
} from "./chats.ts";

const PLACEHOLDER = "skip_thought_signature_validator";
const asks = (content = "hi") => ({ role: "user", content });
const result = (tool_call_id: string) => ({ role: "tool", tool_call_id, content: "{}" });
const calls = (...tool_calls: unknown[]) => ({ role: "assistant", tool_calls });
const google = (thought_signature: string) => ({
  extra_content: { google: { thought_signature } },
});
const signed = (id: string, signature: string) => ({ ...aCall(id, "f"), ...google(signature) });
const said = (name: string, thoughtSignature?: string) => ({
  functionCall: { name, args: {} },
  ...(thoughtSignature !== undefined && { thoughtSignature }),
});

/** A call for these messages, before anything was looked up. */
const call = (messages: unknown[], model = NEW) =>
  callFor(aChat({ messages, tools: [aTool("f"), aTool("g")] }), { model });

/** The turns of the model, once those signatures were looked up. */
function answersAfter(messages: unknown[], found: (string | null)[]) {
  const generate = call(messages);
  generate.sign(found);
  return generate.body(formFor()).contents.filter(({ role }) => role === "model");
}

Deno.test("8.1 a signature stands beside the call, not inside it", () => {
  assert.deepEqual(contentsOf([asks(), calls(signed("call_x", "c2ln")), result("call_x")])[1], {
    role: "model",
    parts: [said("f", "c2ln")],
  });
});

Deno.test("8.2 the first call of each step of the current turn lacks its signature", () => {
  const generate = call([
    asks(),
    calls(aCall("call_a", "f", '{"n":1}'), aCall("call_b", "g")),
    result("call_b"),
    result("call_a"),
    calls(aCall("call_c", "g")),
    result("call_c"),
  ]);

  assert.deepEqual(generate.missingSignatures, [
    { callId: "call_a", name: "f", args: '{"n":1}' },
    { callId: "call_c", name: "g", args: "{}" },
  ]);
});

Deno.test("8.2 calls from before the last word of the user need none", () => {
  const messages = [asks(), calls(aCall("call_a", "f")), result("call_a"), asks("thanks")];

  assert.deepEqual(call(messages).missingSignatures, []);
});

Deno.test("8.3 signatures that the client gives back are put where they were, on calls and on text", () => {
  const messages = [
    asks(),
    {
      role: "assistant",
      content: [{ type: "text", text: "One." }, { type: "text", text: "Two." }],
      ...google("dGV4dA=="),
    },
    asks("go"),
    calls(signed("call_a", "Y2FsbA=="), aCall("call_b", "g")),
    result("call_a"),
    result("call_b"),
  ];

  assert.deepEqual(contentsOf(messages).filter(({ role }) => role === "model"), [
    model("One.", { text: "Two.", thoughtSignature: "dGV4dA==" }),
    model(said("f", "Y2FsbA=="), said("g")),
  ]);
});

Deno.test("8.3 the signature of an answer that said nothing stands on an empty text", () => {
  const messages = [asks(), { role: "assistant", content: null, ...google("c2ln") }, asks("go")];

  assert.deepEqual(contentsOf(messages)[1], model({ text: "", thoughtSignature: "c2ln" }));
});

Deno.test("8.3 the signature of an answer stands on its text even where it calls", () => {
  const messages = [
    asks(),
    { ...calls(signed("call_a", "Y2FsbA==")), content: "Well.", ...google("dGV4dA==") },
    result("call_a"),
  ];

  assert.deepEqual(contentsOf(messages)[1], {
    role: "model",
    parts: [{ text: "Well.", thoughtSignature: "dGV4dA==" }, said("f", "Y2FsbA==")],
  });
});

Deno.test("8.3 the signature of an answer moves to no call", () => {
  const messages = [
    asks(),
    { ...calls(aCall("call_a", "f")), ...google("dGV4dA==") },
    result("call_a"),
  ];

  assert.deepEqual(contentsOf(messages)[1], model(said("f", PLACEHOLDER)));
});

Deno.test("8.4 a signature is looked up only where the history lacks it", () => {
  const messages = [asks(), calls(signed("call_a", "c2ln")), result("call_a")];

  assert.deepEqual(call(messages).missingSignatures, []);
});

Deno.test("8.4 a signature is looked up by name and arguments too, in whatever order they stand", () => {
  const refs = ['{"b":{"d":1,"c":2},"a":1.0}', ' { "a" : 1.0, "b": {"c":2, "d":1} }'].map((args) =>
    call([asks(), calls(aCall("call_a", "f", args)), result("call_a")]).missingSignatures
  );

  assert.deepEqual(refs[0], refs[1]);
  assert.deepEqual(refs[0], [{ callId: "call_a", name: "f", args: '{"a":1.0,"b":{"c":2,"d":1}}' }]);
});

Deno.test("8.4 signatures that were found are put in, in the order in which they were missing", () => {
  const messages = [
    asks(),
    calls(aCall("call_a", "f"), aCall("call_b", "g")),
    result("call_a"),
    result("call_b"),
    calls(aCall("call_c", "g")),
    result("call_c"),
  ];

  assert.deepEqual(answersAfter(messages, ["Zmlyc3Q=", "c2Vjb25k"]), [
    model(said("f", "Zmlyc3Q="), said("g")),
    model(said("g", "c2Vjb25k")),
  ]);
});

Deno.test("8.5 the placeholder stands where nobody knows a signature, and nowhere else", () => {
  const messages = [
    asks(),
    calls(aCall("call_a", "f"), aCall("call_b", "g")),
    result("call_a"),
    result("call_b"),
    calls(signed("call_c", "c2ln")),
    result("call_c"),
  ];

  assert.deepEqual(answersAfter(messages, [null]), [
    model(said("f", PLACEHOLDER), said("g")),
    model(said("f", "c2ln")),
  ]);
});

for (const old of [OLD, "gemini-2.5-pro", "gemini-2.0-flash"]) {
  Deno.test(`8.5 ${old}, from before Gemini 3, misses no signature`, () => {
    assert.deepEqual(
      call([asks(), calls(aCall("call_a", "f")), result("call_a")], old).missingSignatures,
      [],
    );
  });
}

Deno.test("8.5 signatures that Gemini refused are replaced, where it needs some", () => {
  const generate = call([
    asks(),
    calls(signed("call_o", "b2xk")),
    result("call_o"),
    { role: "assistant", content: "Done.", ...google("dGV4dA==") },
    asks("again"),
    calls(signed("call_a", "c2ln"), aCall("call_b", "g")),
    result("call_a"),
    result("call_b"),
  ]);
  const { contents } = generate.body({ ...formFor(), signatures: "replaced" });

  assert.deepEqual(contents.filter(({ role }) => role === "model"), [
    model(said("f")),
    model("Done."),
    model(said("f", PLACEHOLDER), said("g")),
  ]);
});

for (const signature of ["c2ln", "-_8", "sig with spaces", "CpoBAdHtim8=="]) {
  Deno.test(`8.6 a signature is handed on as it came: ${signature}`, () => {
    const [, answer] = contentsOf([asks(), calls(signed("call_x", signature)), result("call_x")]);

    assert.equal(answer?.parts[0]?.thoughtSignature, signature);
  });
}

Deno.test("8.7 image models get no placeholder", () => {
  const messages = [asks(), calls(aCall("call_a", "f")), result("call_a")];

  assert.deepEqual(call(messages, "gemini-3-pro-image-preview").missingSignatures, []);
});

for (
  const nothing of [
    undefined,
    null,
    5,
    "google",
    {},
    { google: null },
    { google: { thought_signature: null } },
    { google: { thought_signature: "" } },
    { google: { thought_signature: 5 } },
    { openai: { thought_signature: "c2ln" } },
  ]
) {
  Deno.test(`signatureIn() finds none in ${JSON.stringify(nothing)}`, () => {
    assert.equal(signatureIn(nothing), null);
  });
}

Deno.test("toolPartsIn() gives back the steps of Google's tools as they came, and nothing else", () => {
  const steps = [
    { toolCall: { id: "a", toolType: "GOOGLE_SEARCH_WEB", args: {} }, thoughtSignature: "c2ln" },
    { toolResponse: { id: "a", toolType: "GOOGLE_SEARCH_WEB", response: { x: [1] } } },
  ];

  assert.deepEqual(
    toolPartsIn({ google: { tool_parts: [steps[0], { text: "no" }, 5, steps[1]] } }),
    steps,
  );
  assert.deepEqual(toolPartsIn({ google: { tool_parts: {} } }), []);
  assert.deepEqual(toolPartsIn(undefined), []);
});

Deno.test("the steps of Google's tools stand before what was said after them", () => {
  const step = { toolCall: { id: "a", toolType: "GOOGLE_SEARCH_WEB", args: {} } };
  const answer = {
    role: "assistant",
    content: "Sunny.",
    extra_content: { google: { tool_parts: [step], thought_signature: "c2ln" } },
  };

  assert.deepEqual(contentsOf([asks(), answer, asks("sure?")]), [
    user("hi"),
    model(step, { text: "Sunny.", thoughtSignature: "c2ln" }),
    user("sure?"),
  ]);
});
