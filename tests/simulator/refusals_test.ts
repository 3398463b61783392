import { deepStrictEqual as deepEqual, match, ok, strictEqual as equal } from "node:assert";
import { asking, type Refused, STREAM } from "./ask.ts";
import { recording } from "./recordings.ts";
import { createSimulator, type ShortWay, simKey } from "./simulator.ts";

const MODELS_URL = "https://generativelanguage.googleapis.com/v1beta/models";

const recorded: [ShortWay, string][] = [
  ["expired", "errors/400-api-key-expired.json"],
  ["leaked", "errors/403-leaked.json"],
  ["location", "errors/400-location.json"],
  ["bare429", "errors/429-bare.json"],
  ["internal", "errors/500-internal.json"],
  ["unavailable", "errors/503-high-demand.json"],
  ["badRequest", "400-image-rejected-in-stream.json"],
];

for (const [way, file] of recorded) {
  Deno.test(`a key that is ${way} is refused as in ${file}`, async () => {
    const { status, body } = await refusal(way);
    const fixture = recording(file);

    equal(status, fixture.status);
    deepEqual(body, JSON.parse(new TextDecoder().decode(fixture.body)));
  });
}

const worded: [ShortWay, number, RegExp][] = [
  ["invalid", 400, /"API_KEY_INVALID"/],
  ["serviceDisabled", 403, /"SERVICE_DISABLED"/],
  ["serviceBlocked", 403, /"API_KEY_SERVICE_BLOCKED"/],
  ["permissionDenied", 403, /"The caller does not have permission"/],
  ["filePermission", 403, /You do not have permission to access the File/],
  ["unauthenticated", 401, /"ACCESS_TOKEN_TYPE_UNSUPPORTED"/],
  ["limitZero", 429, /limit: 0/],
];

for (const [way, status, marker] of worded) {
  Deno.test(`a key that is ${way} is refused with ${status} ${marker.source}`, async () => {
    const refused = await refusal(way);

    equal(refused.status, status);
    match(JSON.stringify(refused.body), marker);
  });
}

Deno.test("a suspended key is printed in full, three times", async () => {
  const { body } = await refusal("suspended");

  equal(JSON.stringify(body).split(simKey("suspended")).length - 1, 3);
});

Deno.test("a key that is not known is invalid", async () => {
  const response = await createSimulator().fetch(asking({ key: "AIza" + "x".repeat(35) }));

  equal(response.status, 400);
  match(await response.text(), /API key not valid/);
});

Deno.test("a refused stream has a plain JSON body under the label of an event stream", async () => {
  const response = await createSimulator().fetch(asking({ key: simKey("invalid"), verb: STREAM }));

  equal(response.headers.get("content-type"), "text/event-stream");
  const body: Refused = await response.json();
  equal(body.error.code, 400);
});

for (const way of ["invalid", "suspended", "unauthenticated", "unavailable"] as const) {
  Deno.test(`a key that is ${way} cannot list models`, async () => {
    ok(!(await listing(way)).ok);
  });
}

for (const way of ["exhausted", "perDay-0", "limitZero", "permissionDenied"] as const) {
  Deno.test(`a key that is ${way} can still list models`, async () => {
    ok((await listing(way)).ok);
  });
}

async function refusal(way: ShortWay): Promise<{ status: number; body: Refused }> {
  const response = await createSimulator().fetch(asking({ key: simKey(way) }));
  return { status: response.status, body: await response.json() };
}

async function listing(way: ShortWay): Promise<Response> {
  const response = await createSimulator().fetch(MODELS_URL, {
    headers: { "x-goog-api-key": simKey(way) },
  });
  await response.body?.cancel();
  return response;
}
