import assert from "node:assert/strict";
import { POOL_COOLING, RotatorError } from "../../lib/domain/errors.ts";
import type { Usage } from "../../lib/domain/ports.ts";
import { Visitor } from "../../lib/domain/visitor.ts";
import type {
  AnswerEnd,
  GeminiCall,
  Relayed,
  RelayRequest,
} from "../../lib/protocol/gemini/exchange.ts";
import { withSecondTry } from "../../lib/relay/second_try.ts";
import { MODEL, POOL } from "../support/builders.ts";

const FIRST: GeminiCall = {
  method: "POST",
  target: `/v1beta/models/${MODEL}:generateContent`,
  headers: [],
  body: new Uint8Array([1]),
  model: MODEL,
  framing: null,
};
const OTHER: GeminiCall = { ...FIRST, body: new Uint8Array([2]) };

function spent(total: number): Usage {
  return { prompt: total - 1, cached: 0, output: 1, thoughts: 0, toolUse: 0, total };
}

function answered(status = 200): Extract<Relayed, { kind: "answered" }> {
  return { kind: "answered", answer: { status, headers: [], body: null } };
}

const REFUSED: Relayed = { kind: "refused", refusal: { status: 400, error: null } };
const LEFT: Relayed = { kind: "left" };

/** What a try brings: an outcome, and how its body ends, at once or when the test says so. */
interface Try {
  readonly came: Relayed | Error;
  readonly end?: AnswerEnd;
}

/** A relay whose tries come to this, and a request that wants another call when `wants` says so. */
function relaying(
  tries: readonly Try[],
  wants: RelayRequest["reconsider"] = () => OTHER,
  budget = { spend: () => true },
) {
  const asked: RelayRequest[] = [];
  const ends: AnswerEnd[] = [];
  const relay = withSecondTry((request) => {
    const { came, end } = tries[asked.push(request) - 1] ?? { came: new Error("one try too many") };
    if (end !== undefined) request.onEnd(end);
    return came instanceof Error ? Promise.reject(came) : Promise.resolve(came);
  }, budget);
  const request: RelayRequest = {
    poolId: POOL,
    call: FIRST,
    visitor: new Visitor(),
    attempts: [],
    onEnd: (end) => ends.push(end),
    ...(wants && { reconsider: wants }),
  };
  return { ask: () => relay(request), asked, ends, request };
}

Deno.test("withSecondTry() leaves a request that is not to be reconsidered as it is", async () => {
  const came = answered();
  const asked: RelayRequest[] = [];
  const relay = withSecondTry((request) => {
    asked.push(request);
    return Promise.resolve(came);
  }, { spend: () => false });
  const { request: { reconsider: _reconsider, ...request } } = relaying([]);

  assert.equal(await relay(request), came);

  assert.deepEqual(asked, [request]);
});

Deno.test("withSecondTry() gives the first answer when it will do", async () => {
  const came = answered();
  const end: AnswerEnd = { kind: "complete", usage: spent(7) };
  const { ask, asked, ends } = relaying([{ came, end }], () => null);

  assert.equal(await ask(), came);

  assert.equal(asked.length, 1);
  assert.deepEqual(ends, [end]);
});

Deno.test("withSecondTry() waits for a verdict that takes time", async () => {
  const second = answered();
  const { ask, asked } = relaying(
    [{ came: answered() }, { came: second }],
    () => Promise.resolve(OTHER),
  );

  assert.equal(await ask(), second);

  assert.deepEqual(asked.map(({ call }) => call), [FIRST, OTHER]);
});

Deno.test("withSecondTry() shows what came, whatever it was", async () => {
  for (const came of [answered(), REFUSED, LEFT]) {
    const seen: Relayed[] = [];
    const { ask } = relaying([{ came }], (first) => {
      seen.push(first);
      return null;
    });

    assert.equal(await ask(), came);
    assert.deepEqual(seen, [came]);
  }
});

Deno.test("withSecondTry() gives the second answer, and asks for no third", async () => {
  const second = answered(201);
  const { ask, asked } = relaying([{ came: answered() }, { came: second }]);

  assert.equal(await ask(), second);

  assert.equal(asked.length, 2);
});

Deno.test("withSecondTry() makes both tries for the same client, with the same trace", async () => {
  const { ask, asked, request } = relaying([{ came: answered() }, { came: answered() }]);

  await ask();

  for (const { poolId, visitor, attempts } of asked) {
    assert.equal(poolId, request.poolId);
    assert.equal(visitor, request.visitor);
    assert.equal(attempts, request.attempts);
  }
});

Deno.test("withSecondTry() counts what both tries cost, and tells the second one's end", async () => {
  const { ask, ends } = relaying([
    { came: answered(), end: { kind: "complete", usage: spent(7) } },
    { came: answered(), end: { kind: "cut", usage: spent(5) } },
  ]);

  await ask();

  assert.deepEqual(ends, [{
    kind: "cut",
    usage: { prompt: 10, cached: 0, output: 2, thoughts: 0, toolUse: 0, total: 12 },
  }]);
});

Deno.test("withSecondTry() hears of an end that comes after the answer, once", async () => {
  const { ask, asked, ends } = relaying([
    { came: answered(), end: { kind: "complete", usage: spent(7) } },
    { came: answered() },
  ]);

  await ask();
  assert.deepEqual(ends, []);
  asked[1]?.onEnd({ kind: "complete", usage: null });

  assert.deepEqual(ends, [{ kind: "complete", usage: spent(7) }]);
});

Deno.test("withSecondTry() counts a first answer that ends only after the second has begun", async () => {
  const { ask, asked, ends } = relaying([{ came: answered() }, { came: answered() }]);

  await ask();
  asked[0]?.onEnd({ kind: "left", usage: spent(3) });
  asked[1]?.onEnd({ kind: "complete", usage: spent(5) });

  assert.deepEqual(ends.map(({ kind, usage }) => [kind, usage?.total]), [["complete", 8]]);
});

for (
  const [what, came] of [
    ["is refused", REFUSED],
    ["is left", LEFT],
    ["finds no key", new RotatorError(POOL_COOLING, "Cannot serve now: it cools")],
  ] as const
) {
  Deno.test(`withSecondTry() gives the first answer when the second try ${what}`, async () => {
    const first = answered();
    const end: AnswerEnd = { kind: "complete", usage: spent(7) };
    const { ask, asked, ends } = relaying([{ came: first, end }, { came }]);

    assert.equal(await ask(), first);

    assert.equal(asked.length, 2);
    assert.deepEqual(ends, [end]);
  });
}

Deno.test("withSecondTry() gives the first refusal when the second try is refused too", async () => {
  const first: Relayed = { kind: "refused", refusal: { status: 400, error: null } };
  const { ask } = relaying([{ came: first }, { came: REFUSED }]);

  assert.equal(await ask(), first);
});

Deno.test("withSecondTry() lets a mistake of ours rise from either try", async () => {
  const mistake = new TypeError("our mistake");

  await assert.rejects(relaying([{ came: mistake }]).ask(), mistake);
  await assert.rejects(relaying([{ came: answered() }, { came: mistake }]).ask(), mistake);
});

Deno.test("withSecondTry() lets a first try that found no key rise without a second", async () => {
  const cooling = new RotatorError(POOL_COOLING, "Cannot serve now: it cools");
  const { ask, asked } = relaying([{ came: cooling }]);

  await assert.rejects(ask(), cooling);

  assert.equal(asked.length, 1);
});

Deno.test("withSecondTry() pays for the same call from the budget of all retries", async () => {
  let left = 1;
  const budget = { spend: () => left-- > 0 };
  const tries = [{ came: answered() }, { came: answered() }];
  const paid = relaying(tries, () => FIRST, budget);
  const unpaid = relaying(tries, () => FIRST, budget);

  assert.equal(await paid.ask(), tries[1]?.came);
  assert.equal(await unpaid.ask(), tries[0]?.came);

  assert.deepEqual([paid.asked.length, unpaid.asked.length], [2, 1]);
});

Deno.test("withSecondTry() pays nothing for a call in another form, nor for one that will do", async () => {
  const budget = { spend: () => assert.fail("it was spent") };

  for (const call of [OTHER, null]) {
    const { ask } = relaying([{ came: answered() }, { came: answered() }], () => call, budget);
    await ask();
  }
});
