import assert from "node:assert/strict";
import type { PoolId } from "../../../lib/domain/ids.ts";
import type { GeminiCall, Relayed } from "../../../lib/protocol/gemini/exchange.ts";
import type { ClientCall } from "../../../lib/web/dialect.ts";
import { jsonAnswer } from "../../../lib/web/openai/answer.ts";
import { ModelLists } from "../../../lib/web/openai/models.ts";
import { handClock } from "../../support/hand_clock.ts";
import { aClientCall } from "./a_client_call.ts";

const REFUSED: Relayed = { kind: "refused", refusal: { status: 503, error: null } };

/** A page with these models. */
function page(names: readonly string[], nextPageToken?: string): Relayed {
  return jsonAnswer({ models: names.map((name) => ({ name: `models/${name}` })), nextPageToken });
}

/** Lists of models over a Gemini that answers so, one after the other; the last repeats. */
function lists(answers: readonly Relayed[], aliases: Readonly<Record<string, string>> = {}) {
  const clock = handClock();
  const asked: string[] = [];
  const models = new ModelLists({ aliasesOf: () => aliases, clock });
  const relay = ({ target }: GeminiCall) =>
    Promise.resolve(answers[Math.min(asked.push(target), answers.length) - 1] ?? REFUSED);
  return { models, asked, clock, call: aClientCall({ relay }), relay };
}

async function idsOf(models: ModelLists, call: ClientCall): Promise<string[]> {
  const relayed = await models.serveList(call);
  assert.ok(relayed.kind === "answered" && relayed.answer.body instanceof Uint8Array);
  const { object, data } = JSON.parse(new TextDecoder().decode(relayed.answer.body));
  assert.equal(object, "list");
  return data.map(({ id }: { id: string }) => id);
}

Deno.test("ModelLists asks for page after page, with Google's own token", async () => {
  const { models, asked, call } = lists([page(["a", "b"], "x&y=z"), page(["c"])]);

  assert.deepEqual(await idsOf(models, call), ["a", "b", "c"]);

  const queries = asked.map((target) => new URLSearchParams(target.split("?")[1]));
  assert.deepEqual(queries.map((query) => query.get("pageToken")), [null, "x&y=z"]);
  assert.deepEqual(queries.map((query) => query.get("pageSize")), ["1000", "1000"]);
});

Deno.test("ModelLists remembers the models of each pool for five minutes", async () => {
  const { models, asked, clock, call, relay } = lists([page(["a"])]);
  const other = aClientCall({ relay, poolId: "p2" as PoolId });

  await idsOf(models, call);
  await clock.advance(299_999);
  await idsOf(models, call);
  assert.equal(asked.length, 1);
  await idsOf(models, other);
  assert.equal(asked.length, 2);
  await clock.advance(1);
  await idsOf(models, call);

  assert.equal(asked.length, 3);
});

Deno.test("ModelLists passes a refusal on, and does not remember it", async () => {
  const { models, asked, call } = lists([page(["a"], "more"), REFUSED, page(["a"])]);

  assert.equal(await models.serveList(call), REFUSED);
  assert.deepEqual(await idsOf(models, call), ["a"]);

  assert.equal(asked.length, 3);
});

Deno.test("ModelLists hears of new aliases at once", async () => {
  const aliases: Record<string, string> = {};
  const { models, asked, call } = lists([page(["a"])], aliases);
  await idsOf(models, call);

  aliases["gpt-4o"] = "a";

  assert.deepEqual(await idsOf(models, call), ["a", "gpt-4o"]);
  assert.equal(asked.length, 1);
});

Deno.test("ModelLists shows one model by any of its names", async () => {
  const { models, call } = lists([page(["a"])], { "acme/best": "a" });

  for (const [name, id] of [["a", "a"], ["models/a", "a"], ["acme/best", "acme/best"]] as const) {
    const relayed = await models.serveOne(name, call);
    assert.ok(relayed.kind === "answered" && relayed.answer.body instanceof Uint8Array);
    assert.equal(JSON.parse(new TextDecoder().decode(relayed.answer.body)).id, id);
  }
});

for (const name of ["b", "", "constructor", "models", "gpt-4o"]) {
  Deno.test(`ModelLists has no model named ${JSON.stringify(name)}`, async () => {
    const { models, call } = lists([page(["a"])], { "gpt-4o": "gone" });

    await assert.rejects(models.serveOne(name, call), {
      code: "not_found",
      param: "model",
      reason: "unknown_model",
    });
  });
}
