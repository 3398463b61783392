import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  rejects,
  strictEqual as equal,
} from "node:assert";
import { asking, eventsOf, STREAM } from "./ask.ts";
import { createSimulator, type ShortWay, simKey, type Way } from "./simulator.ts";

Deno.test("an error in a stream comes as an event, after so many others", async () => {
  const text = await streamed("errorInStream-2");

  match(text, /^(data: \{"candidates".*\r\n\r\n){2}data: \{"error":\{"code":503.*\}\r\n\r\n$/);
});

Deno.test("an error in a stream comes as indented JSON without data:, with the key inside", async () => {
  const way = "errorInStream-1-tail-echo";
  const text = await streamed(way);

  match(text, /^data: \{"candidates".*\r\n\r\n\{\n {2}"error": \{\n/);
  ok(text.includes(simKey(way)));
});

Deno.test("an error can be all that a stream has", async () => {
  match(await streamed("errorInStream-0"), /^data: \{"error":/);
  match(await streamed("errorInStream-0-tail"), /^\{\n {2}"error":/);
});

Deno.test("an error in a JSON array is its last item", async () => {
  const items = JSON.parse(await streamed("errorInStream-1", "streamGenerateContent"));

  deepEqual(items.map(Object.keys).map((keys: string[]) => keys[0]), ["candidates", "error"]);
});

Deno.test("an empty stream is served with no byte", async () => {
  const response = await simulated("emptyStream");

  equal(response.status, 200);
  equal((await response.bytes()).length, 0);
});

Deno.test("a stream can end without a finishReason", async () => {
  const events = await eventsOf(await simulated("eofWithoutFinish-3"));

  equal(events.length, 3);
  ok(events.every((event) => event.candidates[0]?.finishReason === undefined));
});

for (const after of [0, 1, 3]) {
  Deno.test(`a stream breaks after ${after} events`, async () => {
    const { body } = await simulated(`resetMidStream-${after}`);
    const reader = body!.getReader();
    for (let event = 0; event < after; event++) ok(!(await reader.read()).done);

    await rejects(reader.read(), TypeError);
  });
}

Deno.test("an answer that is not a stream breaks in its middle", async () => {
  const { body } = await simulated("resetMidStream-1", "generateContent");
  const reader = body!.getReader();
  const half = new TextDecoder().decode((await reader.read()).value);

  match(half, /^\{/);
  await rejects(reader.read(), TypeError);
});

Deno.test("a compressed answer is the same once it is read", async () => {
  const events = await eventsOf(await simulated("gzip-5"));
  const unary = await simulated("gzip", "generateContent");

  equal(events.length, 5);
  equal(unary.headers.get("content-encoding"), null);
  ok((await unary.json()).candidates);
});

Deno.test("hostile headers come with the key among them", async () => {
  const response = await simulated("hostileHeaders");
  await response.body?.cancel();

  equal(response.headers.get("x-goog-api-key"), simKey("hostileHeaders"));
  equal(response.headers.get("cache-control"), "public, max-age=3600");
  match(response.headers.getSetCookie()[0] ?? "", /^NID=/);
});

Deno.test("a bad gateway answers with a page", async () => {
  const response = await simulated("html");

  equal(response.status, 502);
  match(await response.text(), /^<!DOCTYPE html>/);
});

Deno.test("nothing of a stream is made before it is read", async () => {
  const key = simKey("ok");
  const simulator = createSimulator({ pace: { events: 1000, eventBytes: 65_536 } });
  const response = await simulator.fetch(asking({ key, verb: STREAM }));
  const before = simulator.calls(key).sentBytes;
  const reader = response.body!.getReader();

  await reader.read();

  equal(before, 0);
  ok(simulator.calls(key).sentBytes < 3 * 70_000);
  await reader.cancel();
  equal(simulator.calls(key).cancelled, 1);
});

Deno.test("a paced stream waits between events, and a slow one before the first byte", async () => {
  const waits: number[] = [];
  const wait = (ms: number) => Promise.resolve(void waits.push(ms));
  const way: Way = { kind: "slow", delayMs: 700, events: 3, everyMs: 50 };
  const simulator = createSimulator({ wait, keys: { mine: way } });

  await eventsOf(await simulator.fetch(asking({ key: "mine", verb: STREAM })));

  deepEqual(waits, [700, 50, 50]);
});

async function simulated(way: ShortWay, verb = STREAM): Promise<Response> {
  return await createSimulator().fetch(asking({ key: simKey(way), verb }));
}

async function streamed(way: ShortWay, verb = STREAM): Promise<string> {
  return await (await simulated(way, verb)).text();
}
