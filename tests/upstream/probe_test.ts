import assert from "node:assert/strict";
import { createFetchWire } from "../../lib/upstream/fetch_wire.ts";
import { createProbe } from "../../lib/upstream/probe.ts";
import type { Send } from "../../lib/upstream/wire.ts";
import { createSimulator, type ShortWay, simKey } from "../simulator/simulator.ts";
import { SweepClock } from "../support/sweep_clock.ts";

/** A probe of a simulated Gemini, or of what is sent instead. */
function aProbe(send?: Send) {
  const clock = new SweepClock();
  const simulator = createSimulator();
  const probe = createProbe({
    deadlines: clock.deadlines,
    send: send ?? createFetchWire("https://gemini.example", simulator.fetch),
  });
  return { probe, clock, simulator };
}

const VERDICTS: Readonly<Partial<Record<ShortWay, string>>> = {
  ok: "good",
  limitZero: "good",
  invalid: "bad invalid",
  expired: "bad invalid",
  unauthenticated: "bad invalid",
  suspended: "bad suspended",
  leaked: "bad leaked",
  serviceDisabled: "bad misconfigured",
  unavailable: "inconclusive",
  internal: "inconclusive",
  html: "inconclusive",
  location: "inconclusive",
  "redirect-https://thief.example/": "inconclusive",
};

for (const [way, wanted] of Object.entries(VERDICTS)) {
  Deno.test(`a probe of a key that is "${way}" is ${wanted}, and tells why without the key`, async () => {
    const { probe, simulator, clock } = aProbe();
    const secret = "any-secret-of-twenty-characters";
    // A second call would find the key well; none is made.
    simulator.setWays(secret, [way as ShortWay, "ok"]);

    const found = await probe(secret);

    const reason = found.verdict === "bad" ? ` ${found.reason}` : "";
    assert.equal(found.verdict + reason, wanted);
    assert.ok(found.why.length > 10 && !found.why.includes(secret));
    assert.equal(clock.isTicking, false);
  });
}

Deno.test("a probe lists one model, and has the key in its header only", async () => {
  const { probe, simulator } = aProbe();

  await probe(simKey("ok"));

  const [request] = simulator.requests;
  assert.equal(request?.url, "https://gemini.example/v1beta/models?pageSize=1");
  assert.equal(request?.headers["x-goog-api-key"], simKey("ok"));
});

Deno.test("a probe that finds nobody is inconclusive", async () => {
  const { probe } = aProbe(() => Promise.reject(new TypeError("connection refused")));

  assert.equal((await probe(simKey("ok"))).verdict, "inconclusive");
});

Deno.test("a probe that takes longer than 15 seconds is given up, and inconclusive", async () => {
  const { probe, clock, simulator } = aProbe();
  const probing = probe(simKey("silent"));

  clock.pass(15_000);

  assert.equal((await probing).verdict, "inconclusive");
  assert.equal(simulator.calls().cancelled, 1);
});
