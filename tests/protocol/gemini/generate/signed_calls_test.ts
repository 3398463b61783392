import assert from "node:assert/strict";
import type { Content, Part } from "../../../../lib/protocol/gemini/generate/request.ts";
import {
  PLACEHOLDER,
  replaceSignatures,
  signCalls,
  unsignedCalls,
} from "../../../../lib/protocol/gemini/generate/signed_calls.ts";

const user = (...parts: readonly Part[]): Content => ({ role: "user", parts });
const model = (...parts: readonly Part[]): Content => ({ role: "model", parts });
const say = (text: string): Part => ({ text });
const result = (name: string): Part => ({ functionResponse: { name, response: {} } });
const call = (name: string, thoughtSignature?: string): Part => ({
  functionCall: { name, args: {} },
  ...(thoughtSignature !== undefined && { thoughtSignature }),
});

const namesOf = (parts: readonly Part[]) => parts.map(({ functionCall }) => functionCall?.name);

Deno.test("8.2 unsignedCalls() looks at the first call of every step", () => {
  const contents = [
    user(say("hi")),
    model(say("Let me see."), call("a"), call("b")),
    user(result("a"), result("b")),
    model(call("c")),
    user(result("c")),
  ];

  assert.deepEqual(namesOf(unsignedCalls(contents)), ["a", "c"]);
});

Deno.test("8.2 unsignedCalls() looks no further back than the last word of the user", () => {
  const contents = [
    user(say("hi")),
    model(call("old")),
    user(result("old")),
    user(say("and now?")),
    model(call("new")),
    user(result("new")),
  ];

  assert.deepEqual(namesOf(unsignedCalls(contents)), ["new"]);
});

Deno.test("8.2 unsignedCalls() finds nothing once the user has spoken again", () => {
  const contents = [user(say("hi")), model(call("a")), user(result("a")), user(say("thanks"))];

  assert.deepEqual(unsignedCalls(contents), []);
});

Deno.test("8.2 unsignedCalls() is content with signed calls, whatever stands beside them", () => {
  const contents = [
    user(say("hi")),
    model(call("a", "c2ln"), call("b")),
    user(result("a"), result("b")),
  ];

  assert.deepEqual(unsignedCalls(contents), []);
});

Deno.test("8.5 signCalls() gives calls their own signatures, and the others the placeholder", () => {
  const known = call("a");
  const lost = call("b");
  const contents = [user(say("hi")), model(known, call("x")), user(result("a")), model(lost)];

  const signed = signCalls(contents, new Map([[known, "c2ln"], [lost, null]]));

  assert.deepEqual(signed.map(({ parts }) => parts.map((part) => part.thoughtSignature)), [
    [undefined],
    ["c2ln", undefined],
    [undefined],
    ["skip_thought_signature_validator"],
  ]);
});

Deno.test("8.6 signCalls() touches no other part, and changes nothing in place", () => {
  const contents = [
    user(say("hi")),
    model({ text: "a", thoughtSignature: "dHh0" }, call("a", "c2ln")),
  ];
  const before = structuredClone(contents);

  assert.deepEqual(signCalls(contents, new Map()), before);
  signCalls(contents, new Map(unsignedCalls(contents).map((part) => [part, "new"])));
  assert.deepEqual(contents, before);
});

Deno.test("8.5 replaceSignatures() leaves placeholders where Gemini asks, and nothing elsewhere", () => {
  const contents = [
    user(say("hi")),
    model(call("old", "b2xk")),
    user(result("old")),
    user(say("and now?")),
    model({ text: "Well.", thoughtSignature: "dHh0" }, call("a", "c2ln"), call("b", "c2ln")),
    user(result("a"), result("b")),
    model(call("c")),
  ];

  assert.deepEqual(replaceSignatures(contents), [
    user(say("hi")),
    model(call("old")),
    user(result("old")),
    user(say("and now?")),
    model(say("Well."), call("a", PLACEHOLDER), call("b")),
    user(result("a"), result("b")),
    model(call("c", PLACEHOLDER)),
  ]);
});

Deno.test("8.5 replaceSignatures() leaves no empty text behind", () => {
  const contents = [user(say("hi")), model({ text: "", thoughtSignature: "dHh0" })];

  assert.deepEqual(replaceSignatures(contents), [user(say("hi")), model(say(" "))]);
});

Deno.test("8.6 replaceSignatures() changes nothing in place", () => {
  const contents = [user(say("hi")), model(call("a", "c2ln"))];
  const before = structuredClone(contents);

  replaceSignatures(contents);

  assert.deepEqual(contents, before);
});
