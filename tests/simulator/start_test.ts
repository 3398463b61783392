import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  rejects,
  strictEqual as equal,
} from "node:assert";
import { asking, eventsOf, type Question, STREAM } from "./ask.ts";
import { type RunningSimulator, simKey, startSimulator } from "./simulator.ts";
import { until } from "./until.ts";

// A server that leaves anything open would spoil every suite that uses it.
const strict = { sanitizeOps: true, sanitizeResources: true };

Deno.test("a simulator answers over HTTP", strict, async () => {
  await using simulator = await running();

  const events = await eventsOf(await ask(simulator, { key: simKey("ok"), verb: STREAM }));

  equal(events.length, 4);
  equal(simulator.calls(simKey("ok")).served, 1);
});

Deno.test("a client that leaves a stream is seen upstream", strict, async () => {
  await using simulator = await running();
  const key = simKey("silentMidStream-2");
  const response = await ask(simulator, { key, verb: STREAM });
  equal(simulator.calls(key).open, 1);

  await response.body?.cancel();

  await until(() => simulator.calls(key).open === 0);
  equal(simulator.calls(key).cancelled, 1);
});

Deno.test("a client that leaves before the first byte is seen upstream", strict, async () => {
  await using simulator = await running();
  const key = simKey("silent");
  const client = new AbortController();
  const answer = ask(simulator, { key, signal: client.signal });
  await until(() => simulator.calls(key).open === 1);

  client.abort();

  await rejects(answer, { name: "AbortError" });
  await until(() => simulator.calls(key).cancelled === 1);
});

Deno.test("a connection breaks in mid-stream", strict, async () => {
  await using simulator = await running();
  const response = await ask(simulator, { key: simKey("resetMidStream-1"), verb: STREAM });

  await rejects(response.text(), TypeError);
});

Deno.test("a compressed stream crosses the network", strict, async () => {
  await using simulator = await running();

  const response = await ask(simulator, { key: simKey("gzip-3"), verb: STREAM });

  equal((await eventsOf(response)).length, 3);
});

Deno.test("a reader that pauses pauses the simulator", strict, async () => {
  await using simulator = await running();
  const key = "mine";
  const total = 64 * 1024 * 1024;
  simulator.setWays(key, { kind: "ok", events: total / 65_536, eventBytes: 65_536 });
  const response = await ask(simulator, { key, verb: STREAM });
  const reader = response.body!.getReader();
  await reader.read();

  const sent = await settled(() => simulator.calls(key).sentBytes);

  ok(sent < total / 2, `${sent} bytes were sent to a reader that pauses`);
  await reader.cancel();
  await until(() => simulator.calls(key).open === 0);
});

Deno.test("stop() ends silent, streaming and unread calls", strict, async () => {
  const simulator = await running();
  const silent = ask(simulator, { key: simKey("silent") });
  const stream = await ask(simulator, { key: simKey("silentMidStream-1"), verb: STREAM });
  const unread = await ask(simulator, { key: simKey("ok-1000-0-65536"), verb: STREAM });
  await until(() => simulator.calls().open === 3);

  await simulator.stop();

  await rejects(silent);
  await rejects(stream.text());
  await rejects(unread.text());
  await until(() => simulator.calls().open === 0);
});

Deno.test("another process steers keys over HTTP", strict, async () => {
  await using simulator = await running();
  const control = `${simulator.url}/__simulator`;
  const key = simKey("ok", 1, { kind: "AQ" });

  const put = await fetch(`${control}/keys/${key}`, {
    method: "PUT",
    body: JSON.stringify({ ways: ["bare429", { kind: "ok" }], project: "p" }),
  });
  const statuses = [await status(simulator, key), await status(simulator, key)];
  const counts = await (await fetch(`${control}/keys`)).json();
  const reset = await fetch(`${control}/reset`, { method: "POST" });

  equal(put.status, 204);
  deepEqual(statuses, [429, 200]);
  deepEqual(counts[key].outcomes, { bare429: 1, served: 1 });
  equal(reset.status, 204);
  equal(simulator.calls().attempts, 0);
});

Deno.test("a way that does not exist is refused over HTTP", strict, async () => {
  await using simulator = await running();

  const response = await fetch(`${simulator.url}/__simulator/keys/mine`, {
    method: "PUT",
    body: '"no-such-way"',
  });

  equal(response.status, 400);
  match(await response.text(), /Cannot read way "no-such-way"/);
});

async function running(): Promise<RunningSimulator & AsyncDisposable> {
  const simulator = await startSimulator();
  return Object.assign(simulator, { [Symbol.asyncDispose]: () => simulator.stop() });
}

function ask({ url }: RunningSimulator, question: Question): Promise<Response> {
  return fetch(asking(question, { origin: url }));
}

async function status(simulator: RunningSimulator, key: string): Promise<number> {
  const response = await ask(simulator, { key });
  await response.body?.cancel();
  return response.status;
}

/** Reads a growing number until it has stood still for a while. */
async function settled(read: () => number): Promise<number> {
  let last = -1;
  let still = 0;
  await until(() => {
    still = read() === last ? still + 1 : 0;
    last = read();
    return still === 50;
  });
  return last;
}
