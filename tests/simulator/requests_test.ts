import { deepStrictEqual as deepEqual, match, strictEqual as equal } from "node:assert";
import { asking, type Refused } from "./ask.ts";
import { createSimulator, type ShortWay, simKey } from "./simulator.ts";

const key = simKey("ok");
const URL_V1BETA = "https://generativelanguage.googleapis.com/v1beta/models";

const credentials: [string, string, Record<string, string>, number, RegExp][] = [
  ["none", "", {}, 403, /unregistered callers/],
  ["a key in the header", "", { "x-goog-api-key": key }, 200, /models/],
  ["a key in the URL", `?key=${key}`, {}, 200, /models/],
  ["two keys", `?key=${key}`, { "x-goog-api-key": key }, 400, /Multiple authentication/],
  [
    "a key and a token",
    "",
    { "x-goog-api-key": key, "authorization": "Bearer a" },
    400,
    /Multiple authentication/,
  ],
  ["a key as a token", "", { authorization: `Bearer ${key}` }, 401, /ACCESS_TOKEN_TYPE/],
  ["an AQ key in the URL", `?key=${simKey("ok", 1, { kind: "AQ" })}`, {}, 401, /UNAUTHENTICATED/],
];

for (const [what, query, headers, status, marker] of credentials) {
  Deno.test(`a request with ${what} for a credential is answered with ${status}`, async () => {
    const response = await createSimulator().fetch(URL_V1BETA + query, { headers });

    equal(response.status, status);
    match(await response.text(), marker);
  });
}

Deno.test("a body that is no JSON is quoted back", async () => {
  const { error } = await refused({ body: '{"contents": nope' });

  equal(error.code, 400);
  match(error.message, /^Invalid JSON payload received\..*\n\{"contents": nope\n\^$/);
});

Deno.test("a request without contents is told so", async () => {
  const { error } = await refused({ body: {} });

  equal(error.message, "* GenerateContentRequest.contents: contents is not specified\n");
});

Deno.test("a model that does not exist, or not for this verb, is not found", async () => {
  const unknown = await refused({ model: "gemini-9" });
  const embedding = await refused({ model: "gemini-embedding-001" });

  equal(unknown.error.status, "NOT_FOUND");
  match(unknown.error.message, /^models\/gemini-9 is not found for API version v1beta, or is not/);
  equal(embedding.error.code, 404);
});

Deno.test("a route that Gemini does not have is answered with a page", async () => {
  const response = await createSimulator().fetch(asking({ key, verb: "levitate" }));

  equal(response.status, 404);
  match(await response.text(), /^<!DOCTYPE html>/);
});

Deno.test("requests are remembered as they came, up to a limit", async () => {
  const simulator = createSimulator({ remember: 2 });
  for (const body of ["1", "2", "3"]) await simulator.fetch(asking({ key, body }));

  const [second, third] = simulator.requests;

  equal(simulator.requests.length, 2);
  equal(new TextDecoder().decode(second?.body), "2");
  equal(third?.method, "POST");
  equal(third?.key, key);
  equal(third?.headers["x-goog-api-key"], key);
  match(third?.url ?? "", /:generateContent$/);
});

Deno.test("calls are counted by key and by outcome", async () => {
  const simulator = createSimulator();
  const flaky = simKey("flaky-2");
  for (const secret of [key, flaky, flaky, flaky]) await simulator.fetch(asking({ key: secret }));
  await simulator.fetch(asking({ key, body: "nope" }));
  await simulator.fetch(URL_V1BETA);

  deepEqual(simulator.calls(flaky).outcomes, { served: 2, unavailable: 1 });
  deepEqual(simulator.calls(key).outcomes, { served: 1, badRequest: 1 });
  equal(simulator.calls().attempts, 6);
  equal(simulator.calls().outcomes.noCredential, 1);
});

Deno.test("a list of ways is followed call by call, and its last repeats", async () => {
  const simulator = createSimulator({ keys: { mine: ["bare429", { kind: "ok" }, "invalid"] } });
  const statuses: number[] = [];
  for (let call = 0; call < 4; call++) {
    statuses.push((await simulator.fetch(asking({ key: "mine" }))).status);
  }

  deepEqual(statuses, [429, 200, 400, 400]);
});

Deno.test("a key changes its ways while the simulator runs, and reset() undoes it", async () => {
  const simulator = createSimulator();
  const status = async () => (await simulator.fetch(asking({ key }))).status;

  simulator.setWays(key, "suspended");
  const changed = await status();
  simulator.reset();

  equal(changed, 403);
  equal(await status(), 200);
  equal(simulator.calls().attempts, 1);
});

Deno.test("a share of the calls of a flaky key fails, by the numbers that random gives", async () => {
  const numbers = [0.1, 0.9, 0.24, 0.25];
  const simulator = createSimulator({ random: () => numbers.shift()! });
  const way: ShortWay = "flaky-percent-25";
  const statuses: number[] = [];
  for (let call = 0; call < 4; call++) {
    statuses.push((await simulator.fetch(asking({ key: simKey(way) }))).status);
  }

  deepEqual(statuses, [503, 200, 503, 200]);
});

async function refused(question: { body?: unknown; model?: string }): Promise<Refused> {
  return await (await createSimulator().fetch(asking({ key, ...question }))).json();
}
