import assert from "node:assert/strict";
import OpenAI from "openai";
import { simKey } from "../simulator/simulator.ts";
import { withService } from "../support/service.ts";

const CHAT = { model: "gemini-2.5-flash", messages: [{ role: "user", content: "Hello" }] };
const PATH = "/v1beta/openai/chat/completions";

/** A stand-in for Google's layer, which takes the key as a bearer token and nowhere else. */
function aLayer(answer: (request: Request) => Response) {
  const seen: { path: string; body: string; headers: Record<string, string> }[] = [];
  const upstream = async (request: Request) => {
    const { pathname, search } = new URL(request.url);
    const body = await request.text();
    seen.push({ path: pathname + search, body, headers: Object.fromEntries(request.headers) });
    return answer(request);
  };
  return { seen, upstream };
}

const good = () => Response.json({ id: "x", object: "chat.completion", choices: [] });

Deno.test("Google's own OpenAI layer gets a client's bytes as they came, with the key as its bearer", async () => {
  const { seen, upstream } = aLayer(good);
  await withService({ upstream }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const body = '{ "model":"gemini-2.5-flash",  "messages":[], "odd":1.0 }';

    const { status, json } = await t.ask(`${PATH}?key=${token}`, { method: "POST", body });

    assert.deepEqual([status, json], [200, { id: "x", object: "chat.completion", choices: [] }]);
    const { path, body: sent, headers: { authorization, ...headers } } = seen[0]!;
    assert.deepEqual([path, sent], [PATH, body]);
    assert.equal(authorization, `Bearer ${simKey("ok")}`);
    assert.equal(headers["x-goog-api-key"], undefined);
  });
});

Deno.test("Google's own OpenAI layer streams through untouched", async () => {
  const text = 'data: {"choices":[{"delta":{"content":"Hi"}}]}\n\ndata: [DONE]\n\n';
  const { upstream } = aLayer(() =>
    new Response(text, { headers: { "content-type": "text/event-stream" } })
  );
  await withService({ upstream }, async (t) => {
    const { token } = await t.token([simKey("ok")]);

    const answer = await t.ask(PATH, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ ...CHAT, stream: true }),
    });

    assert.deepEqual([answer.status, answer.text], [200, text]);
  });
});

Deno.test("a refusal of Google's own OpenAI layer moves on to the next key, and is told in OpenAI's shape", async () => {
  const dead = [{
    error: {
      code: 400,
      message: "API key not valid. Please pass a valid API key.",
      status: "INVALID_ARGUMENT",
      details: [{
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        reason: "API_KEY_INVALID",
        domain: "googleapis.com",
      }],
    },
  }];
  const { seen, upstream } = aLayer((request) =>
    request.headers.get("authorization")?.includes(simKey("ok", 2))
      ? good()
      : Response.json(dead, { status: 400 })
  );
  await withService({ upstream }, async (t) => {
    const { token } = await t.token([simKey("ok", 1), simKey("ok", 2)]);
    const { token: hopeless } = await t.token([simKey("ok", 3)]);
    const ask = (token: string) =>
      t.ask(PATH, {
        method: "POST",
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify(CHAT),
      });

    const statuses = [(await ask(token)).status, (await ask(token)).status];
    const { status, json } = await ask(hopeless);

    assert.deepEqual(statuses, [200, 200]);
    assert.ok(seen.length >= 3);
    assert.deepEqual([status, json.error.code], [503, "no_available_key"]);
  });
});

Deno.test("a token that is limited to models is so for Google's own OpenAI layer", async () => {
  const { seen, upstream } = aLayer(good);
  await withService({ upstream }, async (t) => {
    const { token } = await t.token([simKey("ok")], { allowedModels: ["gemini-2.5-pro"] });
    const ask = (body: unknown) =>
      t.ask(PATH, {
        method: "POST",
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
      });

    assert.equal((await ask(CHAT)).status, 403);
    assert.equal((await ask({ messages: [] })).status, 400);
    assert.equal((await ask({ ...CHAT, model: "models/gemini-2.5-pro" })).status, 200);
    assert.equal(seen.length, 1);
  });
});

for (
  const [method, path, status] of [
    ["GET", "/v1beta/openai/models", 200],
    ["GET", "/v1beta/openai/models/gemini-2.5-flash", 200],
    ["GET", "/v1beta/openai/chat/completions", 405],
    ["POST", "/v1beta/openai/videos", 404],
    ["GET", "/v1beta/openai", 404],
  ] as const
) {
  Deno.test(`Google's own OpenAI layer: ${method} ${path} is ${status}`, async () => {
    const { upstream } = aLayer(good);
    await withService({ upstream }, async (t) => {
      const { token } = await t.token([simKey("ok")]);

      const answer = await t.ask(path, {
        method,
        headers: { authorization: `Bearer ${token}` },
      });

      assert.equal(answer.status, status);
    });
  });
}

Deno.test("OpenAI's client works with Google's own layer through us", async () => {
  const { upstream } = aLayer(good);
  await withService({ upstream }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const ai = new OpenAI({ apiKey: token, baseURL: `${t.listen()}/v1beta/openai` });

    const answer = await ai.chat.completions.create({
      model: "gemini-2.5-flash",
      messages: [{ role: "user", content: "Hello" }],
    });

    assert.equal(answer.id, "x");
  });
});
