import assert from "node:assert/strict";
import { ApiError, GoogleGenAI } from "@google/genai";
import { simKey } from "../simulator/simulator.ts";
import { until } from "../simulator/until.ts";
import { FLASH, PROMPT, type TestService, withService } from "../support/service.ts";

const EMBEDDER = "gemini-embedding-001";

/** Google's own SDK as a client of ours. */
function sdk(t: TestService, token: string, apiVersion?: string): GoogleGenAI {
  return new GoogleGenAI({
    apiKey: token,
    httpOptions: { baseUrl: t.listen(), ...(apiVersion && { apiVersion }) },
  });
}

const asked = { model: FLASH, contents: PROMPT };

for (const version of ["v1beta", "v1"]) {
  Deno.test(`Google's SDK generates, streams, counts, embeds and lists (${version})`, () =>
    withService({ sockets: true }, async (t) => {
      const { token } = await t.token([simKey("ok")]);
      const ai = sdk(t, token, version);

      const whole = await ai.models.generateContent(asked);
      const pieces: string[] = [];
      for await (const piece of await ai.models.generateContentStream(asked)) {
        pieces.push(piece.text ?? "");
      }
      const counted = await ai.models.countTokens(asked);
      const embedded = await ai.models.embedContent({ model: EMBEDDER, contents: ["a", "b"] });
      const names: string[] = [];
      for await (const { name } of await ai.models.list({ config: { pageSize: 5 } })) {
        names.push(name ?? "");
      }
      const model = await ai.models.get({ model: FLASH });

      assert.match(whole.text ?? "", /canary-prompt/);
      assert.ok((whole.usageMetadata?.totalTokenCount ?? 0) > 0);
      assert.equal(pieces.length, 4);
      assert.equal(pieces.join(""), whole.text);
      assert.ok((counted.totalTokens ?? 0) > 0);
      assert.equal(embedded.embeddings?.length, 2);
      assert.ok(names.length > 5 && names.includes(`models/${FLASH}`));
      assert.equal(model.name, `models/${FLASH}`);
    }));
}

Deno.test("Google's SDK is served although the first keys are exhausted and dead", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("exhausted-day"), simKey("invalid"), simKey("ok")]);
    const ai = sdk(t, token);

    for (let n = 0; n < 4; n++) {
      assert.match((await ai.models.generateContent(asked)).text ?? "", /canary-prompt/);
    }
  }));

/** What the SDK throws. */
async function failureOf(work: () => Promise<unknown>): Promise<ApiError> {
  const failure = await work().then(() => null, (error) => error);
  assert.ok(failure instanceof ApiError, String(failure));
  return failure;
}

Deno.test("Google's SDK tells a cooling pool, a wrong request and a wrong token by their status", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("exhausted-day")]);
    const { token: good } = await t.token([simKey("ok")]);
    const ai = sdk(t, token);

    const cooling = await failureOf(() => ai.models.generateContent(asked));
    const coolingStream = await failureOf(() => ai.models.generateContentStream(asked));
    const wrong = await failureOf(() =>
      sdk(t, good).models.generateContent({ model: "gemini-nonexistent", contents: "x" })
    );
    const unknown = await failureOf(() => sdk(t, "x".repeat(40)).models.generateContent(asked));

    assert.equal(cooling.status, 429);
    assert.match(cooling.message, /RESOURCE_EXHAUSTED/);
    assert.equal(coolingStream.status, 429);
    assert.equal(wrong.status, 404);
    assert.equal(unknown.status, 401);
  }));

for (
  const way of [
    "errorInStream-2-data-echo",
    "errorInStream-2-tail-echo",
    "resetMidStream-2",
  ] as const
) {
  Deno.test({
    name: `Google's SDK hears of "${way}" as an error, after what came before`,
    // The SDK throws without cancelling the body it has read so far.
    sanitizeResources: false,
    fn: () =>
      withService({ sockets: true }, async (t) => {
        const { token } = await t.token([simKey("ok")]);
        t.simulator.setWays(simKey("ok"), way);
        const pieces: string[] = [];

        const failure = await failureOf(async () => {
          for await (const piece of await sdk(t, token).models.generateContentStream(asked)) {
            pieces.push(piece.text ?? "");
          }
        });

        assert.equal(failure.status, way.startsWith("error") ? 503 : 502);
        // A reset may overtake what was sent before it; an error comes behind it.
        assert.ok(way.startsWith("error") ? pieces.length === 2 : pieces.length <= 2);
        t.canaries.saw("the SDK's error", failure.message);
      }),
  });
}

Deno.test("a client that stops reading Google's SDK ends the call to Gemini", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    t.simulator.setWays(simKey("ok"), "silentMidStream-2");
    const leaving = new AbortController();

    const stream = await sdk(t, token).models.generateContentStream({
      ...asked,
      config: { abortSignal: leaving.signal },
    });
    await stream.next();
    leaving.abort();

    await until(() => t.simulator.calls().cancelled === 1);
    await stream.next().catch(() => {});
    await stream.return(undefined);
  }));
