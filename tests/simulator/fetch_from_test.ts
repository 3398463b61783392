import { rejects, strictEqual as equal } from "node:assert";
import { asking, STREAM } from "./ask.ts";
import { createSimulator, simKey } from "./simulator.ts";

const silent = simKey("silent");

Deno.test("fetch takes the place of the global one", async () => {
  const stand: typeof fetch = createSimulator().fetch;

  const response = await stand("https://example.com/v1beta/models/gemini-2.5-flash", {
    headers: { "x-goog-api-key": simKey("ok") },
  });

  equal((await response.json()).displayName, "Gemini 2.5 Flash");
});

Deno.test("a call that gets no answer rejects when it is aborted", async () => {
  const simulator = createSimulator();
  const client = new AbortController();
  const answer = simulator.fetch(asking({ key: silent, signal: client.signal }));
  setTimeout(() => client.abort());

  await rejects(answer, { name: "AbortError" });

  equal(simulator.calls(silent).cancelled, 1);
  equal(simulator.calls(silent).open, 0);
});

Deno.test("a call that is aborted beforehand never arrives", async () => {
  const simulator = createSimulator();
  const signal = AbortSignal.abort(new Error("changed my mind"));

  await rejects(simulator.fetch(asking({ key: silent }), { signal }), /changed my mind/);

  equal(simulator.calls().attempts, 0);
});

Deno.test("an upload that stalls can be aborted", async () => {
  const simulator = createSimulator();
  const client = new AbortController();
  const answer = simulator.fetch("https://example.com/v1beta/models/m:generateContent", {
    method: "POST",
    headers: { "x-goog-api-key": simKey("ok") },
    body: new ReadableStream(),
    signal: client.signal,
  });
  setTimeout(() => client.abort());

  await rejects(answer, { name: "AbortError" });
  equal(simulator.calls().cancelled, 1);
});

Deno.test("a stream that falls silent errors when the client aborts", async () => {
  const simulator = createSimulator();
  const client = new AbortController();
  const key = simKey("silentMidStream-1");
  const response = await simulator.fetch(asking({ key, verb: STREAM, signal: client.signal }));
  const reader = response.body!.getReader();
  await reader.read();
  const next = reader.read();
  equal(simulator.calls(key).open, 1);

  client.abort();

  await rejects(next, { name: "AbortError" });
  equal(simulator.calls(key).open, 0);
  equal(simulator.calls(key).cancelled, 1);
});

Deno.test("a stream that is read to its end is served, and a later abort changes nothing", async () => {
  const simulator = createSimulator();
  const client = new AbortController();
  const key = simKey("ok");
  const response = await simulator.fetch(asking({ key, verb: STREAM, signal: client.signal }));
  await response.text();

  client.abort();

  equal(simulator.calls(key).served, 1);
  equal(simulator.calls(key).cancelled, 0);
});

Deno.test("a redirect is handed over, refused or followed, as the request says", async () => {
  const simulator = createSimulator({ keys: { mine: "redirect-https://evil.example/take" } });
  const question = asking({ key: "mine" });

  const manual = await simulator.fetch(question.clone(), { redirect: "manual" });
  const refused = simulator.fetch(question.clone(), { redirect: "error" });

  equal(manual.status, 302);
  equal(manual.headers.get("location"), "https://evil.example/take");
  await rejects(refused, TypeError);
});

Deno.test("a redirect that is followed takes the key along", async () => {
  const simulator = createSimulator({
    keys: { mine: ["redirect-https://evil.example/take", "ok"] },
  });

  await simulator.fetch(asking({ key: "mine" }));

  const [, followed] = simulator.requests;
  equal(followed?.url, "https://evil.example/take");
  equal(followed?.key, "mine");
});

Deno.test("the simulator's own signal ends what waits", async () => {
  const closing = new AbortController();
  const simulator = createSimulator({ signal: closing.signal });
  const answer = simulator.fetch(asking({ key: silent }));
  setTimeout(() => closing.abort());

  await rejects(answer, TypeError);
  equal(simulator.calls(silent).outcomes.stopped, 1);
});
