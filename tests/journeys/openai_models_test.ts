import assert from "node:assert/strict";
import { NotFoundError } from "openai";
import { simKey } from "../simulator/simulator.ts";
import { handClock } from "../support/hand_clock.ts";
import { FLASH, type Isolate, withService } from "../support/service.ts";
import { failureOf, openai, openaiInside } from "./openai_client.ts";

const PRO = "gemini-2.5-pro";

Deno.test("OpenAI's SDK lists models by the names that it asks them by", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")]);

    const { data } = await openai(t, token).models.list();

    const flash = data.find(({ id }) => id === FLASH);
    assert.ok(data.length > 10 && data.every(({ id }) => !id.includes("/")));
    assert.deepEqual(JSON.parse(JSON.stringify(flash)), {
      id: FLASH,
      object: "model",
      created: 0,
      owned_by: "google",
      context_window: 1_048_576,
      max_output_tokens: 65_536,
      supported_methods: ["generateContent", "countTokens", "createCachedContent"],
    });
  }));

Deno.test("a list that Gemini gives in pages is one list", () => {
  const pages = new Map([
    [null, { models: [{ name: "models/a" }, { name: "models/b" }], nextPageToken: "2" }],
    ["2", { models: [{ name: "models/c" }], nextPageToken: "3&x" }],
    ["3&x", { models: [{ name: "models/d" }] }],
  ]);
  const upstream = ({ url }: Request) =>
    Response.json(pages.get(new URL(url).searchParams.get("pageToken")));
  return withService({ upstream }, async (t) => {
    const { token } = await t.token([simKey("ok")]);

    const { data } = await openaiInside(t, token).models.list();

    assert.deepEqual(data.map(({ id }) => id), ["a", "b", "c", "d"]);
    assert.equal(t.outbound.length, 3);
  });
});

Deno.test("a list without an end is read so far, and no further", () => {
  const upstream = () => Response.json({ models: [{ name: "models/a" }], nextPageToken: "more" });
  return withService({ upstream }, async (t) => {
    const { token } = await t.token([simKey("ok")]);

    const { data } = await openaiInside(t, token).models.list();

    assert.deepEqual([data.length, t.outbound.length], [20, 20]);
  });
});

Deno.test("a pool's models are asked for once in five minutes, and for each pool by itself", () => {
  const clock = handClock();
  return withService({ clock }, async (t) => {
    const { token } = await t.token([simKey("ok", 1)]);
    const { token: other } = await t.token([simKey("ok", 2)]);
    const list = async (token: string) => (await openaiInside(t, token).models.list()).data.length;

    const count = await list(token);
    await clock.advance(299_000);
    assert.equal(await list(token), count);
    assert.equal(t.outbound.length, 1);
    await list(other);
    assert.equal(t.outbound.length, 2);
    await clock.advance(1_000);
    await list(token);

    assert.equal(t.outbound.length, 3);
  });
});

for (const id of [FLASH, `models/${FLASH}`, `google/${FLASH}`, `gemini/${FLASH}`]) {
  Deno.test(`OpenAI's SDK retrieves ${id}`, () =>
    withService({ sockets: true }, async (t) => {
      const { token } = await t.token([simKey("ok")]);

      const model = await openai(t, token).models.retrieve(id);

      assert.deepEqual([model.id, model.object, model.owned_by], [FLASH, "model", "google"]);
    }));
}

Deno.test("a model that there is not is OpenAI's NotFoundError", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")]);

    const failure = await failureOf(t, () => openai(t, token).models.retrieve("gpt-4o"));

    assert.ok(failure instanceof NotFoundError);
    assert.deepEqual([failure.code, failure.param], ["model_not_found", "model"]);
  }));

Deno.test("aliases stand in the list beside the models, and are retrieved by their names", () =>
  withService({ sockets: true }, async (t) => {
    const { token, poolId } = await t.token([simKey("ok")]);
    const aliases = { "gpt-4o": FLASH, "acme/fast": FLASH };
    assert.equal((await t.admin(`PATCH /api/pools/${poolId}`, { aliases })).status, 200);
    const ai = openai(t, token);

    const ids = (await ai.models.list()).data.map(({ id }) => id);
    const retrieved = await Promise.all(
      Object.keys(aliases).map(async (alias) => (await ai.models.retrieve(alias)).id),
    );

    assert.ok(["gpt-4o", "acme/fast", FLASH].every((id) => ids.includes(id)));
    assert.deepEqual(retrieved, ["gpt-4o", "acme/fast"]);
  }));

Deno.test("a token that is limited to models sees those, and their aliases", () =>
  withService({ sockets: true }, async (t) => {
    const { token, poolId } = await t.token([simKey("ok")], { allowedModels: [FLASH, "best"] });
    const aliases = { "gpt-4o": FLASH, best: PRO, other: PRO };
    await t.admin(`PATCH /api/pools/${poolId}`, { aliases });
    const ai = openai(t, token);

    const { data } = await ai.models.list();

    assert.deepEqual(data.map(({ id }) => id).sort(), ["best", FLASH, "gpt-4o"].sort());
    assert.equal((await failureOf(t, () => ai.models.retrieve(PRO))).status, 404);
  }));

/** The list at an address, and whose words it is in. */
async function listed(t: Isolate, address: string, headers: Record<string, string>) {
  const { status, json } = await t.ask(address, { headers });
  return [status, ...Object.keys(json)];
}

Deno.test("under /v1/models the credential tells whose list is wanted", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const bearer = { authorization: `Bearer ${token}` };
    const goog = { "x-goog-api-key": token };
    const openAis = [200, "object", "data"];
    const googles = [200, "models"];

    assert.deepEqual(await listed(t, "/v1/models", bearer), openAis);
    assert.deepEqual(await listed(t, "/models", bearer), openAis);
    assert.deepEqual(await listed(t, "/models", goog), openAis);
    assert.deepEqual(await listed(t, `/models?key=${token}`, {}), openAis);
    assert.deepEqual(await listed(t, "/v1/models", goog), googles);
    assert.deepEqual(await listed(t, `/v1/models?key=${token}`, {}), googles);
    assert.deepEqual(await listed(t, "/v1beta/models", bearer), googles);
  }));

Deno.test("under /v1/models/{id} the credential tells whose model is wanted", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("ok")]);

    const openAis = await t.ask(`/v1/models/${FLASH}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const googles = await t.ask(`/v1/models/${FLASH}`, { headers: { "x-goog-api-key": token } });

    assert.equal(openAis.json.id, FLASH);
    assert.equal(googles.json.name, `models/${FLASH}`);
  }));

Deno.test("a Bearer token calls Gemini's own verbs under /v1/models all the same", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("ok")]);

    const { status, json } = await t.ask(`/v1/models/${FLASH}:generateContent`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ contents: [{ role: "user", parts: [{ text: "canary-prompt" }] }] }),
    });

    assert.equal(status, 200);
    assert.ok(json.candidates);
  }));

Deno.test("a pool whose keys are all dead has no list, and says so without a 401", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("invalid", 1), simKey("suspended", 2)]);

    const failure = await failureOf(t, () => openai(t, token).models.list());

    assert.deepEqual([failure.status, failure.code], [503, "no_available_key"]);
  }));

Deno.test("an alias works from the moment its operator has set it, in a pool that is in use", () =>
  withService({}, async (t) => {
    const { token, poolId } = await t.token([simKey("ok")]);
    const ai = openaiInside(t, token);
    const ask = (model: string) =>
      ai.chat.completions.create({ model, messages: [{ role: "user", content: "Hello" }] });
    await ask(FLASH);

    await t.admin(`PATCH /api/pools/${poolId}`, { aliases: { "gpt-4o": FLASH } });
    const listed = (await ai.models.list()).data.some(({ id }) => id === "gpt-4o");
    const answer = await ask("gpt-4o");

    assert.ok(listed);
    assert.equal(answer.model, "gpt-4o");
    assert.match(t.outbound.at(-1)?.url ?? "", new RegExp(`/${FLASH}:generateContent$`));
  }));
