import { deepStrictEqual as deepEqual, strictEqual as equal } from "node:assert";
import { asking, eventsOf, type Generated, STREAM, textOf } from "./ask.ts";
import { createSimulator, simKey } from "./simulator.ts";

const key = simKey("ok");

Deno.test("fast answers have the shape of the others", async () => {
  const fast = createSimulator({ fast: true, pace: { events: 3 } });

  const unary: Generated = await (await fast.fetch(asking({ key }))).json();
  const events = await eventsOf(await fast.fetch(asking({ key, verb: STREAM })));
  const array = await (await fast.fetch(asking({ key, verb: "streamGenerateContent" }))).json();

  equal(textOf(...events), textOf(unary));
  deepEqual(array, events);
  equal(events.at(-1)?.candidates[0]?.finishReason, "STOP");
});

Deno.test("fast answers are counted", async () => {
  const fast = createSimulator({ fast: true });

  await (await fast.fetch(asking({ key }))).text();
  await (await fast.fetch(asking({ key, verb: STREAM }))).text();
  await (await fast.fetch(asking({ key, verb: STREAM }))).body?.cancel();

  const { attempts, served, cancelled, open } = fast.calls(key);
  deepEqual({ attempts, served, cancelled, open }, {
    attempts: 3,
    served: 2,
    cancelled: 1,
    open: 0,
  });
});

Deno.test("a fast simulator still knows other ways, other verbs and a way's own pace", async () => {
  const fast = createSimulator({ fast: true });

  const dead = await fast.fetch(asking({ key: simKey("invalid") }));
  const unknown = await fast.fetch(asking({ key, model: "gemini-9" }));
  const count = await fast.fetch(asking({ key, verb: "countTokens" }));
  const long = await eventsOf(await fast.fetch(asking({ key: simKey("ok-9"), verb: STREAM })));

  deepEqual([dead.status, unknown.status, count.status], [400, 404, 200]);
  equal(long.length, 9);
});

Deno.test("a fast key that is given other ways takes them", async () => {
  const fast = createSimulator({ fast: true });
  await fast.fetch(asking({ key }));

  fast.setWays(key, "exhausted");

  equal((await fast.fetch(asking({ key }))).status, 429);
});
