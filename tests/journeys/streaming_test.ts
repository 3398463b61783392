import assert from "node:assert/strict";
import { simKey } from "../simulator/simulator.ts";
import { until } from "../simulator/until.ts";
import { event, eventsOf, googleError, inPieces, LAST, MORE } from "../support/bodies.ts";
import { handClock } from "../support/hand_clock.ts";
import { askedWith, FLASH, read, withService } from "../support/service.ts";

const STREAM = "streamGenerateContent";
/** A secret of no known shape, so that nothing but knowing it can hide it. */
const ODD_KEY = "Zx9:odd~key!that^looks*like(nothing)0";

Deno.test("a stream reaches the client event by event, before Gemini has written the next", () =>
  withService({ upstream: pacedByHand }, async (t) => {
    const { token } = await t.token([simKey("ok")]);

    const stream = await t.stream({ token });
    const reader = stream.body!.getReader();
    const first = await reader.read();
    hand.give(event(LAST));
    const second = await reader.read();

    assert.equal(new TextDecoder().decode(first.value), event(MORE));
    assert.equal(new TextDecoder().decode(second.value), event(LAST));
    hand.end();
    assert.ok((await reader.read()).done);
  }));

let hand: { give(text: string): void; end(): void };

/** One event at once, and then what the hand gives. */
function pacedByHand(): Response {
  const body = new ReadableStream({
    start(controller) {
      hand = {
        give: (text) => controller.enqueue(new TextEncoder().encode(text)),
        end: () => controller.close(),
      };
      hand.give(event(MORE));
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

for (const query of ["?alt=sse", "", "?alt=json"]) {
  for (
    const way of [
      "errorInStream-0",
      "errorInStream-0-data-echo",
      "errorInStream-0-tail-echo",
      "resetMidStream-0",
      "emptyStream",
      "unavailable",
      "internal",
      "html",
    ] as const
  ) {
    Deno.test(`"${way}" in place of the first event of a stream (${query}) is asked of another key`, () =>
      withService({ simulator: { keys: { [ODD_KEY]: way } } }, async (t) => {
        const { token } = await t.token([ODD_KEY, simKey("ok")]);

        for (let n = 0; n < 4; n++) {
          const { status, text } = await t.generate({ token, verb: STREAM, query });

          assert.equal(status, 200);
          assert.match(text, /"finishReason": ?"STOP"/);
          assert.doesNotMatch(text, /"error"/);
        }
        assert.ok(t.simulator.calls(ODD_KEY).attempts > 0);
      }));
  }
}

Deno.test("an error in place of the first event is told as it is when no other key can help", () =>
  withService({ simulator: { keys: { [ODD_KEY]: "errorInStream-0-data-echo" } } }, async (t) => {
    const { token } = await t.token([ODD_KEY]);

    const { status, json } = await t.generate({ token, verb: STREAM, query: "?alt=sse" });

    assert.equal(status, 503);
    assert.equal(json.error.status, "UNAVAILABLE");
    assert.match(json.error.message, /high demand.*api_key:\[/);
  }));

for (const form of ["data", "tail"]) {
  for (const query of ["?alt=sse", ""]) {
    Deno.test(`an error in the middle of a stream (${form}, "${query}") reaches the client rebuilt, and no other key is asked`, () =>
      withService(
        { simulator: { keys: { [ODD_KEY]: `errorInStream-2-${form}-echo` as "ok" } } },
        async (t) => {
          const { token } = await t.token([ODD_KEY]);
          await t.admin(`POST /api/pools/${(await poolOf(t))}/keys`, { keys: [simKey("ok", 7)] });
          t.simulator.setWays(simKey("ok", 7), `errorInStream-2-${form}-echo` as "ok");

          const { status, text } = await t.generate({ token, verb: STREAM, query });

          const answers = query === "" ? JSON.parse(text) : eventsOf(text);
          assert.equal(status, 200);
          assert.equal(answers.length, 3);
          assert.equal(answers[2].error.code, 503);
          assert.equal(answers[2].error.status, "UNAVAILABLE");
          assert.doesNotMatch(text, /finishReason/);
          assert.equal(t.simulator.calls().attempts, 1);
        },
      ));
  }
}

async function poolOf(
  t: { admin: (call: "GET /api/pools") => Promise<{ json: { items: { id: string }[] } }> },
) {
  return (await t.admin("GET /api/pools")).json.items[0]!.id;
}

Deno.test("a key inside an error in a stream does not get through, wherever the error is cut", async () => {
  let cut = 0;
  const upstream = ({ headers }: Request) => {
    const message = `Consumer 'api_key:${headers.get("x-goog-api-key")}' has been suspended`;
    const bad = event(JSON.parse(googleError(403, "PERMISSION_DENIED", message)));
    return inPieces([event(MORE) + bad.slice(0, cut), bad.slice(cut), event(MORE)]);
  };
  await withService({ upstream }, async (t) => {
    const { token } = await t.token([ODD_KEY]);
    for (cut = 0; cut < 180; cut++) {
      const { status, text } = await t.generate({ token, verb: STREAM, query: "?alt=sse" });

      const answers = eventsOf(text);
      assert.equal(status, 200);
      assert.equal(answers.length, 2, text);
      assert.equal(answers[1]!.error!.code, 403);
    }
    const [key] = await t.keys(await poolOf(t));
    assert.equal(key?.state, "ready");
  });
});

Deno.test("a stream that is cut anywhere ends with an error or breaks; it never looks complete", async () => {
  const whole = event(MORE) + event(MORE) + event(LAST);
  const finish = whole.indexOf('"finishReason"');
  for (const breaks of [true, false]) {
    let cut = 0;
    const upstream = () => inPieces([whole.slice(0, cut), ""].filter((piece) => piece), { breaks });
    await withService({ upstream }, async (t) => {
      const { token } = await t.token([simKey("ok")]);
      for (cut = event(MORE).length; cut < whole.length - 4; cut += 3) {
        const stream = await t.stream({ token });
        const text = await stream.text().catch(() => null);

        assert.equal(stream.status, 200);
        if (text === null) continue;
        assert.ok(text.startsWith(whole.slice(0, event(MORE).length)));
        assert.ok(cut < finish, `cut at ${cut}: ${text.slice(-200)}`);
        assert.equal(eventsOf(text).at(-1)?.error?.code, 502);
        assert.doesNotMatch(text, /finishReason/);
      }
    });
  }
});

Deno.test("a stream without a finish reason ends with an error of ours, or breaks where its array is closed", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("eofWithoutFinish")]);

    const sse = await t.generate({ token, verb: STREAM, query: "?alt=sse" });
    const array = await t.send(`/v1beta/models/${FLASH}:${STREAM}`, {
      method: "POST",
      headers: { "x-goog-api-key": token },
      body: JSON.stringify(askedWith("anything")),
    });

    assert.equal(eventsOf(sse.text).at(-1)?.error?.status, "UNAVAILABLE");
    assert.equal(eventsOf(sse.text).length, 5);
    assert.doesNotMatch(sse.text, /finishReason/);
    await assert.rejects(array.text(), /broke off/);
  }));

Deno.test("a stream that is reset after two events ends with an error of ours, and costs the key nothing", () =>
  withService({}, async (t) => {
    const { token, poolId } = await t.token([simKey("resetMidStream-2")]);

    const { text } = await t.generate({ token, verb: STREAM, query: "?alt=sse" });

    const answers = eventsOf(text);
    assert.equal(answers.length, 3);
    assert.equal(answers[2]!.error!.code, 502);
    assert.equal(t.simulator.calls().attempts, 1);
    assert.equal((await t.keys(poolId))[0]?.state, "ready");
    await t.stop();
    assert.equal(t.log.find(({ model }) => model)?.end, "cut");
  }));

Deno.test("a stream that goes silent ends after the idle time with an error of ours, and its call is cancelled", async () => {
  const clock = handClock();
  await withService({ clock }, async (t) => {
    const secret = simKey("silentMidStream-1");
    const { token } = await t.token([secret]);
    const answering = t.stream({ token });
    await until(() => t.simulator.calls(secret).open === 1);
    const text = (await answering).text();

    for (let ms = 0; ms < 119_000; ms += 1_000) await clock.advance(1_000);
    assert.equal(t.simulator.calls(secret).open, 1);
    await clock.advance(2_000);

    const answers = eventsOf(await text);
    assert.equal(answers.at(-1)?.error?.code, 504);
    await until(() => t.simulator.calls(secret).cancelled === 1);
  });
});

Deno.test("a Gemini that never answers is a 504 after the first-byte time, and its calls are cancelled", async () => {
  const clock = handClock();
  await withService({ clock, env: { FIRST_BYTE_TIMEOUT_SECONDS: "30" } }, async (t) => {
    const { token, poolId } = await t.token([simKey("silent", 1), simKey("silent", 2)]);
    const answering = t.generate({ token });
    await until(() => t.simulator.calls().open === 1);

    await clock.advance(30_000);
    await until(() => t.simulator.calls().attempts === 2);
    await clock.advance(30_000);

    const { status, json } = await answering;
    assert.deepEqual([status, json.error.status], [504, "DEADLINE_EXCEEDED"]);
    await until(() => t.simulator.calls().cancelled === 2);
    assert.deepEqual((await t.keys(poolId)).map(({ state }) => state), ["ready", "ready"]);
  });
});

Deno.test("an answer in one piece that breaks off is asked of another key, and the client sees none of it", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("resetMidStream-1"), simKey("ok")]);

    for (let n = 0; n < 4; n++) {
      const { status, json } = await t.generate({ token });
      assert.equal(status, 200);
      assert.equal(json.candidates[0].finishReason, "STOP");
    }
    assert.ok(t.simulator.calls(simKey("resetMidStream-1")).attempts > 0);
  }));

Deno.test("with metering off a stream passes untouched, errors and all that comes after them", () =>
  withService(
    { upstream: () => inPieces([event(MORE), event({ error: { code: 503 } }), "odd"]) },
    async (t) => {
      const { token, poolId } = await t.token([simKey("ok")]);
      await t.admin(`PATCH /api/pools/${poolId}`, { metering: false });

      const { text } = await t.generate({ token, verb: STREAM, query: "?alt=sse" });

      assert.equal(text, event(MORE) + event({ error: { code: 503 } }) + "odd");
    },
  ));

Deno.test("with metering off a refusal is still judged and rebuilt", () =>
  withService({}, async (t) => {
    const { token, poolId } = await t.token([simKey("suspended"), simKey("ok")]);
    await t.admin(`PATCH /api/pools/${poolId}`, { metering: false });

    for (let n = 0; n < 4; n++) assert.equal((await t.generate({ token })).status, 200);
  }));

Deno.test("a shutdown ends the streams under way with an error the client can read", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("silentMidStream-2")]);
    const stream = await t.stream({ token });
    const reading = read(stream);
    await until(() => t.simulator.calls().sentBytes > 0);

    t.service.drain();
    t.service.endStreams();

    const { text } = await reading;
    assert.equal(eventsOf(text).at(-1)?.error?.code, 503);
    assert.match(text, /shutting down/);
    assert.equal((await t.ask("/readyz")).status, 503);
    assert.equal((await t.ask("/healthz")).status, 200);
    await until(() => t.simulator.calls().cancelled === 1);
  }));

Deno.test("a page in place of an answer is asked of another key, whatever its status", async () => {
  const upstream = ({ headers }: Request) =>
    headers.get("x-goog-api-key") === ODD_KEY
      ? new Response("<html>sorry</html>", { headers: { "content-type": "text/html" } })
      : Response.json(LAST);
  await withService({ upstream }, async (t) => {
    const { token } = await t.token([ODD_KEY, simKey("ok")]);
    for (let n = 0; n < 4; n++) assert.deepEqual((await t.generate({ token })).json, LAST);
  });
});

Deno.test("an answer larger than we keep passes whole", async () => {
  const large = JSON.stringify({ ...LAST, padding: "x".repeat(3_000_000) });
  const pieces = Array.from({ length: 30 }, (_, n) => large.slice(n * 110_000, (n + 1) * 110_000));
  await withService(
    { upstream: () => inPieces(pieces, { type: "application/json" }) },
    async (t) => {
      const { token } = await t.token([simKey("ok")]);

      const { text } = await t.generate({ token, model: FLASH });

      assert.ok(text === large);
    },
  );
});

for (
  const way of [
    "resetMidStream-0",
    "resetMidStream-1",
    "errorInStream-0-data-echo",
    "html",
    "unavailable",
  ] as const
) {
  Deno.test(`on real sockets a key that is "${way}" is covered for by another, in one piece and as a stream`, () =>
    withService({ sockets: true, simulator: { keys: { [ODD_KEY]: way } } }, async (t) => {
      const { token } = await t.token([ODD_KEY, simKey("ok")]);
      for (let n = 0; n < 4; n++) {
        const { status, json } = await t.generate({ token });
        assert.equal(status, 200);
        assert.equal(json.candidates[0].finishReason, "STOP");
      }
      assert.ok(t.simulator.calls(ODD_KEY).attempts > 0);
      if (way === "resetMidStream-1") return;
      for (let n = 0; n < 4; n++) {
        const { status, text } = await t.generate({ token, verb: STREAM, query: "?alt=sse" });
        assert.equal(status, 200);
        assert.match(text, /"finishReason":"STOP"/);
      }
    }));
}

Deno.test("on real sockets a redirect is a 502, and a stream that breaks off ends with an error", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("redirect-x")]);
    t.simulator.setWays(simKey("redirect-x"), "redirect-http://127.0.0.1:9/" as "ok");
    const { token: breaking } = await t.token([simKey("resetMidStream-2")]);

    const redirected = await t.generate({ token });
    const { text } = await t.generate({ token: breaking, verb: STREAM, query: "?alt=sse" });

    assert.equal(redirected.status, 502);
    // A reset may overtake what was sent before it.
    assert.ok(eventsOf(text).length <= 3);
    assert.equal(eventsOf(text).at(-1)?.error?.code, 502);
    assert.doesNotMatch(text, /finishReason/);
  }));
