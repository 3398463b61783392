import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { simKey } from "../simulator/simulator.ts";
import { withService } from "../support/service.ts";
import { failureOf, openai, sent } from "./openai_client.ts";

const MODEL = "gemini-embedding-001";

/** What 32 bits keep of a number. */
const rounded = (values: readonly number[] = []) => [...Float32Array.from(values)];

function lengthOf(values: readonly number[] = []): number {
  return Math.hypot(...values);
}

Deno.test("OpenAI's SDK gets the same numbers in base64, which it asks for, as in plain JSON", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const ai = openai(t, token);
    const asked = { model: MODEL, input: ["one", "two"] };

    const quiet = await ai.embeddings.create(asked);
    const plain = await ai.embeddings.create({ ...asked, encoding_format: "float" });
    const coded = await ai.embeddings.create({ ...asked, encoding_format: "base64" });

    assert.equal(plain.data.length, 2);
    assert.equal(plain.data[0]?.embedding.length, 3_072);
    for (const [at, { embedding }] of plain.data.entries()) {
      assert.deepEqual(quiet.data[at]?.embedding, rounded(embedding));
      const bytes = Buffer.from(coded.data[at]?.embedding as unknown as string, "base64");
      const floats = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      assert.deepEqual(embedding.map((_, n) => floats.getFloat32(4 * n, true)), rounded(embedding));
    }
  }));

Deno.test("250 inputs come back in their order, from three batches, short vectors with length one", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok", 1), simKey("ok", 2)]);
    const ai = openai(t, token);
    const input = Array.from({ length: 250 }, (_, n) => `text ${n}`);

    const { data, model, object, usage } = await ai.embeddings.create({
      model: MODEL,
      input,
      dimensions: 128,
    });
    const alone = await ai.embeddings.create({ model: MODEL, input: "text 217", dimensions: 128 });

    assert.deepEqual([object, model, data.length], ["list", MODEL, 250]);
    assert.deepEqual(data.map(({ index }) => index), input.map((_, n) => n));
    assert.deepEqual(data[217]?.embedding, alone.data[0]?.embedding);
    assert.ok(data.every(({ embedding }) => Math.abs(lengthOf(embedding) - 1) < 1e-6));
    assert.ok(usage.prompt_tokens > 250 && usage.prompt_tokens === usage.total_tokens);
    const batches = sent(t).slice(0, 3).map(({ requests }) => requests.length);
    assert.deepEqual(batches.sort(), [100, 100, 50]);
    assert.deepEqual(sent(t)[3].requests, [{
      model: `models/${MODEL}`,
      content: { parts: [{ text: "text 217" }] },
      outputDimensionality: 128,
    }]);
  }));

Deno.test("what embeddings cost stands in one line of the log", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const input = Array.from({ length: 150 }, (_, n) => `text ${n}`);

    const { usage } = await openai(t, token).embeddings.create({ model: MODEL, input });
    await t.stop();

    const lines = t.log.filter(({ operation }) => operation === "embeddings");
    assert.equal(lines.length, 1);
    assert.equal(lines[0]?.usage?.prompt, usage.prompt_tokens);
    assert.equal(lines[0]?.attempts?.length, 2);
  }));

const WRONG: [what: string, input: string | string[] | number[] | number[][]][] = [
  ["tokens", [1, 2, 3]],
  ["lists of tokens", [[1, 2], [3]]],
  ["an empty text", ""],
  ["an empty text among others", ["a", ""]],
  ["no text", []],
];
for (const [what, input] of WRONG) {
  Deno.test(`embeddings of ${what} are a 400 before a key is spent`, () =>
    withService({ sockets: true }, async (t) => {
      const { token } = await t.token([simKey("ok")]);

      const failure = await failureOf(
        t,
        () => openai(t, token).embeddings.create({ model: MODEL, input }),
      );

      assert.deepEqual([failure.status, failure.type], [400, "invalid_request_error"]);
      assert.match(failure.param ?? "", /^input/);
      assert.equal(t.simulator.calls().attempts, 0);
    }));
}

Deno.test("a batch that no key can embed fails the whole request", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    t.simulator.setWays(simKey("ok"), ["ok", "exhausted"]);
    const input = Array.from({ length: 150 }, (_, n) => `text ${n}`);

    const failure = await failureOf(
      t,
      () => openai(t, token).embeddings.create({ model: MODEL, input }),
    );

    assert.deepEqual([failure.status, failure.code], [429, "rate_limit_exceeded"]);
  }));

Deno.test("embeddings are served by an alias, and named by it", () =>
  withService({ sockets: true }, async (t) => {
    const { token, poolId } = await t.token([simKey("ok")]);
    await t.admin(`PATCH /api/pools/${poolId}`, {
      aliases: { "text-embedding-3-small": MODEL },
    });

    const { model, data } = await openai(t, token).embeddings.create({
      model: "text-embedding-3-small",
      input: "one",
      dimensions: 1_536,
    });

    assert.equal(model, "text-embedding-3-small");
    assert.equal(data[0]?.embedding.length, 1_536);
  }));
