import assert from "node:assert/strict";
import { simKey } from "../simulator/simulator.ts";
import { FLASH, type Isolate, withService } from "../support/service.ts";
import { ASKED, openai } from "./openai_client.ts";

/** Posts a chat. */
function chat(
  t: Isolate,
  address: string,
  headers: Readonly<Record<string, string>>,
  body: unknown = ASKED,
) {
  return t.ask(address, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

Deno.test("OpenAI's SDK is served with and without /v1", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")]);

    for (const path of ["/v1", ""]) {
      const ai = openai(t, token, { baseURL: t.listen() + path });
      const { choices } = await ai.chat.completions.create(ASKED);
      const embedded = await ai.embeddings.create({ model: "gemini-embedding-001", input: "one" });
      const models = await ai.models.list();
      const model = await ai.models.retrieve(`google/${FLASH}`);

      assert.equal(choices[0]?.finish_reason, "stop");
      assert.equal(embedded.data.length, 1);
      assert.ok(models.data.length > 0);
      assert.equal(model.id, FLASH);
    }
  }));

Deno.test("a token may stand where OpenAI's clients or Google's put it", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("ok")]);

    const answers = await Promise.all([
      chat(t, "/v1/chat/completions", { authorization: `Bearer ${token}` }),
      chat(t, "/v1/chat/completions", { authorization: `bearer ${token}` }),
      chat(t, "/v1/chat/completions", { "x-goog-api-key": token }),
      chat(t, `/chat/completions?key=${token}`, {}),
    ]);

    assert.deepEqual(answers.map(({ status }) => status), [200, 200, 200, 200]);
    assert.ok(answers.every(({ json }) => json.object === "chat.completion"));
  }));

for (
  const [what, headers] of [
    ["no token", {}],
    ["a token that is none of ours", { authorization: `Bearer sk-${"x".repeat(45)}` }],
    ["a token with odd characters", { authorization: "Bearer sk-$$$" }],
  ] as const
) {
  Deno.test(`${what} is a 401 in OpenAI's words`, () =>
    withService({}, async (t) => {
      const { status, json } = await chat(t, "/v1/chat/completions", headers);

      assert.equal(status, 401);
      assert.deepEqual(
        [json.error.type, json.error.code, json.error.param],
        ["invalid_request_error", "invalid_api_key", null],
      );
    }));
}

Deno.test("two different tokens in one request are a 400 in OpenAI's words", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("ok")]);

    const { status, json } = await chat(t, "/v1/chat/completions", {
      authorization: `Bearer ${token}`,
      "x-goog-api-key": "x".repeat(40),
    });

    assert.deepEqual([status, json.error.code], [400, "invalid_argument"]);
  }));

for (
  const [method, path] of [
    ["GET", "/v1/chat/completions"],
    ["DELETE", "/chat/completions"],
    ["GET", "/v1/embeddings"],
    ["POST", "/models"],
    ["DELETE", "/models/a"],
  ] as const
) {
  Deno.test(`${method} ${path} is a 405 in OpenAI's words`, () =>
    withService({}, async (t) => {
      const { token } = await t.token([simKey("ok")]);

      const { status, json } = await t.ask(path, {
        method,
        headers: { authorization: `Bearer ${token}` },
      });

      assert.deepEqual([status, json.error.code], [405, "method_not_allowed"]);
    }));
}

Deno.test("%2F in the name of a model is a slash, and every other trick with paths stays refused", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const headers = { authorization: `Bearer ${token}` };
    const statusOf = async (path: string) => (await t.ask(path, { headers })).status;

    for (const path of [`/v1/models/google%2F${FLASH}`, `/models/models%2f${FLASH}`]) {
      assert.equal(await statusOf(path), 200, path);
    }
    for (
      const path of [
        "/v1/models/..%2F..%2Fadmin",
        "/v1/models/a%2F..%2Fb",
        "/v1/models/a%2F%2Fb",
        "/v1/models/%2e%2e%2Fapi",
        "/v1/models/a%5Cb",
        "/v1/models/a%252Fb",
        "/v1/models%2Fa",
        `/v1beta/models%2F${FLASH}`,
      ]
    ) {
      assert.equal(await statusOf(path), 400, path);
    }
    assert.equal(t.simulator.calls().attempts, 1);
  }));

const STAINLESS = "authorization,content-type,x-stainless-arch,x-stainless-lang,x-stainless-os," +
  "x-stainless-package-version,x-stainless-retry-count,x-stainless-runtime," +
  "x-stainless-runtime-version,x-stainless-timeout,x-stainless-helper-method";

Deno.test("a page in a browser may chat through OpenAI's SDK, and read what it needs of the answer", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const origin = "https://app.example";

    const preflight = await t.ask("/v1/chat/completions", {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": STAINLESS,
      },
    });
    const answer = await chat(t, "/v1/chat/completions", {
      origin,
      authorization: `Bearer ${token}`,
    });
    const error = await chat(t, "/v1/chat/completions", { origin });

    assert.equal(preflight.status, 204);
    const allowed = (preflight.headers.get("access-control-allow-headers") ?? "").split(/, ?/);
    assert.ok(STAINLESS.split(",").every((name) => allowed.includes(name)));
    for (const { headers } of [preflight, answer, error]) {
      assert.equal(headers.get("access-control-allow-origin"), "*");
    }
    for (const { headers } of [answer, error]) {
      const exposed = headers.get("access-control-expose-headers") ?? "";
      assert.match(exposed, /x-request-id.*retry-after.*retry-after-ms.*x-should-retry/);
    }
    assert.deepEqual([answer.status, error.status], [200, 401]);
  }));

Deno.test("nothing may keep an answer, whole, streamed or an error", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("hostileHeaders")]);
    const headers = { authorization: `Bearer ${token}` };

    const answers = [
      await chat(t, "/v1/chat/completions", headers),
      await chat(t, "/v1/chat/completions", headers, { ...ASKED, stream: true }),
      await chat(t, "/v1/chat/completions", headers, {}),
      await t.ask("/v1/models", { headers }),
    ];

    for (const { headers } of answers) {
      assert.match(headers.get("cache-control") ?? "", /^private, no-store/);
      assert.equal(headers.get("x-content-type-options"), "nosniff");
      for (const name of ["set-cookie", "server", "via", "alt-svc", "x-goog-api-key", "cf-ray"]) {
        assert.equal(headers.get(name), null);
      }
    }
  }));

Deno.test("a client that sends a body in a form that we do not read hears so in OpenAI's words", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("ok")]);

    const { status, json } = await chat(t, "/v1/chat/completions", {
      authorization: `Bearer ${token}`,
      "content-encoding": "gzip",
    });

    assert.deepEqual([status, json.error.code], [400, "invalid_argument"]);
  }));
