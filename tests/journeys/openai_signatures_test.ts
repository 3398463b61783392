import assert from "node:assert/strict";
import type {
  ChatCompletionMessage,
  ChatCompletionMessageFunctionToolCall,
  ChatCompletionMessageParam,
} from "openai/resources/chat/completions";
import { simKey } from "../simulator/simulator.ts";
import { handClock } from "../support/hand_clock.ts";
import { type Isolate, PROMPT, type TestService, withService } from "../support/service.ts";
import { aTool, openai, openaiInside, prompt, sent, SIGNING } from "./openai_client.ts";

const PLACEHOLDER = "skip_thought_signature_validator";
const QUESTION = prompt(`${PROMPT}\ncall weather {"city":"Bern","unit":"C"}`);
const ASKED = { model: SIGNING, tools: [aTool("weather")] };

type Said = Omit<ChatCompletionMessage, "tool_calls"> & {
  tool_calls: (ChatCompletionMessageFunctionToolCall & {
    extra_content?: { google?: { thought_signature?: string } };
  })[];
};

/** The first step: the model calls. */
async function step(t: TestService, token: string): Promise<Said> {
  const { choices } = await openai(t, token).chat.completions
    .create({ ...ASKED, messages: QUESTION });
  return choices[0]?.message as Said;
}

/** The same step, streamed. */
async function streamedStep(t: TestService, token: string): Promise<Said> {
  const { choices } = await openai(t, token).chat.completions
    .stream({ ...ASKED, messages: QUESTION }).finalChatCompletion();
  return choices[0]?.message as Said;
}

/** What is left of it in a client that keeps what it knows; ids and arguments as it likes. */
function remembered(
  { tool_calls }: Said,
  { id = (own: string) => own, args = (own: string) => own } = {},
): ChatCompletionMessageParam[] {
  const calls = tool_calls.map((call) => ({
    id: id(call.id),
    type: "function" as const,
    function: { name: call.function.name, arguments: args(call.function.arguments) },
  }));
  return [
    { role: "assistant", content: null, tool_calls: calls },
    ...calls.map(({ id }) => ({ role: "tool" as const, tool_call_id: id, content: "grey" })),
  ];
}

/** The next step, from any process and with any token; what Gemini was sent as the model's call. */
async function nextStep(
  t: TestService,
  { token, at = t, history }: {
    token: string;
    at?: Isolate;
    history: ChatCompletionMessageParam[];
  },
) {
  const ai = openaiInside({ ...t, send: at.send }, token);
  const { attempts } = t.simulator.calls();
  const { choices } = await ai.chat.completions.create({
    ...ASKED,
    messages: [...QUESTION, ...history],
  });
  assert.match(choices[0]?.message.content ?? "", /^The tools said/);
  assert.equal(t.simulator.calls().attempts, attempts + 1, "no signature was refused");
  return sent(t).at(-1).contents[1].parts[0];
}

function signatureOf({ tool_calls: [call] }: Said): string {
  const signature = call?.extra_content?.google?.thought_signature;
  assert.ok(signature && signature !== PLACEHOLDER);
  return signature;
}

for (const [form, first] of [["whole", step], ["streamed", streamedStep]] as const) {
  Deno.test(`a client that drops the signature of a call has it sent to Gemini all the same (${form})`, () =>
    withService({ sockets: true }, async (t) => {
      const { token } = await t.token([simKey("ok")]);
      const said = await first(t, token);

      const part = await nextStep(t, { token, history: remembered(said) });

      assert.equal(part.thoughtSignature, signatureOf(said));
      assert.deepEqual(part.functionCall, {
        id: said.tool_calls[0]?.id,
        name: "weather",
        args: { city: "Bern", unit: "C" },
      });
    }));

  Deno.test(`another process knows the signature as well (${form})`, () =>
    withService({ sockets: true }, async (t) => {
      const { token } = await t.token([simKey("ok")]);
      const there = await t.another();
      const said = await first(t, token);

      const part = await nextStep(t, { token, at: there, history: remembered(said) });

      assert.equal(part.thoughtSignature, signatureOf(said));
    }));
}

Deno.test("a client that gives the signature back needs no storage for it", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const said = await step(t, token);
    await t.service.settle();
    t.kv.meddle = () => "error";

    const [, ...results] = remembered(said);
    const part = await nextStep(t, { token, history: [said, ...results] });

    assert.equal(part.thoughtSignature, signatureOf(said));
    t.kv.meddle = () => {};
  }));

Deno.test("a client that writes ids of its own is known by the name and the arguments of its call", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const said = await step(t, token);
    const history = remembered(said, {
      id: () => "toolu_of_my_own",
      args: () => '{ "unit": "C", "city": "Bern" }',
    });

    const part = await nextStep(t, { token, history });

    assert.equal(part.thoughtSignature, signatureOf(said));
    assert.equal(part.functionCall.id, undefined);
  }));

Deno.test("another token of the same pool does not get the signature", () =>
  withService({ sockets: true }, async (t) => {
    const { token, poolId } = await t.token([simKey("ok")]);
    const { json: { token: other } } = await t.admin("POST /api/tokens", { name: "b", poolId });
    t.canaries.add("access token", other);
    const said = await step(t, token);

    const part = await nextStep(t, { token: other, history: remembered(said) });

    assert.equal(part.thoughtSignature, PLACEHOLDER);
  }));

Deno.test("a call that nobody remembers goes with the placeholder, and so does one whose arguments changed", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const said = await step(t, token);
    const history = remembered(said, {
      id: () => "toolu_of_my_own",
      args: () => '{"city":"Chur","unit":"C"}',
    });

    const part = await nextStep(t, { token, history });

    assert.equal(part.thoughtSignature, PLACEHOLDER);
  }));

Deno.test("while storage is down a chat goes on with the placeholder", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const said = await step(t, token);
    await t.service.settle();
    t.kv.meddle = (operation) => operation === "getMany" ? "error" : null;

    const part = await nextStep(t, { token, history: remembered(said) });

    assert.equal(part.thoughtSignature, PLACEHOLDER);
    t.kv.meddle = () => {};
  }));

Deno.test("an answer with signatures does not wait long for a storage that is slow", () => {
  const clock = handClock();
  return withService({ clock }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const chat = () =>
      openaiInside(t, token).chat.completions.create({ ...ASKED, messages: QUESTION });
    await chat();
    await t.service.settle();
    let release = () => {};
    const released = new Promise<null>((resolve) => release = () => resolve(null));
    t.kv.meddle = () => released;

    const answering = chat();
    let answered = false;
    answering.then(() => answered = true);
    for (let ms = 0; ms < 300; ms += 50) await clock.advance(50);

    assert.ok(answered);
    assert.equal((await answering).choices[0]?.finish_reason, "tool_calls");
    t.kv.meddle = () => {};
    release();
  });
});

Deno.test("six hours later a signature is forgotten", () => {
  const clock = handClock();
  return withService({ clock }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const ai = openaiInside(t, token);
    const { choices } = await ai.chat.completions.create({ ...ASKED, messages: QUESTION });
    const said = choices[0]?.message as Said;
    await t.service.settle();

    await clock.advance(6 * 3_600_000);
    const part = await nextStep(t, { token, history: remembered(said) });

    assert.equal(part.thoughtSignature, PLACEHOLDER);
  });
});
