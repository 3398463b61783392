import assert from "node:assert/strict";
import { simKey } from "../simulator/simulator.ts";
import { until } from "../simulator/until.ts";
import { event, googleError, inPieces, LAST } from "../support/bodies.ts";
import { handClock } from "../support/hand_clock.ts";
import { askedWith, type ShownKey, type TestService, withService } from "../support/service.ts";

const MINUTE = 60_000;

/** Waits until the keys of a pool are as wanted; each is told as `state reason`. */
async function untilKeysAre(t: TestService, poolId: string, wanted: readonly string[]) {
  let found: string[] = [];
  for (let turn = 0; turn < 500; turn++) {
    found = (await t.keys(poolId)).map(inShort).sort();
    if (JSON.stringify(found) === JSON.stringify([...wanted].sort())) return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  assert.deepEqual(found, [...wanted].sort());
}

function inShort({ state, reason }: ShownKey): string {
  return reason === null ? state : `${state} ${reason}`;
}

const DEAD = {
  invalid: "invalid",
  expired: "invalid",
  suspended: "suspended",
  leaked: "leaked",
  serviceDisabled: "misconfigured",
  serviceBlocked: "misconfigured",
} as const;

for (const [way, reason] of Object.entries(DEAD)) {
  Deno.test(`a key that is "${way}" is probed, disabled as "${reason}", and not asked again`, () =>
    withService({}, async (t) => {
      const dead = simKey(way as keyof typeof DEAD);
      const { token, poolId } = await t.token([dead, simKey("ok", 1), simKey("ok", 2)]);

      for (let n = 0; n < 3; n++) assert.equal((await t.generate({ token })).status, 200);
      await untilKeysAre(t, poolId, ["ready", "ready", `disabled ${reason}`]);
      for (let n = 0; n < 9; n++) assert.equal((await t.generate({ token })).status, 200);

      assert.equal(t.simulator.calls(dead).attempts, 2);
      const probe = t.simulator.requests.filter(({ key }) => key === dead)[1];
      assert.match(probe!.url, /\/v1beta\/models\?pageSize=1$/);
      const key = (await t.keys(poolId)).find(({ state }) => state === "disabled");
      assert.deepEqual([key?.disabled?.by, key?.disabled?.reason], ["evidence", reason]);
      const { json: pool } = await t.admin(`GET /api/pools/${poolId}`);
      assert.equal(pool.keys.disabled, 1);
    }));
}

Deno.test("a disabled key is probed after an hour, and serves again once it works", () => {
  const clock = handClock();
  return withService({ clock }, async (t) => {
    const [dead, good] = [simKey("invalid"), simKey("ok")];
    const { token, poolId } = await t.token([dead, good]);
    for (let n = 0; n < 2; n++) await t.generate({ token });
    await untilKeysAre(t, poolId, ["ready", "disabled invalid"]);
    const probes = t.simulator.calls(dead).attempts;

    await clock.advance(59 * MINUTE);
    await t.generate({ token });
    await t.chores();
    assert.equal(t.simulator.calls(dead).attempts, probes);

    await clock.advance(2 * MINUTE);
    await t.generate({ token });
    await t.chores();
    await until(() => t.simulator.calls(dead).attempts === probes + 1);
    await untilKeysAre(t, poolId, ["ready", "disabled invalid"]);

    t.simulator.setWays(dead, "ok");
    await clock.advance(5 * 60 * MINUTE);
    await t.generate({ token });
    await t.chores();
    await untilKeysAre(t, poolId, ["ready", "disabled invalid"]);
    await clock.advance(61 * MINUTE);
    await t.generate({ token });
    await t.chores();
    await untilKeysAre(t, poolId, ["ready", "ready"]);
    t.simulator.setWays(good, "exhausted-day");
    assert.equal((await t.generate({ token })).status, 200);
  });
});

Deno.test("one false API_KEY_INVALID is refuted by our probe, and the key is back at once", () =>
  withService({}, async (t) => {
    const wronged = simKey("ok", 1);
    t.simulator.setWays(wronged, ["invalid", "ok"]);
    const { token, poolId } = await t.token([wronged]);

    const refused = await t.generate({ token });
    await untilKeysAre(t, poolId, ["ready"]);
    const served = await t.generate({ token });

    assert.deepEqual([refused.status, served.status], [503, 200]);
  }));

Deno.test("a false accusation leaves the key with its project, here and in every other process", () => {
  const clock = handClock();
  return withService({ clock }, async (t) => {
    const wronged = simKey("ok", 1);
    t.simulator.setWays(wronged, ["invalid", "ok"]);
    const { token, poolId } = await t.token([wronged, simKey("ok", 2)]);
    const there = await t.another();
    await there.generate({ token });

    for (let n = 0; n < 4; n++) assert.equal((await t.generate({ token })).status, 200);
    await untilKeysAre(t, poolId, ["ready", "ready"]);
    await clock.advance(10_000);
    for (let n = 0; n < 4; n++) assert.equal((await there.generate({ token })).status, 200);

    assert.ok(t.simulator.calls(wronged).served > 2);
  });
});

Deno.test("the last working key is never disabled, only paused for a minute", () => {
  const clock = handClock();
  return withService({ clock }, async (t) => {
    const { token, poolId } = await t.token([simKey("suspended", 1), simKey("suspended", 2)]);

    for (let n = 0; n < 10; n++) {
      assert.equal((await t.generate({ token })).status, 503);
      await clock.advance(31_000);
    }

    const states = (await t.keys(poolId)).map(({ state }) => state);
    assert.equal(states.filter((state) => state === "disabled").length, 1);
    t.simulator.setWays(simKey("suspended", 1), "ok");
    t.simulator.setWays(simKey("suspended", 2), "ok");
    await clock.advance(10 * MINUTE);
    assert.equal((await t.generate({ token })).status, 200);
  });
});

Deno.test("a key that an operator switches off is not probed, and not switched on by anybody else", () => {
  const clock = handClock();
  return withService({ clock }, async (t) => {
    const { token, poolId, keys } = await t.token([simKey("ok", 1), simKey("ok", 2)]);
    const [first] = keys.added;
    await t.admin(`PATCH /api/pools/${poolId}/keys/${first!.id}`, { enabled: false });

    for (let hour = 0; hour < 30; hour++) {
      await clock.advance(60 * MINUTE);
      assert.equal((await t.generate({ token })).status, 200);
      await t.chores();
    }

    await untilKeysAre(t, poolId, ["disabled operator", "ready"]);
    assert.equal(t.simulator.calls(simKey("ok", 1)).attempts, 0);
  });
});

Deno.test("an operator's test of a key tells what Gemini makes of it, and not its secret", () =>
  withService({}, async (t) => {
    const { poolId, keys } = await t.token([
      simKey("ok"),
      simKey("suspended"),
      simKey("unavailable"),
    ]);
    const verdicts = [];
    for (const { id } of keys.added) {
      const { status, json } = await t.admin(`POST /api/pools/${poolId}/keys/${id}/test`);
      verdicts.push([status, json.verdict]);
    }

    assert.deepEqual(verdicts, [[200, "good"], [200, "bad"], [200, "inconclusive"]]);
  }));

Deno.test("the admin API shows the last thing that happened to a key", () =>
  withService({}, async (t) => {
    const { token, poolId } = await t.token([simKey("exhausted"), simKey("ok")]);
    for (let n = 0; n < 4; n++) await t.generate({ token });

    await t.chores();

    const rules = (await t.keys(poolId)).map(({ lastOutcome }) => lastOutcome?.rule);
    assert.deepEqual(rules, ["minute_quota", "served"]);
  }));

/** What a client can cause, with the status it deserves; none of it may cost a key anything. */
const POISON: readonly (readonly [name: string, status: number, answer: () => Response])[] = [
  [
    "an argument Gemini does not like",
    400,
    refusal(400, "INVALID_ARGUMENT", "Request contains an invalid argument."),
  ],
  [
    "a text that speaks of invalid keys",
    400,
    refusal(
      400,
      "INVALID_ARGUMENT",
      'Unknown name "API key not valid. Please pass a valid API key.": no field',
    ),
  ],
  [
    "a model that does not exist",
    404,
    refusal(404, "NOT_FOUND", "models/x is not found for API version v1beta"),
  ],
  [
    "somebody else's file",
    403,
    refusal(
      403,
      "PERMISSION_DENIED",
      "You do not have permission to access the File abc or it may not exist.",
    ),
  ],
  ["a permission", 403, refusal(403, "PERMISSION_DENIED", "The caller does not have permission")],
  [
    "a place we are in",
    503,
    refusal(400, "FAILED_PRECONDITION", "User location is not supported for the API use."),
  ],
  [
    "a body that is too large",
    413,
    () => new Response("<html>413</html>", { status: 413, headers: HTML }),
  ],
  ["a server's failure", 500, refusal(500, "INTERNAL", "An internal error has occurred.")],
  [
    "a gateway's 401",
    502,
    () => Response.json({ success: false, errors: [{ code: 2009 }] }, { status: 401 }),
  ],
  ["a page", 502, () => new Response("<html>sorry</html>", { status: 429, headers: HTML })],
  ["nothing", 502, () => inPieces([])],
  ["a connection that breaks", 502, () => inPieces([], { breaks: true })],
  [
    "an error in a stream",
    400,
    () =>
      inPieces([
        event(
          JSON.parse(googleError(400, "INVALID_ARGUMENT", "API key not valid, said the client")),
        ),
      ]),
  ],
];

const HTML = { "content-type": "text/html" };

function refusal(code: number, status: string, message: string): () => Response {
  return () => new Response(googleError(code, status, message), { status: code });
}

for (const count of [1, 3, 10]) {
  Deno.test(`a thousand poisoned requests cost ${count} keys nothing, and others are served meanwhile`, async () => {
    let answer = () => Response.json(LAST);
    const upstream = async (request: Request) => {
      // The breaker is for what cannot be reached; here something always can.
      if (request.method === "GET") return Response.json({ models: [] });
      return (await request.text()).includes("poison") ? answer() : Response.json(LAST);
    };
    await withService({ upstream }, async (t) => {
      const keys = Array.from({ length: count }, (_, n) => simKey("ok", n));
      const { token, poolId } = await t.token(keys);
      const perKind = Math.ceil(1_000 / POISON.length);
      for (const [name, status, its] of POISON) {
        answer = its;
        for (let n = 0; n < perKind; n += 6) {
          const poisoned = await Promise.all(Array.from({ length: 6 }, () =>
            t.generate({
              token,
              verb: "streamGenerateContent",
              query: "?alt=sse",
              body: askedWith("poison"),
            })));
          const healthy = await t.generate({ token });

          for (const { status: found } of poisoned) {
            assert.ok([status, 502].includes(found), `${name}: ${found}`);
          }
          assert.equal(healthy.status, 200, `${name}: ${healthy.text}`);
        }
      }
      await untilKeysAre(t, poolId, keys.map(() => "ready"));
    });
  });
}

Deno.test("a request that is too much for every key's minute does not exhaust the whole pool", () => {
  const body = JSON.stringify({
    error: {
      code: 429,
      status: "RESOURCE_EXHAUSTED",
      message: "Quota exceeded",
      details: [{
        "@type": "type.googleapis.com/google.rpc.QuotaFailure",
        violations: [{
          quotaId: "GenerateContentInputTokensPerModelPerMinute-FreeTier",
          quotaValue: "125000",
        }],
      }, { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "20s" }],
    },
  });
  let calls = 0;
  const upstream = () => (calls += 1, new Response(body, { status: 429 }));
  return withService({ upstream }, async (t) => {
    const { token, poolId } = await t.token(Array.from({ length: 8 }, (_, n) => simKey("ok", n)));

    const { status } = await t.generate({ token });

    assert.equal(status, 429);
    assert.equal(calls, 2);
    const ready = (await t.keys(poolId)).filter(({ state }) => state === "ready");
    assert.equal(ready.length, 6);
  });
});
