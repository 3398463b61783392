import assert from "node:assert/strict";
import { simKey } from "../simulator/simulator.ts";
import { FLASH, PROMPT, withService } from "../support/service.ts";
import { ASKED, aTool, failureOf, openai, prompt, sent } from "./openai_client.ts";

Deno.test("OpenAI's SDK chats, and gets the model, the finish and the usage it expects", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")]);

    const answer = await openai(t, token).chat.completions.create(ASKED);

    const [choice] = answer.choices;
    assert.match(choice?.message.content ?? "", /canary-prompt/);
    assert.deepEqual([choice?.finish_reason, choice?.message.role], ["stop", "assistant"]);
    assert.match(answer.id, /^chatcmpl-/);
    assert.deepEqual([answer.object, answer.model], ["chat.completion", FLASH]);
    assert.ok(answer._request_id);
    const { prompt_tokens = 0, completion_tokens = 0, total_tokens } = answer.usage ?? {};
    assert.ok(prompt_tokens > 0 && completion_tokens > 0);
    assert.equal(total_tokens, prompt_tokens + completion_tokens);
  }));

Deno.test("a conversation reaches Gemini with its instructions above and its turns in order", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")]);

    await openai(t, token).chat.completions.create({
      model: `models/${FLASH}`,
      messages: [
        { role: "system", content: "Be brief." },
        { role: "developer", content: "Be kind." },
        { role: "user", content: [{ type: "text", text: "one" }, { type: "text", text: "two" }] },
        { role: "assistant", content: "three" },
        { role: "user", content: PROMPT },
      ],
      temperature: 0,
      max_completion_tokens: 100,
      seed: 7,
    });

    const [{ systemInstruction, contents, generationConfig }] = sent(t);
    assert.deepEqual(systemInstruction.parts, [{ text: "Be brief." }, { text: "Be kind." }]);
    assert.deepEqual(contents, [
      { role: "user", parts: [{ text: "one" }, { text: "two" }] },
      { role: "model", parts: [{ text: "three" }] },
      { role: "user", parts: [{ text: PROMPT }] },
    ]);
    assert.deepEqual(generationConfig, { temperature: 0, maxOutputTokens: 100, seed: 7 });
  }));

Deno.test("an answer given back as history is the model's own turn again", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const ai = openai(t, token);

    const first = await ai.chat.completions.create(ASKED);
    const said = first.choices[0]!.message;
    await ai.chat.completions.create({
      ...ASKED,
      messages: [...ASKED.messages, said, { role: "user", content: "And then?" }],
    });

    assert.deepEqual(sent(t)[1].contents, [
      { role: "user", parts: [{ text: PROMPT }] },
      { role: "model", parts: [{ text: said.content }] },
      { role: "user", parts: [{ text: "And then?" }] },
    ]);
  }));

Deno.test("a client that wants two answers gets two, each with its index", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    t.simulator.setWays(simKey("ok"), {
      kind: "says",
      pieces: ["heads", "tails"].map((text, index) => ({
        candidates: [{
          index,
          content: { role: "model", parts: [{ text }] },
          finishReason: "STOP",
        }],
      })),
    });
    const ai = openai(t, token);

    const whole = await ai.chat.completions.create({ ...ASKED, n: 2 });
    const streamed = await ai.chat.completions.stream({ ...ASKED, n: 2 }).finalChatCompletion();

    for (const { choices } of [whole, streamed]) {
      assert.deepEqual(choices.map(({ index, message }) => [index, message.content]), [
        [0, "heads"],
        [1, "tails"],
      ]);
    }
    assert.deepEqual(sent(t).map(({ generationConfig }) => generationConfig.candidateCount), [
      2,
      2,
    ]);
  }));

const STOPS: [string | string[], string[]][] = [["END", ["END"]], [["a", "", "b"], ["a", "b"]]];
for (const [stop, sequences] of STOPS) {
  Deno.test(`a client's stop ${JSON.stringify(stop)} is Gemini's ${JSON.stringify(sequences)}`, () =>
    withService({ sockets: true }, async (t) => {
      const { token } = await t.token([simKey("ok")]);

      await openai(t, token).chat.completions.create({ ...ASKED, stop });

      assert.deepEqual(sent(t)[0].generationConfig, { stopSequences: sequences });
    }));
}

Deno.test("a client of the older functions is called, and answers, in the older form", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const ai = openai(t, token);
    const functions = [aTool("weather").function];
    const question = prompt('canary-prompt\ncall weather {"city":"Bern"}');

    const first = await ai.chat.completions.create({ ...ASKED, messages: question, functions });
    const [choice] = first.choices;
    const second = await ai.chat.completions.create({
      ...ASKED,
      functions,
      messages: [
        ...question,
        choice!.message,
        { role: "function", name: "weather", content: '{"sky":"grey"}' },
      ],
    });

    assert.equal(choice?.finish_reason, "function_call");
    assert.deepEqual(choice?.message.function_call, {
      name: "weather",
      arguments: '{"city":"Bern"}',
    });
    assert.equal(choice?.message.tool_calls, undefined);
    assert.match(second.choices[0]?.message.content ?? "", /The tools said: \{"sky":"grey"\}/);
  }));

Deno.test("what we do not know of a request is ignored, and named in a header", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const asked = { ...ASKED, user: "me", logit_bias: { "1": 1 }, best_guess: true };

    const { data, response } = await openai(t, token).chat.completions.create(asked).withResponse();

    assert.equal(data.choices[0]?.finish_reason, "stop");
    assert.match(response.headers.get("x-gkr-ignored") ?? "", /\bbest_guess\b/);
    assert.deepEqual(Object.keys(sent(t)[0]), ["contents", "store"]);
  }));

Deno.test("a pool without metering is translated all the same, whole and streamed", () =>
  withService({ sockets: true }, async (t) => {
    const { token, poolId } = await t.token([simKey("ok")]);
    await t.admin(`PATCH /api/pools/${poolId}`, { metering: false });
    const ai = openai(t, token);

    const whole = await ai.chat.completions.create(ASKED);
    const streamed = await ai.chat.completions
      .stream({ ...ASKED, stream_options: { include_usage: true } })
      .finalChatCompletion();

    assert.match(whole.choices[0]?.message.content ?? "", /canary-prompt/);
    assert.equal(streamed.choices[0]?.message.content, whole.choices[0]?.message.content);
    assert.deepEqual(streamed.usage, whole.usage);
  }));

Deno.test("a token that is limited to models is served those, under their aliases too, and no other", () =>
  withService({ sockets: true }, async (t) => {
    const { token, poolId } = await t.token([simKey("ok")], { allowedModels: [FLASH, "best"] });
    const aliases = { "gpt-4o": FLASH, best: "gemini-2.5-pro", other: "gemini-2.5-pro" };
    await t.admin(`PATCH /api/pools/${poolId}`, { aliases });
    const ai = openai(t, token);
    const answeredAs = async (model: string) =>
      (await ai.chat.completions.create({ ...ASKED, model })).model;

    assert.equal(await answeredAs("gpt-4o"), "gpt-4o");
    assert.equal(await answeredAs("best"), "best");
    for (const model of ["gemini-2.5-pro", "other"]) {
      const { status, code } = await failureOf(t, () => answeredAs(model));
      assert.deepEqual([status, code], [403, "permission_denied"]);
    }
    assert.deepEqual(
      t.simulator.requests.map(({ url }) => new URL(url).pathname.split("/").at(-1)),
      [`${FLASH}:generateContent`, "gemini-2.5-pro:generateContent"],
    );
  }));

Deno.test("names of models may have any of the prefixes that clients put before them", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const ai = openai(t, token);

    for (const prefix of ["", "models/", "google/", "gemini/"]) {
      const { model } = await ai.chat.completions.create({ ...ASKED, model: prefix + FLASH });
      assert.equal(model, prefix + FLASH);
    }

    assert.equal(t.simulator.calls().served, 4);
  }));
