import assert from "node:assert/strict";
import { Visitor } from "../../lib/domain/visitor.ts";
import type { Key } from "../../lib/domain/key.ts";
import type { Judgement } from "../../lib/domain/outcome.ts";
import type { AttemptTrace } from "../../lib/domain/trace.ts";
import type { Attempt, GeminiCall } from "../../lib/protocol/gemini/exchange.ts";
import { Breaker } from "../../lib/relay/breaker.ts";
import { KeyHealth } from "../../lib/relay/key_health.ts";
import { LastOutcomes } from "../../lib/relay/last_outcomes.ts";
import { createRelay, MAX_ATTEMPTS } from "../../lib/relay/relay.ts";
import { RetryBudget } from "../../lib/relay/retry_budget.ts";
import type { Choice, PoolRotation } from "../../lib/rotation/pool_rotation.ts";
import type { Rotation } from "../../lib/rotation/rotation.ts";
import { aCooldown, aKey, aPool, keysOf, MODEL, POOL } from "../support/builders.ts";
import { handClock, NOON } from "../support/hand_clock.ts";

const CALL: GeminiCall = {
  method: "POST",
  target: `/v1beta/models/${MODEL}:generateContent`,
  headers: [],
  body: new Uint8Array(),
  model: MODEL,
  framing: null,
};

const ANSWER: Attempt = {
  kind: "answered",
  judgement: { outcome: "served", key: { kind: "none" }, next: "answer", rule: "served" },
  answer: { status: 200, headers: [], body: null },
};

function failed(
  judgement: Partial<Judgement> & Pick<Judgement, "next" | "rule">,
  refusal: Extract<Attempt, { kind: "failed" }>["refusal"] = null,
): Attempt {
  return {
    kind: "failed",
    judgement: { outcome: "broken", key: { kind: "none" }, ...judgement },
    refusal,
    cause: null,
  };
}

const BROKEN = failed({ next: "retry", rule: "server_error" }, { status: 503, error: null });
const SPENT = failed({ next: "next_key", rule: "day_quota", outcome: "exhausted" });
const DEAD = failed({
  next: "next_key",
  rule: "api_key_invalid",
  outcome: "refused",
  key: { kind: "dead", reason: "invalid" },
});

/** A relay over keys that come in turn; `answers` are Gemini's, the last repeats. */
function aRelay(
  { keys = keysOf(3), answers, choices }: {
    keys?: readonly Key[];
    answers: readonly Attempt[];
    /** Instead of a key, from the second choice on. */
    choices?: readonly Choice[];
  },
) {
  const clock = handClock();
  const asked: string[] = [];
  let chosen = 0;
  const pool = {
    id: POOL,
    pool: aPool(),
    keys,
    enabledCount: keys.length,
    cool: () => {},
    cooldownOf: () => null,
    choose: ({ tried }: { tried?: ReadonlySet<string> }): Choice => {
      const other = choices?.[chosen++];
      if (other !== undefined) return other;
      const key = keys.find(({ id }) => !tried?.has(id));
      return key === undefined ? { kind: "spent" } : { kind: "key", key };
    },
  } as unknown as PoolRotation;
  const store = {
    openSecret: (key: Key) => `secret of ${key.id}`,
    cool: () => Promise.resolve(),
  } as unknown as ConstructorParameters<typeof KeyHealth>[0]["store"];
  const relay = createRelay({
    rotation: { pool: (id: string) => id === POOL ? pool : null } as unknown as Rotation,
    upstream: {
      attempt: (_call, { secret }) => {
        asked.push(secret);
        return Promise.resolve(answers[Math.min(asked.length, answers.length) - 1] ?? ANSWER);
      },
    },
    store,
    health: new KeyHealth({
      store,
      probe: () => Promise.resolve({ verdict: "inconclusive", why: "" }),
      clock,
      random: () => 0,
      inBackground: () => {},
    }),
    outcomes: new LastOutcomes(),
    budget: new RetryBudget(0),
    breaker: new Breaker(),
    clock,
  });
  const attempts: AttemptTrace[] = [];
  const ask = (poolId = POOL) =>
    relay({ poolId, call: CALL, visitor: new Visitor(), attempts, onEnd: () => {} });
  return { ask, asked, attempts, clock };
}

Deno.test("the relay gives the first answer, and remembers the attempt", async () => {
  const { ask, asked, attempts } = aRelay({ answers: [ANSWER] });

  assert.equal(await ask(), ANSWER);

  assert.deepEqual(asked, ["secret of k0"]);
  assert.deepEqual(attempts.map(({ keyId, rule, status }) => [keyId, rule, status]), [[
    "k0",
    "served",
    200,
  ]]);
});

Deno.test("the relay asks every key once, for as long as keys are to blame", async () => {
  const { ask, asked } = aRelay({ keys: keysOf(5), answers: [SPENT, DEAD, SPENT, SPENT, ANSWER] });

  assert.equal(await ask(), ANSWER);

  assert.equal(new Set(asked).size, 5);
});

Deno.test("the relay makes twenty attempts and no more, however many keys there are", async () => {
  const { ask, asked } = aRelay({ keys: keysOf(100), answers: [SPENT] });

  await assert.rejects(ask(), { code: "pool_cooling" });

  assert.equal(asked.length, MAX_ATTEMPTS);
});

Deno.test("the relay tries once more for nobody's fault, and then tells it", async () => {
  const { ask, asked } = aRelay({ answers: [BROKEN] });

  assert.deepEqual(await ask(), { kind: "refused", refusal: { status: 503, error: null } });

  assert.deepEqual(asked, ["secret of k0", "secret of k1"]);
});

Deno.test("the relay does not count a key's fault as its one more try", async () => {
  const { ask, asked } = aRelay({ keys: keysOf(6), answers: [SPENT, BROKEN, SPENT, ANSWER] });

  assert.equal(await ask(), ANSWER);

  assert.equal(asked.length, 4);
});

Deno.test("the relay gives a client's own fault back after one attempt", async () => {
  const refusal = { status: 404, error: { code: 404 } as never };
  const { ask, asked } = aRelay({
    answers: [failed({ next: "answer", rule: "request_fault", outcome: "refused" }, refusal)],
  });

  assert.deepEqual(await ask(), { kind: "refused", refusal });
  assert.equal(asked.length, 1);
});

Deno.test("the relay stops when the client has left", async () => {
  const { ask, asked, attempts } = aRelay({ answers: [{ kind: "left" }] });

  assert.deepEqual(await ask(), { kind: "left" });

  assert.equal(asked.length, 1);
  assert.deepEqual(attempts, []);
});

Deno.test("the relay says why there is no answer", async () => {
  const unreachable = failed({ next: "answer", rule: "unreachable" });
  const until = NOON + 90_500;
  const cooling = (reason: "day_quota" | "suspect") =>
    [{ kind: "cooling", until, cooldown: aCooldown({ reason }) }] as unknown as Choice[];
  const reasons: readonly (readonly [ReturnType<typeof aRelay>, Record<string, unknown>])[] = [
    [aRelay({ answers: [unreachable] }), { code: "upstream_unreachable", retryAfterMs: 1_000 }],
    [aRelay({ answers: [failed({ next: "answer", rule: "timeout" })] }), {
      code: "upstream_timeout",
    }],
    [aRelay({ answers: [failed({ next: "answer", rule: "egress_location" })] }), {
      code: "unavailable",
    }],
    [aRelay({ answers: [DEAD] }), { code: "upstream_refused" }],
    [aRelay({ answers: [SPENT] }), { code: "pool_cooling" }],
    [aRelay({ keys: [], answers: [] }), { code: "pool_empty" }],
    [aRelay({ answers: [], choices: [{ kind: "empty" }] }), { code: "pool_empty" }],
    [aRelay({ answers: [], choices: cooling("day_quota") }), {
      code: "pool_cooling",
      retryAfterMs: 90_500,
    }],
    [aRelay({ answers: [], choices: cooling("suspect") }), {
      code: "upstream_refused",
      retryAfterMs: 90_500,
    }],
  ];

  for (const [{ ask }, error] of reasons) await assert.rejects(ask(), error);
});

Deno.test("the relay knows no pool that is gone", async () => {
  await assert.rejects(aRelay({ answers: [] }).ask("another" as typeof POOL), {
    code: "pool_empty",
  });
});

Deno.test("the relay takes our own mistake with credentials for one, and shows nobody", async () => {
  const { ask } = aRelay({
    keys: [aKey()],
    answers: [failed({ next: "answer", rule: "own_credentials" })],
  });

  await assert.rejects(ask(), (error) => error instanceof Error && error.name === "Error");
});

Deno.test("RetryBudget gives ten at first, and one more for every eleven requests or so", () => {
  const budget = new RetryBudget(0);
  let spent = 0;
  while (budget.spend()) spent += 1;
  assert.equal(spent, 10);

  for (let n = 0; n < 112; n++) budget.earn(0);
  while (budget.spend()) spent += 1;

  assert.equal(spent, 20);
});

Deno.test("RetryBudget grows a little with time, but not for ever, and never for a clock that steps back", () => {
  const budget = new RetryBudget(0);
  while (budget.spend());
  budget.earn(-1_000_000);
  assert.equal(budget.spend(), false);

  budget.earn(100_000_000);
  let spent = 0;
  while (budget.spend()) spent += 1;

  assert.equal(spent, 50);
});

Deno.test("Breaker opens after five misses in a row, and lets one through each second", () => {
  const breaker = new Breaker();
  for (let n = 0; n < 4; n++) breaker.missed(0);
  assert.ok(breaker.allows(0));
  breaker.missed(0);

  assert.equal(breaker.allows(999), false);
  assert.ok(breaker.allows(1_000));
  assert.equal(breaker.allows(1_000), false);
  assert.equal(breaker.allows(1_999), false);
  assert.ok(breaker.allows(2_000));
});

Deno.test("Breaker closes as soon as somebody answers", () => {
  const breaker = new Breaker();
  for (let n = 0; n < 9; n++) breaker.missed(0);

  breaker.reached();

  assert.ok(breaker.allows(0));
  for (let n = 0; n < 4; n++) breaker.missed(0);
  assert.ok(breaker.allows(0));
});
