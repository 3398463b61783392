import { deepStrictEqual as deepEqual, match, strictEqual as equal } from "node:assert";
import { asking, type Refused } from "./ask.ts";
import { createSimulator, simKey, type Simulator } from "./simulator.ts";

const NOON = Date.parse("2026-11-20T12:00:15Z");

Deno.test("a key with 2 requests a minute is served twice, refused, and served the next minute", async () => {
  let now = NOON;
  const simulator = createSimulator({ clock: () => now });
  const key = simKey("perMinute-2");

  const statuses = [await status(simulator, key), await status(simulator, key)];
  statuses.push(await status(simulator, key));
  now += 45_000;
  statuses.push(await status(simulator, key));

  deepEqual(statuses, [200, 200, 429, 200]);
  equal(simulator.calls(key).outcomes.perMinute, 1);
});

Deno.test("a minute's refusal says how long the minute still lasts", async () => {
  const simulator = createSimulator({ clock: () => NOON });

  const { error } = await refused(simulator, simKey("exhausted"));

  const [violation] = violationsOf(error);
  equal(violation?.quotaId, "GenerateRequestsPerMinutePerProjectPerModel-FreeTier");
  deepEqual(violation?.quotaDimensions, { location: "global", model: "gemini-2.5-flash" });
  equal(retryDelayOf(error), "45s");
});

Deno.test("a day's refusal advises 38 seconds although it lasts until midnight Pacific", async () => {
  let now = Date.parse("2026-11-20T07:59:59Z");
  const simulator = createSimulator({ clock: () => now });
  const key = simKey("perDay-1");
  await status(simulator, key);

  const { error } = await refused(simulator, key);
  now = Date.parse("2026-11-20T08:00:00Z");

  match(String(violationsOf(error)[0]?.quotaId), /PerDay/);
  equal(retryDelayOf(error), "38s");
  equal(await status(simulator, key), 200);
});

Deno.test("the day of a quota has 25 hours when clocks go back in Los Angeles", async () => {
  let now = Date.parse("2026-11-01T07:00:00Z");
  const simulator = createSimulator({ clock: () => now });
  const key = simKey("perDay-1");

  const statuses = [await status(simulator, key)];
  now = Date.parse("2026-11-02T07:59:59Z");
  statuses.push(await status(simulator, key));
  now = Date.parse("2026-11-02T08:00:00Z");
  statuses.push(await status(simulator, key));

  deepEqual(statuses, [200, 429, 200]);
});

Deno.test("keys of one project share its quota, model by model", async () => {
  const [a, b, other] = [simKey("perDay-1", 1), simKey("perDay-1", 2), simKey("perDay-1", 3)];
  const simulator = createSimulator({ clock: () => NOON, projects: { [a]: "p", [b]: "p" } });

  deepEqual([
    await status(simulator, a),
    await status(simulator, b),
    await status(simulator, b, "gemini-2.5-pro"),
    await status(simulator, other),
  ], [200, 429, 200, 200]);
});

Deno.test("a quota is used neither by counting tokens nor by a request that is wrong", async () => {
  const simulator = createSimulator({ clock: () => NOON });
  const key = simKey("perDay-1");

  await simulator.fetch(asking({ key, verb: "countTokens" }));
  await simulator.fetch(asking({ key, body: "{" }));
  await simulator.fetch(asking({ key, model: "no-such-model" }));

  equal(await status(simulator, key), 200);
});

Deno.test("an embedding has a quota of its own kind", async () => {
  const response = await createSimulator().fetch(asking({
    key: simKey("exhausted-day"),
    verb: "embedContent",
    model: "gemini-embedding-001",
    body: { content: { parts: [{ text: "sky" }] } },
  }));

  match(await response.text(), /EmbedContentRequestsPerDay/);
});

async function status(simulator: Simulator, key: string, model?: string): Promise<number> {
  const response = await simulator.fetch(asking({ key, ...(model ? { model } : {}) }));
  await response.body?.cancel();
  return response.status;
}

async function refused(simulator: Simulator, key: string): Promise<Refused> {
  return await (await simulator.fetch(asking({ key }))).json();
}

function violationsOf({ details }: Refused["error"]): Record<string, unknown>[] {
  return details?.flatMap((detail) => detail.violations ?? []) as Record<string, unknown>[];
}

function retryDelayOf({ details }: Refused["error"]): unknown {
  return details?.find((detail) => "retryDelay" in detail)?.retryDelay;
}
