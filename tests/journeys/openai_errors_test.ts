import assert from "node:assert/strict";
import {
  type APIError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
} from "openai";
import { simKey } from "../simulator/simulator.ts";
import { until } from "../simulator/until.ts";
import { handClock } from "../support/hand_clock.ts";
import { googleError } from "../support/bodies.ts";
import { FLASH, withService } from "../support/service.ts";
import { ASKED, failureOf, openai, openaiInside } from "./openai_client.ts";

/** What programs look at. */
function wordsOf({ status, type, code, param }: APIError): unknown[] {
  return [status, type, code, param];
}

Deno.test("a token that nobody knows is the SDK's AuthenticationError", () =>
  withService({ sockets: true }, async (t) => {
    const failure = await failureOf(
      t,
      () => openai(t, "sk-".padEnd(40, "x")).chat.completions.create(ASKED),
    );

    assert.ok(failure instanceof AuthenticationError);
    assert.deepEqual(wordsOf(failure), [401, "invalid_request_error", "invalid_api_key", null]);
    assert.equal(t.simulator.calls().attempts, 0);
  }));

Deno.test("a token that was switched off is the SDK's PermissionDeniedError", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")], { enabled: false });

    const failure = await failureOf(t, () => openai(t, token).chat.completions.create(ASKED));

    assert.ok(failure instanceof PermissionDeniedError);
    assert.deepEqual(wordsOf(failure), [403, "invalid_request_error", "permission_denied", null]);
  }));

for (
  const [param, wrong] of [
    ["model", { model: 5 }],
    ["model", { model: "" }],
    ["messages", { messages: [] }],
    ["messages", { messages: "hello" }],
    ["messages[0].role", { messages: [{ role: "narrator", content: "x" }] }],
    ["messages[0].content", { messages: [{ role: "user", content: 5 }] }],
    ["temperature", { temperature: "hot" }],
    ["temperature", { temperature: 2.1 }],
    ["max_completion_tokens", { max_completion_tokens: 1.5 }],
    ["stop", { stop: ["1", "2", "3", "4", "5", "6"] }],
    ["n", { n: 0 }],
    ["stream", { stream: "yes" }],
    ["tools[0].function.name", { tools: [{ type: "function", function: {} }] }],
    ["response_format.json_schema", { response_format: { type: "json_schema" } }],
    ["reasoning_effort", { reasoning_effort: "heroic" }],
  ] as const
) {
  Deno.test(`a request whose ${param} is ${JSON.stringify(wrong)} is the SDK's BadRequestError, and costs no key`, () =>
    withService({ sockets: true }, async (t) => {
      const { token } = await t.token([simKey("ok")]);

      const failure = await failureOf(
        t,
        () => openai(t, token).post("/chat/completions", { body: { ...ASKED, ...wrong } }),
      );

      assert.ok(failure instanceof BadRequestError);
      assert.deepEqual(wordsOf(failure), [400, "invalid_request_error", "invalid_argument", param]);
      assert.equal(t.simulator.calls().attempts, 0);
    }));
}

Deno.test("a body that is no JSON is a 400 in OpenAI's words", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("ok")]);

    for (const body of ["", "{", "[]", "null", '"x"', "\ufeff{}"]) {
      const { status, json } = await t.ask("/v1/chat/completions", {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body,
      });
      assert.equal(status, 400, body);
      assert.deepEqual(Object.keys(json.error), ["message", "type", "param", "code"]);
    }

    assert.equal(t.simulator.calls().attempts, 0);
  }));

for (const model of ["gpt-4o", "gemini-nonexistent", "a/b/c", "../x", "a:generateContent", "x?y"]) {
  Deno.test(`the model ${model}, which there is not, is the SDK's NotFoundError`, () =>
    withService({ sockets: true }, async (t) => {
      const { token } = await t.token([simKey("ok")]);

      const failure = await failureOf(
        t,
        () => openai(t, token).chat.completions.create({ ...ASKED, model }),
      );

      assert.ok(failure instanceof NotFoundError);
      assert.deepEqual(
        wordsOf(failure),
        [404, "invalid_request_error", "model_not_found", "model"],
      );
    }));
}

Deno.test("addresses of OpenAI's that we do not serve are a NotFoundError, not Gemini's", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const ai = openai(t, token);

    for (const path of ["/completions", "/responses", "/moderations", "/audio/speech"]) {
      const failure = await failureOf(t, () => ai.post(path, { body: {} }));
      assert.deepEqual(wordsOf(failure), [404, "invalid_request_error", "not_found", null]);
    }
  }));

Deno.test("keys whose minute is used up are a RateLimitError that says how long to wait", () => {
  const clock = handClock(Date.parse("2026-11-23T12:00:59Z"));
  return withService({ clock }, async (t) => {
    const { token } = await t.token([simKey("exhausted", 1), simKey("exhausted", 2)]);

    const failure = await failureOf(t, () => openaiInside(t, token).chat.completions.create(ASKED));

    assert.ok(failure instanceof RateLimitError);
    assert.deepEqual(wordsOf(failure), [429, "rate_limit_error", "rate_limit_exceeded", null]);
    const waitMs = Number(failure.headers?.get("retry-after-ms"));
    assert.ok(waitMs >= 1_000 && waitMs <= 60_000, String(waitMs));
    assert.equal(failure.headers?.get("x-should-retry"), null);
  });
});

Deno.test("the SDK waits for a minute's quota as long as it is told, and is then served", () => {
  const clock = handClock(Date.parse("2026-11-23T12:00:59Z"));
  return withService({ clock }, async (t) => {
    const { token } = await t.token([simKey("exhausted")]);
    const askedMs = performance.now();

    const answering = openaiInside(t, token, { maxRetries: 1 }).chat.completions.create(ASKED);
    await until(() => t.simulator.calls().attempts === 1);
    t.simulator.setWays(simKey("exhausted"), "ok");
    await clock.advance(5_000);

    assert.equal((await answering).choices[0]?.finish_reason, "stop");
    // By itself it would have tried again within half a second.
    assert.ok(performance.now() - askedMs >= 1_000);
  });
});

Deno.test("keys whose day is used up are a RateLimitError that the SDK does not try again", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("exhausted-day", 1), simKey("exhausted-day", 2)]);

    const failure = await failureOf(
      t,
      () => openai(t, token, { maxRetries: 3 }).chat.completions.create(ASKED),
    );

    assert.ok(failure instanceof RateLimitError);
    assert.deepEqual(wordsOf(failure), [429, "insufficient_quota", "insufficient_quota", null]);
    assert.equal(failure.headers?.get("x-should-retry"), "false");
    assert.ok(Number(failure.headers?.get("retry-after")) > 60);
    assert.equal(t.simulator.calls().attempts, 2);
    await t.stop();
    assert.equal(t.log.filter(({ operation }) => operation === "chatCompletions").length, 1);
  }));

for (const way of ["invalid", "expired", "suspended", "leaked", "serviceDisabled"] as const) {
  Deno.test(`a pool whose keys are ${way} is a 503, so that the client keeps its good token`, () =>
    withService({ sockets: true }, async (t) => {
      const { token } = await t.token([simKey(way, 1), simKey(way, 2)]);

      const failure = await failureOf(t, () => openai(t, token).chat.completions.create(ASKED));

      assert.ok(failure instanceof InternalServerError);
      assert.deepEqual(wordsOf(failure), [503, "server_error", "no_available_key", null]);
    }));
}

Deno.test("a pool that has no key at all is a 503 as well", () =>
  withService({ sockets: true }, async (t) => {
    const { json: pool } = await t.admin("POST /api/pools", { name: "empty" });
    const { json: { token } } = await t.admin("POST /api/tokens", { name: "a", poolId: pool.id });
    t.canaries.add("access token", token);

    for (const stream of [false, true]) {
      const failure = await failureOf(
        t,
        () => openai(t, token).chat.completions.create({ ...ASKED, stream }),
      );
      assert.deepEqual(wordsOf(failure), [503, "server_error", "no_available_key", null]);
    }
  }));

for (
  const [way, status, code] of [
    ["unavailable", 503, "overloaded"],
    ["internal", 500, "upstream_error"],
    ["html", 502, "upstream_error"],
    ["location", 502, "upstream_location"],
    ["replay-errors/503-high-demand.json", 503, "overloaded"],
  ] as const
) {
  Deno.test(`what Gemini breaks by "${way}" is the SDK's InternalServerError ${code}`, () =>
    withService({ sockets: true }, async (t) => {
      const { token } = await t.token([simKey("ok", 1), simKey("ok", 2)]);
      for (const n of [1, 2]) t.simulator.setWays(simKey("ok", n), way);

      for (const stream of [false, true]) {
        const failure = await failureOf(
          t,
          () => openai(t, token).chat.completions.create({ ...ASKED, stream }),
        );
        assert.ok(failure instanceof InternalServerError);
        assert.deepEqual(wordsOf(failure), [status, "server_error", code, null]);
      }
    }));
}

Deno.test("what several keys could not do, the SDK does not try again", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("unavailable", 1), simKey("unavailable", 2)]);

    const failure = await failureOf(
      t,
      () => openai(t, token, { maxRetries: 5 }).chat.completions.create(ASKED),
    );

    assert.equal(failure.headers?.get("x-should-retry"), "false");
    await t.stop();
    assert.equal(t.log.filter(({ operation }) => operation === "chatCompletions").length, 1);
  }));

Deno.test("a conversation that is too long says so in the words on which agents shorten it", () => {
  const said = "The input token count (1200000) exceeds the maximum number of tokens allowed " +
    "(1048576).";
  const upstream = () =>
    new Response(googleError(400, "INVALID_ARGUMENT", said), {
      status: 400,
      headers: { "content-type": "application/json" },
    });
  return withService({ upstream }, async (t) => {
    const { token } = await t.token([simKey("ok", 1), simKey("ok", 2)]);

    const failure = await failureOf(t, () => openaiInside(t, token).chat.completions.create(ASKED));

    assert.ok(failure instanceof BadRequestError);
    assert.deepEqual(
      wordsOf(failure),
      [400, "invalid_request_error", "context_length_exceeded", "messages"],
    );
    assert.match(failure.message, /maximum context length is 1048576 tokens/);
    assert.equal(t.outbound.length, 1);
  });
});

Deno.test("every answer and every error has the request's id where the SDK looks for it", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const ai = openai(t, token);

    const { request_id } = await ai.chat.completions.create(ASKED).withResponse();
    const { requestID } = await failureOf(
      t,
      () => ai.chat.completions.create({ ...ASKED, model: "none" }),
    );

    assert.match(request_id ?? "", /^[0-9a-f-]{36}$/);
    assert.match(requestID ?? "", /^[0-9a-f-]{36}$/);
  }));

Deno.test("the SDK's own retries get a client over a key that fails now and then", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    t.simulator.setWays(simKey("ok"), ["unavailable", "ok"]);
    const ai = openai(t, token, { maxRetries: 2 });

    const { choices, model } = await ai.chat.completions.create(ASKED);

    assert.deepEqual([choices[0]?.finish_reason, model], ["stop", FLASH]);
    assert.equal(t.simulator.calls().attempts, 2);
  }));

for (const type of ["text/html", "application/json"]) {
  Deno.test(`a body that Google finds too large is a 413, though its front end says so in ${type}`, () => {
    const upstream = () =>
      new Response("<h1>413</h1>", { status: 413, headers: { "content-type": type } });
    return withService({ upstream }, async (t) => {
      const { token } = await t.token([simKey("ok", 1), simKey("ok", 2)]);

      const failure = await failureOf(
        t,
        () => openaiInside(t, token).chat.completions.create(ASKED),
      );

      assert.deepEqual(wordsOf(failure), [413, "invalid_request_error", "request_too_large", null]);
      assert.equal(t.outbound.length, 1);
    });
  });
}

Deno.test("a tuned model is asked for where Google keeps it, and Google says whether it is there", () => {
  const upstream = () =>
    new Response(googleError(404, "NOT_FOUND", "models/x is not found"), {
      status: 404,
      headers: { "content-type": "application/json" },
    });
  return withService({ upstream }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const asked = { ...ASKED, model: "tunedModels/mine-1" };

    const failure = await failureOf(t, () => openaiInside(t, token).chat.completions.create(asked));

    assert.deepEqual(wordsOf(failure), [404, "invalid_request_error", "model_not_found", "model"]);
    assert.match(t.outbound[0]?.url ?? "", /\/v1beta\/tunedModels\/mine-1:generateContent$/);
  });
});
