import assert from "node:assert/strict";
import { zodFunction, zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";
import { simKey } from "../simulator/simulator.ts";
import { FLASH, PROMPT, withService } from "../support/service.ts";
import { ASKED, aTool, callsOf, openai, prompt, sent, SIGNING } from "./openai_client.ts";

const BERN_AND_CHUR = `${PROMPT}\ncall weather {"city":"Bern"}\ncall weather {"city":"Chur"}`;

/** A tool that the SDK's runner calls by itself; it notes for what it was called. */
function runnable(name: string, asked: string[]) {
  const { function: { parameters = {} } } = aTool(name);
  return {
    type: "function" as const,
    function: {
      name,
      parameters,
      description: "Tells the weather",
      parse: JSON.parse,
      function: ({ city }: { city: string }) => {
        asked.push(city);
        return { sky: `grey over ${city}` };
      },
    },
  };
}

for (const model of [FLASH, SIGNING]) {
  Deno.test(`the SDK's tool runner runs parallel calls and gets to an answer (${model})`, () =>
    withService({ sockets: true }, async (t) => {
      const { token } = await t.token([simKey("ok")]);
      const asked: string[] = [];

      const runner = openai(t, token).chat.completions.runTools({
        model,
        messages: prompt(BERN_AND_CHUR),
        tools: [runnable("weather", asked)],
      });
      const answer = await runner.finalContent();

      assert.deepEqual(asked, ["Bern", "Chur"]);
      assert.equal(answer?.trim(), TOLD);
      assert.deepEqual(turnsOf(sent(t)[1]), [["user", 1], ["model", 2], ["user", 2]]);
    }));

  Deno.test(`the SDK's tool runner does so over streams too (${model})`, () =>
    withService({ sockets: true }, async (t) => {
      const { token } = await t.token([simKey("ok")]);
      const asked: string[] = [];

      const runner = openai(t, token).chat.completions.runTools({
        model,
        stream: true,
        messages: prompt(BERN_AND_CHUR),
        tools: [runnable("weather", asked)],
      });
      const answer = await runner.finalContent();

      assert.deepEqual(asked, ["Bern", "Chur"]);
      assert.equal(answer?.trim(), TOLD);
      assert.deepEqual(turnsOf(sent(t)[1]), [["user", 1], ["model", 2], ["user", 2]]);
    }));
}

/** What a model says of two results. */
const TOLD = 'The tools said: {"sky":"grey over Bern"}, {"sky":"grey over Chur"}';

/** Who speaks in a conversation, and in how many parts. */
function turnsOf(
  { contents }: { contents: readonly { role: string; parts: readonly unknown[] }[] },
): [role: string, parts: number][] {
  return contents.map(({ role, parts }) => [role, parts.length]);
}

Deno.test("the SDK's tool runner goes on over several steps, and every step stays signed", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const call = (city: string, id: string) => ({
      kind: "says",
      pieces: [{
        candidates: [{
          content: {
            role: "model",
            parts: [{
              functionCall: { name: "weather", args: { city }, id },
              thoughtSignature: "skip_thought_signature_validator",
            }],
          },
          finishReason: "STOP",
        }],
      }],
    } as const);
    t.simulator.setWays(simKey("ok"), [call("Bern", "aaaaaaa1"), call("Chur", "aaaaaaa2"), "ok"]);
    const asked: string[] = [];

    const runner = openai(t, token).chat.completions.runTools({
      model: SIGNING,
      messages: prompt(PROMPT),
      tools: [runnable("weather", asked)],
    });
    const answer = await runner.finalContent();

    assert.deepEqual(asked, ["Bern", "Chur"]);
    assert.match(answer ?? "", /The tools said: \{"sky":"grey over Chur"\}/);
    assert.deepEqual(
      turnsOf(sent(t)[2]),
      [["user", 1], ["model", 1], ["user", 1], ["model", 1], ["user", 1]],
    );
    assert.equal(sent(t)[2].contents[3].parts[0].functionCall.id, "aaaaaaa2");
  }));

Deno.test("a tool made with zod is called with arguments that the SDK has parsed", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const tool = zodFunction({
      name: "get_weather",
      parameters: z.object({ city: z.string(), unit: z.enum(["C", "F"]).nullable() }),
    });

    const { choices: [choice] } = await openai(t, token).chat.completions.parse({
      model: FLASH,
      messages: prompt(`${PROMPT}\ncall get_weather {"city":"Bern","unit":null}`),
      tools: [tool],
    });

    const [call] = choice?.message.tool_calls ?? [];
    assert.ok(call?.type === "function");
    assert.deepEqual(call.function.parsed_arguments, { city: "Bern", unit: null });
    const [{ functionDeclarations: [declared] }] = sent(t)[0].tools;
    assert.deepEqual(declared.parametersJsonSchema.required, ["city", "unit"]);
  }));

Deno.test("an answer whose format was made with zod is parsed, unions, recursion and all", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const tree: z.ZodType<unknown> = z.lazy(() =>
      z.object({ name: z.string(), children: z.array(tree) })
    );
    const format = z.object({
      kind: z.union([z.literal("leaf"), z.literal("tree")]),
      note: z.string().nullable(),
      root: tree,
    });
    const value = {
      kind: "tree",
      note: null,
      root: { name: "a", children: [{ name: "b", children: [] }] },
    };
    const asked = {
      model: FLASH,
      messages: prompt(`${PROMPT}\njson ${JSON.stringify(value)}`),
      response_format: zodResponseFormat(format, "answer"),
    };
    const { completions } = openai(t, token).chat;

    const whole = await completions.parse(asked);
    const streamed = await completions.stream(asked).finalChatCompletion();

    assert.deepEqual(whole.choices[0]?.message.parsed, value);
    assert.deepEqual(streamed.choices[0]?.message.parsed, value);
    const { responseMimeType, responseJsonSchema } = sent(t)[0].generationConfig;
    assert.equal(responseMimeType, "application/json");
    assert.deepEqual(responseJsonSchema.required, ["kind", "note", "root"]);
  }));

Deno.test("an answer that the SDK wants parsed and that was cut short is the SDK's length error", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    t.simulator.setWays(simKey("ok"), {
      kind: "says",
      pieces: [{
        candidates: [{
          content: { role: "model", parts: [{ text: '{"a":' }] },
          finishReason: "MAX_TOKENS",
        }],
      }],
    });

    const parsing = openai(t, token).chat.completions.parse({
      ...ASKED,
      response_format: zodResponseFormat(z.object({ a: z.string() }), "answer"),
    });

    await assert.rejects(parsing, { name: "Error", message: /length limit was reached/ });
  }));

for (
  const [choice, config] of [
    ["none", { mode: "NONE" }],
    ["required", { mode: "ANY" }],
    [{ type: "function", function: { name: "news" } }, {
      mode: "ANY",
      allowedFunctionNames: ["news"],
    }],
  ] as const
) {
  Deno.test(`the choice of tools ${JSON.stringify(choice)} is Gemini's ${config.mode}`, () =>
    withService({ sockets: true }, async (t) => {
      const { token } = await t.token([simKey("ok")]);

      await openai(t, token).chat.completions.create({
        ...ASKED,
        tools: [aTool("weather"), aTool("news", "topic")],
        tool_choice: choice,
      });

      assert.deepEqual(sent(t)[0].toolConfig.functionCallingConfig, config);
    }));
}

Deno.test("a name that Gemini would refuse comes back as the client wrote it", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const name = "mcp/weather v2 (über)";

    const { choices: [choice] } = await openai(t, token).chat.completions.create({
      ...ASKED,
      tools: [aTool(name)],
      tool_choice: "required",
    });

    assert.deepEqual(callsOf(choice?.message), [[name, "{}"]]);
    assert.match(sent(t)[0].tools[0].functionDeclarations[0].name, /^[A-Za-z_][\w-]{0,63}$/);
  }));
