import assert from "node:assert/strict";
import { RotatorError } from "../../lib/domain/errors.ts";
import type { Spent } from "../../lib/domain/usage_store.ts";
import { TokenLimits } from "../../lib/relay/token_limits.ts";
import { aRequest, aToken, aUsage } from "../support/builders.ts";
import { handClock, NOON, settled } from "../support/hand_clock.ts";

/** Limits over a store that says what a test wants. */
function someLimits() {
  const clock = handClock();
  const stored = { spent: { requests: 0, tokens: 0 } as Spent, looks: 0, isDown: false };
  const failures: string[] = [];
  const limits = new TokenLimits({
    clock,
    store: {
      spent() {
        stored.looks += 1;
        return stored.isDown ? Promise.reject(new Error("down")) : Promise.resolve(stored.spent);
      },
    },
    inBackground: (what, work) => void work.catch(() => failures.push(what)),
  });
  return { limits, clock, stored, failures };
}

/** Nothing is left to store. */
const flush = () => Promise.resolve();

function refusalOf(limits: TokenLimits, token = aToken()): RotatorError | null {
  try {
    limits.admit(token);
    return null;
  } catch (error) {
    assert.ok(error instanceof RotatorError);
    assert.equal(error.code, "rate_limited");
    return error;
  }
}

Deno.test("TokenLimits lets a token without limits in, and never asks storage about it", async () => {
  const { limits, stored } = someLimits();

  for (let n = 0; n < 1_000; n++) limits.admit(aToken());
  await limits.refresh(flush);

  assert.equal(stored.looks, 0);
});

Deno.test("TokenLimits lets as many in as the minute has, and says truly when there is room", async () => {
  const { limits, clock } = someLimits();
  const token = aToken({ requestsPerMinute: 2 });
  limits.admit(token);
  await clock.advance(10_000);
  limits.admit(token);

  const refusal = refusalOf(limits, token);

  assert.equal(refusal?.retryAfterMs, 50_000);
  assert.match(refusal?.message ?? "", /limited to 2 requests a minute/);
  await clock.advance(49_999);
  assert.notEqual(refusalOf(limits, token), null);
  await clock.advance(1);
  assert.equal(refusalOf(limits, token), null);
});

Deno.test("TokenLimits does not hold what it refused against a token", async () => {
  const { limits, clock } = someLimits();
  const token = aToken({ requestsPerMinute: 1 });
  limits.admit(token);
  for (let n = 0; n < 59; n++) {
    await clock.advance(1_000);
    assert.notEqual(refusalOf(limits, token), null);
    limits.note(aRequest({ token, outcome: "limited", usage: null }));
  }

  await clock.advance(1_000);

  assert.equal(refusalOf(limits, token), null);
});

Deno.test("TokenLimits stops a token whose day is spent until the next begins, in UTC", async () => {
  const { limits, clock } = someLimits();
  const token = aToken({ tokensPerDay: 10 });
  limits.admit(token);
  limits.note(aRequest({ token, usage: aUsage(6, 3) }));
  limits.admit(token);
  limits.note(aRequest({ token, usage: aUsage(1, 0) }));

  const refusal = refusalOf(limits, token);

  assert.deepEqual([refusal?.retryAfterMs, refusal?.reason], [12 * 3_600_000, "token_budget"]);
  assert.match(refusal?.message ?? "", /10 tokens a day.*2026-11-24T00:00:00.000Z/);
  await clock.advance(12 * 3_600_000 - 1);
  assert.notEqual(refusalOf(limits, token), null);
  await clock.advance(1);
  assert.equal(refusalOf(limits, token), null);
});

Deno.test("TokenLimits looks a token up with its first request, behind the answer", async () => {
  const { limits, stored } = someLimits();
  stored.spent = { requests: 5, tokens: 10 };
  const token = aToken({ tokensPerDay: 10 });

  assert.equal(refusalOf(limits, token), null);
  await settled();

  assert.notEqual(refusalOf(limits, token), null);
  assert.equal(stored.looks, 1);
});

Deno.test("TokenLimits counts what others have stored, and its own only once", async () => {
  const { limits, stored } = someLimits();
  const token = aToken({ tokensPerDay: 100 });
  limits.admit(token);
  limits.note(aRequest({ token, usage: aUsage(20, 10) }));

  // Our 30 are in it, and 60 of others.
  await limits.refresh(() => Promise.resolve(void (stored.spent = { requests: 9, tokens: 90 })));
  assert.equal(refusalOf(limits, token), null);
  limits.note(aRequest({ token, usage: aUsage(9, 0) }));
  assert.equal(refusalOf(limits, token), null);
  limits.note(aRequest({ token, usage: aUsage(1, 0) }));

  assert.notEqual(refusalOf(limits, token), null);
});

Deno.test("TokenLimits counts what ends while it refreshes once, too", async () => {
  const { limits, stored } = someLimits();
  const token = aToken({ tokensPerDay: 100 });
  limits.admit(token);
  limits.note(aRequest({ token, usage: aUsage(50, 0) }));

  await limits.refresh(() => {
    limits.note(aRequest({ token, usage: aUsage(40, 0) }));
    stored.spent = { requests: 1, tokens: 50 };
    return Promise.resolve();
  });

  assert.equal(refusalOf(limits, token), null);
  limits.note(aRequest({ token, usage: aUsage(10, 0) }));
  assert.notEqual(refusalOf(limits, token), null);
});

Deno.test("TokenLimits holds requests of other processes against the minute, from the second refresh on", async () => {
  const { limits, clock, stored } = someLimits();
  const token = aToken({ requestsPerMinute: 10 });
  limits.admit(token);
  limits.note(aRequest({ token }));
  stored.spent = { requests: 5_001, tokens: 0 };
  await limits.refresh(flush);
  assert.equal(refusalOf(limits, token), null);
  limits.note(aRequest({ token }));

  await clock.advance(5_000);
  stored.spent = { requests: 5_002 + 8, tokens: 0 };
  await limits.refresh(flush);

  assert.notEqual(refusalOf(limits, token), null);
  await clock.advance(55_000);
  assert.equal(refusalOf(limits, token), null);
});

Deno.test("TokenLimits goes on with what it knows when storage is out of reach", async () => {
  const { limits, stored, failures } = someLimits();
  stored.isDown = true;
  const token = aToken({ tokensPerDay: 10, requestsPerMinute: 5 });
  limits.admit(token);
  limits.note(aRequest({ token, usage: aUsage(10, 0) }));

  await assert.rejects(limits.refresh(flush), /down/);

  assert.notEqual(refusalOf(limits, token), null);
  assert.deepEqual(failures, ["look up what a token has used"]);
});

Deno.test("TokenLimits forgets a token that is not used for ten minutes, and asks no more about it", async () => {
  const { limits, clock, stored } = someLimits();
  limits.admit(aToken({ requestsPerMinute: 5 }));
  await settled();
  await limits.refresh(flush);

  await clock.advance(10 * 60_000 + 1);
  await limits.refresh(flush);

  assert.equal(stored.looks, 2);
  assert.equal(clock.now(), NOON + 10 * 60_000 + 1);
});
