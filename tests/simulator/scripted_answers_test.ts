import { deepStrictEqual as deepEqual, match, strictEqual as equal, throws } from "node:assert";
import { asking, eventsOf, STREAM } from "./ask.ts";
import { createSimulator, simKey, type Simulator, type Way } from "./simulator.ts";

const key = simKey("ok");
const text = (said: string) => ({ content: { role: "model", parts: [{ text: said }] } });

/** Two candidates in four pieces, the last without any part. */
const PIECES = [
  { candidates: [{ ...text("Hel"), index: 0 }], usageMetadata: { totalTokenCount: 1 } },
  { candidates: [{ ...text("Hi."), index: 1, finishReason: "STOP" }], turnToken: "t" },
  { candidates: [{ ...text("lo.") }], modelVersion: "gemini-x", responseId: "r" },
  {
    candidates: [{ finishReason: "MAX_TOKENS", finishMessage: "cut" }],
    usageMetadata: { totalTokenCount: 9 },
  },
];

Deno.test("a script is a stream of its pieces, in both framings", async () => {
  const script = PIECES.map((piece) => ({ modelVersion: "m", responseId: "r", ...piece }));
  const simulator = saying({ kind: "says", pieces: script });

  const events = await eventsOf(await simulator.fetch(asking({ key, verb: STREAM })));
  const array = await simulator.fetch(asking({ key, verb: "streamGenerateContent" }));

  deepEqual(events, script);
  deepEqual(await array.json(), script);
});

Deno.test("a script in one answer has its parts by candidate, and of the rest the last word", async () => {
  const response = await saying({ kind: "says", pieces: PIECES }).fetch(asking({ key }));

  deepEqual(await response.json(), {
    candidates: [
      {
        content: { role: "model", parts: [{ text: "Hel" }, { text: "lo." }] },
        index: 0,
        finishReason: "MAX_TOKENS",
        finishMessage: "cut",
      },
      { ...text("Hi."), index: 1, finishReason: "STOP" },
    ],
    usageMetadata: { totalTokenCount: 9 },
    turnToken: "t",
    modelVersion: "gemini-x",
    responseId: "r",
  });
});

Deno.test("a script of a blocked prompt has no candidates", async () => {
  const promptFeedback = { blockReason: "SAFETY" };
  const response = await saying({ kind: "says", pieces: [{ promptFeedback }] }).fetch(
    asking({ key }),
  );

  const answer = await response.json();

  deepEqual(answer.promptFeedback, promptFeedback);
  equal(answer.candidates, undefined);
});

Deno.test("a script that does not name its model and itself gets both, the same in every piece", async () => {
  const simulator = saying({ kind: "says", pieces: [{}, {}] });
  const question = { key, model: "gemini-3.5-flash" };

  const events = await eventsOf(await simulator.fetch(asking({ ...question, verb: STREAM })));
  const unary = await (await simulator.fetch(asking(question))).json();

  deepEqual(events.map((event) => event.modelVersion), ["gemini-3.6-flash", "gemini-3.6-flash"]);
  equal(new Set(events.map((event) => event.responseId)).size, 1);
  match(unary.responseId, /^sim\d+$/);
});

Deno.test("a script waits between its pieces as it says", async () => {
  const waits: number[] = [];
  const wait = (ms: number) => Promise.resolve(void waits.push(ms));
  const way: Way = { kind: "says", pieces: [{}, {}, {}], everyMs: 40 };
  const simulator = createSimulator({ wait, keys: { [key]: way } });

  await eventsOf(await simulator.fetch(asking({ key, verb: STREAM })));

  deepEqual(waits, [40, 40]);
});

Deno.test("two scripts answer two calls", async () => {
  const says = (said: string): Way => ({
    kind: "says",
    pieces: [{ candidates: [{ ...text(said) }] }],
  });
  const simulator = saying([says("one"), says("two")]);
  const texts: string[] = [];
  for (let n = 0; n < 2; n++) {
    const { candidates } = await (await simulator.fetch(asking({ key }))).json();
    texts.push(candidates[0].content.parts[0].text);
  }

  deepEqual(texts, ["one", "two"]);
  equal(simulator.calls(key).served, 2);
});

Deno.test("a request that Google would refuse is refused in spite of a script", async () => {
  const simulator = saying({ kind: "says", pieces: PIECES });

  const response = await simulator.fetch(asking({ key, body: {} }));
  await response.body?.cancel();

  equal(response.status, 400);
  deepEqual(simulator.calls(key).outcomes, { badRequest: 1 });
});

Deno.test("a script has no short form", () => {
  throws(() => saying(JSON.parse('"says"')), TypeError);
});

function saying(ways: Way | readonly Way[]): Simulator {
  const simulator = createSimulator();
  simulator.setWays(key, ways);
  return simulator;
}
