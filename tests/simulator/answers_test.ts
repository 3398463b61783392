import { deepStrictEqual as deepEqual, match, ok, strictEqual as equal } from "node:assert";
import { asking, eventsOf, type Generated, STREAM, textOf } from "./ask.ts";
import { createSimulator, simKey } from "./simulator.ts";

const key = simKey("ok");
const ORIGIN = "https://generativelanguage.googleapis.com";

Deno.test("an answer echoes the prompt and says what it used", async () => {
  const response = await createSimulator().fetch(asking({ key, prompt: "Привет, 🦕!" }));
  const answer: Generated = await response.clone().json();

  equal(response.headers.get("content-type"), "application/json; charset=UTF-8");
  match(await response.text(), /^\{\n {2}"candidates": \[/);
  match(textOf(answer), /Привет, 🦕!/);
  equal(answer.candidates[0]?.finishReason, "STOP");
  equal(answer.modelVersion, "gemini-2.5-flash");
  const { promptTokenCount, candidatesTokenCount, totalTokenCount } = answer.usageMetadata;
  equal(totalTokenCount, promptTokenCount + candidatesTokenCount);
});

Deno.test("a stream has the text of the unary answer, in deltas with growing usage", async () => {
  const simulator = createSimulator({ pace: { events: 6 } });
  const unary: Generated = await (await simulator.fetch(asking({ key }))).json();

  const events = await eventsOf(await simulator.fetch(asking({ key, verb: STREAM })));

  equal(events.length, 6);
  equal(textOf(...events), textOf(unary));
  deepEqual(
    events.map((event) => event.candidates[0]?.finishReason),
    [undefined, undefined, undefined, undefined, undefined, "STOP"],
  );
  deepEqual(events.map((event) => event.usageMetadata.candidatesTokenCount), [
    4,
    8,
    12,
    16,
    20,
    24,
  ]);
  equal(new Set(events.map((event) => event.responseId)).size, 1);
});

Deno.test("a stream without alt=sse is one JSON array in Google's framing", async () => {
  const response = await createSimulator({ pace: { events: 2 } })
    .fetch(asking({ key, verb: "streamGenerateContent" }));
  const text = await response.text();

  equal(response.headers.get("content-type"), "application/json; charset=UTF-8");
  match(text, /^\[\{\n/);
  match(text, /\n\}\n,\r\n\{\n/);
  match(text, /\n\}\n\]$/);
  equal(JSON.parse(text).length, 2);
});

Deno.test("a model that is routed to another names the one that answered", async () => {
  const response = await createSimulator().fetch(asking({ key, model: "gemini-3.5-flash" }));

  equal((await response.json()).modelVersion, "gemini-3.6-flash");
});

Deno.test("tokens are counted for contents and for a whole request alike", async () => {
  const simulator = createSimulator();
  const contents = [{ parts: [{ text: "four letters make one" }] }];

  const direct = await simulator.fetch(asking({ key, verb: "countTokens", body: { contents } }));
  const wrapped = await simulator.fetch(
    asking({ key, verb: "countTokens", body: { generateContentRequest: { contents } } }),
  );

  equal((await direct.json()).totalTokens, 6);
  equal((await wrapped.json()).totalTokens, 6);
});

Deno.test("embeddings have the size that was asked for and differ by text", async () => {
  const model = "gemini-embedding-001";
  const request = (text: string) => ({
    model: `models/${model}`,
    content: { parts: [{ text }] },
    outputDimensionality: 128,
  });
  const response = await createSimulator().fetch(asking({
    key,
    verb: "batchEmbedContents",
    model,
    body: { requests: [request("sea"), request("sky"), request("sea")] },
  }));

  const [sea, sky, again] = (await response.json()).embeddings;

  equal(sea.values.length, 128);
  deepEqual(again, sea);
  ok(sea.values[0] !== sky.values[0]);
});

Deno.test("the list of models comes in pages", async () => {
  const simulator = createSimulator();
  const page = async (query: string) => {
    const response = await simulator.fetch(`${ORIGIN}/v1beta/models?${query}`, {
      headers: { "x-goog-api-key": key },
    });
    return await response.json();
  };

  const first = await page("pageSize=5");
  const second = await page(`pageSize=50&pageToken=${first.nextPageToken}`);

  equal(first.models.length, 5);
  equal(second.nextPageToken, undefined);
  ok(second.models.some((model: { name: string }) => model.name === "models/gemini-embedding-2"));
});
