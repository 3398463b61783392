import assert from "node:assert/strict";
import { Visitor } from "../../lib/domain/visitor.ts";
import type { AnswerEnd, Attempt, GeminiCall } from "../../lib/protocol/gemini/exchange.ts";
import { createFetchWire } from "../../lib/upstream/fetch_wire.ts";
import { createGeminiClient } from "../../lib/upstream/gemini_client.ts";
import type { OpenStreams } from "../../lib/upstream/metered_stream.ts";
import { fetchFrom, type Handler } from "../simulator/fetch_from.ts";
import { MODEL } from "../support/builders.ts";
import { event, googleError, inPieces, LAST, MORE } from "../support/bodies.ts";
import { settled } from "../support/hand_clock.ts";
import { SweepClock } from "../support/sweep_clock.ts";

const SECRET = "Zx9:odd~key!that^looks*like(nothing)0";
const STREAM: Partial<GeminiCall> = { framing: "sse" };

/** A client of a Gemini that answers like this. */
function aClient(handler: Handler) {
  const clock = new SweepClock();
  const seen: Request[] = [];
  const streams: OpenStreams = new Set();
  const client = createGeminiClient({
    send: createFetchWire(
      "https://gemini.example/path",
      fetchFrom((request) => {
        seen.push(request);
        return handler(request);
      }, new AbortController().signal),
    ),
    deadlines: clock.deadlines,
    streams,
    firstByteMs: 30_000,
  });
  const visitor = new Visitor();
  const ends: AnswerEnd[] = [];
  const attempt = (call: Partial<GeminiCall> = {}, { metering = true } = {}) =>
    client.attempt({
      method: "POST",
      target: `/v1beta/models/${MODEL}:generateContent?alt=json`,
      headers: [["content-type", "application/json"]],
      body: new TextEncoder().encode("{}"),
      model: MODEL,
      framing: null,
      ...call,
    }, { secret: SECRET, visitor, metering, onEnd: (end) => ends.push(end) });
  return { attempt, clock, visitor, ends, seen, streams };
}

/** An attempt in one line. */
function inShort(attempt: Attempt): string {
  switch (attempt.kind) {
    case "left":
      return "left";
    case "answered":
      return `answered ${attempt.answer.status}`;
    case "failed":
      return `${attempt.judgement.rule} ${attempt.refusal?.status ?? "no answer"}`;
  }
}

Deno.test("attempt() sends the key in its header, below the base URL, and nothing else of its own", async () => {
  const { attempt, seen } = aClient(() => Response.json(LAST));

  await attempt();

  const [request] = seen;
  assert.equal(
    request?.url,
    `https://gemini.example/path/v1beta/models/${MODEL}:generateContent?alt=json`,
  );
  assert.equal(request?.redirect, "manual");
  assert.deepEqual(Object.fromEntries(request?.headers ?? []), {
    "content-type": "application/json",
    "x-goog-api-key": SECRET,
  });
});

const CASES: readonly (readonly [wanted: string, call: Partial<GeminiCall>, handler: Handler])[] = [
  ["answered 200", {}, () => Response.json(LAST)],
  ["answered 200", STREAM, () => inPieces([event(MORE), event(LAST)])],
  [
    "request_fault 400",
    {},
    () => new Response(googleError(400, "INVALID_ARGUMENT", "no"), { status: 400 }),
  ],
  [
    "redirect 302",
    {},
    ({ url }) =>
      url === "https://thief.example/"
        ? Response.json(LAST)
        : new Response(null, { status: 302, headers: { location: "https://thief.example/" } }),
  ],
  ["server_error 500", {}, () => new Response("", { status: 500 })],
  [
    "not_google 502",
    {},
    () => new Response("<html>", { headers: { "content-type": "text/html" } }),
  ],
  ["not_google 502", STREAM, () => inPieces([])],
  ["server_error 503", STREAM, () => inPieces([googleError(503, "UNAVAILABLE", "busy")])],
  [
    "request_fault 404",
    STREAM,
    () => inPieces([event({ error: { code: 404, status: "NOT_FOUND" } })]),
  ],
  ["reset no answer", STREAM, () => inPieces(["data: {"], { breaks: true })],
  ["reset no answer", {}, () => inPieces(['{"cand'], { breaks: true, type: "application/json" })],
  ["unreachable no answer", {}, () => Promise.reject(new TypeError("refused"))],
];

for (const [wanted, call, handler] of CASES) {
  Deno.test(`attempt() comes to "${wanted}" for ${handler} (${call.framing ?? "whole"})`, async () => {
    const { attempt, clock, ends } = aClient(handler);

    const came = await attempt(call);

    assert.equal(inShort(came), wanted);
    if (came.kind !== "answered") {
      assert.deepEqual(ends, []);
      assert.equal(clock.isTicking, false);
    } else if (came.answer.body instanceof ReadableStream) await came.answer.body.cancel();
  });
}

Deno.test("attempt() lets nobody see an error with the key in it", async () => {
  const { attempt } = aClient(() =>
    new Response(googleError(403, "PERMISSION_DENIED", `Consumer 'api_key:${SECRET}' is out`), {
      status: 403,
    })
  );

  const came = await attempt();

  assert.ok(!JSON.stringify(came).includes(SECRET));
  assert.match(JSON.stringify(came), /api_key:\[key\]/);
});

Deno.test("attempt() gives up when the first byte takes too long, and ends the call", async () => {
  for (const call of [{}, STREAM]) {
    let signal: AbortSignal | null = null;
    const { attempt, clock } = aClient((request) => {
      signal = request.signal;
      return new Promise((resolve) => {
        request.signal.addEventListener("abort", () => resolve(new Response("late")));
      });
    });
    const attempting = attempt(call);
    await settled();

    clock.pass(30_000);

    assert.equal(inShort(await attempting), "timeout no answer");
    assert.ok((signal as AbortSignal | null)?.aborted);
    assert.equal(clock.isTicking, false);
  }
});

Deno.test("attempt() gives up on a stream whose headers came but no event, for as long as on a first byte", async () => {
  const never = new ReadableStream({ pull: () => new Promise(() => {}) });
  const { attempt, clock } = aClient(() =>
    new Response(never, { headers: { "content-type": "text/event-stream" } })
  );
  const attempting = attempt(STREAM);
  await settled();

  clock.pass(30_000);

  assert.equal(inShort(await attempting), "timeout no answer");
});

Deno.test("attempt() stops when the client leaves, before the answer and before its first event", async () => {
  const silent = () => new Promise<Response>(() => {});
  const eventless = () =>
    new Response(new ReadableStream({ pull: () => new Promise(() => {}) }), {
      headers: { "content-type": "text/event-stream" },
    });
  for (const handler of [eventless, silent]) {
    const { attempt, visitor, clock } = aClient(async (request) => {
      const gone = new Promise<Response>((resolve) => {
        request.signal.addEventListener("abort", () => resolve(new Response("late")));
      });
      return await Promise.race([gone, handler()]);
    });
    const attempting = attempt(STREAM);
    await settled();

    visitor.leave();

    assert.deepEqual(await attempting, { kind: "left" });
    assert.equal(clock.isTicking, false);
  }
});

Deno.test("attempt() makes no call for a client that has left", async () => {
  const { attempt, visitor } = aClient(() => Response.json(LAST));
  visitor.leave();

  assert.deepEqual(await attempt(), { kind: "left" });
});

Deno.test("attempt() hands a stream on unseen when metering is off", async () => {
  const odd = 'not JSON {"error":{"code":503}}';
  const { attempt, ends } = aClient(() => new Response(odd));

  const came = await attempt(STREAM, { metering: false });

  assert.ok(came.kind === "answered");
  assert.equal(await new Response(came.answer.body as BodyInit).text(), odd);
  assert.deepEqual(ends, [{ kind: "unseen", usage: null }]);
});

Deno.test("attempt() ends a call that waits when the service shuts down", async () => {
  const { attempt, streams } = aClient((request) =>
    new Promise((resolve) => {
      request.signal.addEventListener("abort", () => resolve(new Response("late")));
    })
  );
  const attempting = attempt();
  await settled();

  for (const stream of streams) stream.end();

  assert.equal(inShort(await attempting), "shutdown no answer");
  assert.equal(streams.size, 0);
});
