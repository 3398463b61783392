import assert from "node:assert/strict";
import type OpenAI from "openai";
import { type KeyWays, simKey, type Way } from "../simulator/simulator.ts";
import { event, googleError, inPieces } from "../support/bodies.ts";
import { type TestService, withService } from "../support/service.ts";
import { ASKED, aTool, failureOf, openai, sent } from "./openai_client.ts";

/** The same chat, whole and streamed; both give the whole completion. */
const FORMS = [
  ["whole", (ai: OpenAI, asked = ASKED) => ai.chat.completions.create(asked)],
  [
    "streamed",
    (ai: OpenAI, asked = ASKED) =>
      ai.chat.completions.stream({ ...asked, stream_options: { include_usage: true } })
        .finalChatCompletion(),
  ],
] as const;

for (const [form, chat] of FORMS) {
  Deno.test(`a client is served although the first keys are exhausted, dead and flaky (${form})`, () =>
    withService({ sockets: true }, async (t) => {
      const keys = [simKey("exhausted-day"), simKey("invalid"), simKey("flaky-1"), simKey("ok")];
      const { token } = await t.token(keys);
      const ai = openai(t, token);

      for (let n = 0; n < 6; n++) {
        const { choices } = await chat(ai);
        assert.match(choices[0]?.message.content ?? "", /canary-prompt/);
      }
    }));
}

/** A response with one candidate. */
function candidate(fields: object): object {
  return {
    candidates: [fields],
    usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 2, totalTokenCount: 7 },
  };
}

const says = (...pieces: object[]): Way => ({ kind: "says", pieces });
const GOOD = says(
  candidate({ content: { role: "model", parts: [{ text: "Here I am." }] }, finishReason: "STOP" }),
);

const EMPTY_ANSWERS: readonly [what: string, way: Way][] = [
  ["that ends with nothing said", says(candidate({ finishReason: "STOP" }))],
  [
    "of empty parts",
    says(candidate({ content: { role: "model", parts: [] }, finishReason: "STOP" })),
  ],
  [
    "with a malformed call",
    says(candidate({ finishReason: "MALFORMED_FUNCTION_CALL", finishMessage: "call:weather{" })),
  ],
  ["that misses a signature", says(candidate({ finishReason: "MISSING_THOUGHT_SIGNATURE" }))],
  ["without candidates", says({ usageMetadata: { promptTokenCount: 5, totalTokenCount: 5 } })],
];

/** A service whose only key behaves so. */
async function clientOf(t: TestService, ways: KeyWays): Promise<OpenAI> {
  const { token } = await t.token([simKey("ok")]);
  t.simulator.setWays(simKey("ok"), ways);
  return openai(t, token);
}

for (const [form, chat] of FORMS) {
  for (const [what, way] of EMPTY_ANSWERS) {
    Deno.test(`an answer ${what} is asked for again before the client hears of it (${form})`, () =>
      withService({ sockets: true }, async (t) => {
        const ai = await clientOf(t, [way, GOOD]);

        const { choices, usage } = await chat(ai);

        assert.equal(choices[0]?.message.content, "Here I am.");
        assert.equal(choices[0]?.finish_reason, "stop");
        assert.equal(usage?.total_tokens, 7);
        assert.equal(t.simulator.calls().attempts, 2);
        assert.deepEqual(sent(t)[0], sent(t)[1]);
      }));
  }

  Deno.test(`an answer that is empty twice is the honest empty answer (${form})`, () =>
    withService({ sockets: true }, async (t) => {
      const [[, empty]] = EMPTY_ANSWERS as [[string, Way]];
      const ai = await clientOf(t, empty);

      const { choices: [choice] } = await chat(ai);

      assert.ok(!choice?.message.content);
      assert.equal(choice?.finish_reason, "stop");
      assert.equal(t.simulator.calls().attempts, 2);
    }));

  Deno.test(`an answer that is none twice is a 502 (${form})`, () =>
    withService({ sockets: true }, async (t) => {
      const ai = await clientOf(t, says({ usageMetadata: { promptTokenCount: 5 } }));

      const { status, type } = await failureOf(t, () => chat(ai));

      assert.deepEqual([status, type], [502, "server_error"]);
      assert.equal(t.simulator.calls().attempts, 2);
    }));

  Deno.test(`an answer that misses a signature twice is a 502 (${form})`, () =>
    withService({ sockets: true }, async (t) => {
      const ai = await clientOf(t, says(candidate({ finishReason: "MISSING_THOUGHT_SIGNATURE" })));

      const { status, code } = await failureOf(t, () => chat(ai));

      assert.deepEqual([status, code], [502, "thought_signature_missing"]);
      assert.equal(t.simulator.calls().attempts, 2);
    }));

  Deno.test(`a blocked prompt is a refusal, and is not asked again (${form})`, () =>
    withService({ sockets: true }, async (t) => {
      const ai = await clientOf(t, says({ promptFeedback: { blockReason: "SAFETY" } }));

      const { choices: [choice] } = await chat(ai);

      assert.ok(!choice?.message.content);
      assert.equal(choice?.message.refusal, "Blocked by Gemini: SAFETY");
      assert.equal(choice?.finish_reason, "content_filter");
      assert.equal(t.simulator.calls().attempts, 1);
    }));

  Deno.test(`a schema that Gemini refuses is sent once more in the older form (${form})`, () =>
    withService({ upstream: takingOpenApi }, async (t) => {
      const { token } = await t.token([simKey("ok")]);
      const { status, text } = await t.ask("/v1/chat/completions", {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify({
          ...ASKED,
          stream: form === "streamed",
          tools: [aTool("weather")],
        }),
      });

      assert.equal(status, 200);
      assert.match(text, /older form/);
      assert.equal(t.outbound.length, 2);
    }));
}

const OLDER = candidate({
  content: { role: "model", parts: [{ text: "older form" }] },
  finishReason: "STOP",
});
const REFUSAL =
  "Invalid value at 'tools[0].function_declarations[0].parameters_json_schema' (TYPE_ENUM)";

/** A Gemini that takes schemas in the older form only. */
async function takingOpenApi(request: Request): Promise<Response> {
  const isNewer = (await request.text()).includes("JsonSchema");
  if (isNewer) return new Response(googleError(400, "INVALID_ARGUMENT", REFUSAL), { status: 400 });
  return request.url.includes("alt=sse") ? inPieces([event(OLDER)]) : Response.json(OLDER);
}

Deno.test("the usage of both tries stands in the log, and only the second's in the answer", () =>
  withService({ sockets: true }, async (t) => {
    const [[, empty]] = EMPTY_ANSWERS as [[string, Way]];
    const ai = await clientOf(t, [empty, GOOD]);

    const { usage } = await ai.chat.completions.create(ASKED);
    await t.stop();

    const lines = t.log.filter(({ operation }) => operation === "chatCompletions");
    assert.equal(usage?.total_tokens, 7);
    assert.deepEqual(lines.map((line) => line.usage?.total), [14]);
    assert.equal(lines[0]?.attempts?.length, 2);
  }));

Deno.test("the second try may go to another key, and an empty answer costs the first one nothing", () =>
  withService({ sockets: true }, async (t) => {
    const [[, empty]] = EMPTY_ANSWERS as [[string, Way]];
    const keys = [simKey("ok", 1), simKey("ok", 2)];
    const { token, poolId } = await t.token(keys);
    for (const key of keys) t.simulator.setWays(key, [empty, GOOD]);

    const { choices } = await openai(t, token).chat.completions.create(ASKED);

    assert.ok(choices[0]);
    assert.deepEqual((await t.keys(poolId)).map(({ state }) => state), ["ready", "ready"]);
  }));

Deno.test("an error inside the beginning of a stream is tried with another key", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok", 1), simKey("ok", 2)]);
    t.simulator.setWays(simKey("ok", 1), "errorInStream-0");

    for (let n = 0; n < 4; n++) {
      const { choices } = await openai(t, token).chat.completions.stream(ASKED)
        .finalChatCompletion();
      assert.match(choices[0]?.message.content ?? "", /canary-prompt/);
    }
  }));

Deno.test("a pool that cools says so, and serves again when it is ready", () =>
  withService({ sockets: true }, async (t) => {
    const { token, poolId } = await t.token([simKey("exhausted")]);
    const ai = openai(t, token);

    const first = await failureOf(t, () => ai.chat.completions.create(ASKED));
    const second = await failureOf(t, () => ai.chat.completions.create(ASKED));
    await t.admin(`POST /api/pools/${poolId}/keys`, { keys: [simKey("ok")] });
    t.canaries.add("upstream key", simKey("ok"));
    const { choices } = await ai.chat.completions.create(ASKED);

    assert.deepEqual([first.status, second.status], [429, 429]);
    assert.equal(t.simulator.calls(simKey("exhausted")).attempts, 1);
    assert.equal(choices[0]?.finish_reason, "stop");
  }));
