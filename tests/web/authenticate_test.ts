import assert from "node:assert/strict";
import type { EpochMs, PoolId, TokenId } from "../../lib/domain/ids.ts";
import type { Token } from "../../lib/domain/token.ts";
import { checkModel, createAuthenticator } from "../../lib/web/authenticate.ts";
import { handClock, NOON, settled } from "../support/hand_clock.ts";

function aToken(fields: Partial<Token> = {}): Token {
  return {
    id: "t1" as TokenId,
    name: "a client",
    poolId: "p1" as PoolId,
    enabled: true,
    allowedModels: null,
    expiresAt: null,
    requestsPerMinute: null,
    tokensPerDay: null,
    createdAt: NOON,
    ...fields,
  };
}

/** An authenticator over one token that a test may change, lose, or put out of reach. */
function anAuthenticator() {
  const clock = handClock();
  const world = { token: aToken() as Token | null, isDown: false, looks: 0 };
  const authenticator = createAuthenticator({
    find: () => {
      world.looks += 1;
      return world.isDown ? Promise.reject(new Error("down")) : Promise.resolve(world.token);
    },
    digest: (token) => `digest of ${token}`,
    clock,
    inBackground: (_what, work) => void work.catch(() => {}),
  });
  return { ...authenticator, clock, world };
}

const CREDENTIAL = "gkr_a-credential-that-is-long";

Deno.test("authenticate() looks a token up once, and knows it from then on without waiting", async () => {
  const { authenticate, world } = anAuthenticator();

  const first = authenticate(CREDENTIAL);
  const atOnce = authenticate(CREDENTIAL);
  assert.ok(first instanceof Promise && atOnce instanceof Promise);
  assert.deepEqual(await Promise.all([first, atOnce]), [aToken(), aToken()]);

  assert.deepEqual(authenticate(CREDENTIAL), aToken());
  assert.equal(world.looks, 1);
});

Deno.test("authenticate() verifies behind the answer after five seconds, before it after nine and a half", async () => {
  const { authenticate, clock, world } = anAuthenticator();
  await authenticate(CREDENTIAL);
  world.token = aToken({ name: "renamed" });

  await clock.advance(5_001);
  assert.deepEqual(authenticate(CREDENTIAL), aToken());
  await settled();
  assert.deepEqual(authenticate(CREDENTIAL), aToken({ name: "renamed" }));
  assert.equal(world.looks, 2);

  world.token = null;
  await clock.advance(9_501);
  await assert.rejects(async () => await authenticate(CREDENTIAL), { code: "unauthenticated" });
});

Deno.test("authenticate() remembers that nobody issued a token, and still hears when somebody does", async () => {
  const { authenticate, clock, world } = anAuthenticator();
  world.token = null;
  await assert.rejects(async () => await authenticate(CREDENTIAL), { code: "unauthenticated" });

  assert.throws(() => authenticate(CREDENTIAL), { code: "unauthenticated" });
  assert.equal(world.looks, 1);

  world.token = aToken();
  await clock.advance(9_501);
  assert.deepEqual(await authenticate(CREDENTIAL), aToken());
});

Deno.test("authenticate() refuses a disabled and an expired token, at the moment it expires", async () => {
  const { authenticate, clock, world } = anAuthenticator();
  world.token = aToken({ expiresAt: NOON + 100 as EpochMs });
  await authenticate(CREDENTIAL);

  await clock.advance(99);
  assert.ok(authenticate(CREDENTIAL));
  await clock.advance(1);
  assert.throws(() => authenticate(CREDENTIAL), { code: "forbidden", message: /has expired/ });

  world.token = aToken({ enabled: false });
  await assert.rejects(async () => await authenticate("another credential"), {
    message: /disabled/,
  });
});

Deno.test("authenticate() goes on with what it knew for five minutes while storage is out of reach", async () => {
  const { authenticate, clock, world } = anAuthenticator();
  await authenticate(CREDENTIAL);
  world.isDown = true;

  await clock.advance(5 * 60_000 - 1);
  assert.deepEqual(await authenticate(CREDENTIAL), aToken());
  await clock.advance(1);

  const refusal = { code: "unavailable", retryAfterMs: 5_000 };
  await assert.rejects(async () => await authenticate(CREDENTIAL), refusal);
  await assert.rejects(async () => await authenticate("never seen"), refusal);
});

Deno.test("authenticate() waits once for storage that is out of reach, and then does without", async () => {
  const { authenticate, clock, world } = anAuthenticator();
  await authenticate(CREDENTIAL);
  world.isDown = true;
  await clock.advance(20_000);

  assert.ok(authenticate(CREDENTIAL) instanceof Promise);
  await settled();

  assert.deepEqual(authenticate(CREDENTIAL), aToken());
});

Deno.test("forget() makes the next look fresh, and leaves other tokens alone", async () => {
  const { authenticate, forget, world } = anAuthenticator();
  await authenticate(CREDENTIAL);
  world.token = aToken({ enabled: false });

  forget("another" as TokenId);
  assert.deepEqual(authenticate(CREDENTIAL), aToken());
  forget("t1" as TokenId);

  await assert.rejects(async () => await authenticate(CREDENTIAL), { code: "forbidden" });
});

Deno.test("authenticate() is not made to forget a token by however many strangers", async () => {
  const { authenticate, world } = anAuthenticator();
  await authenticate(CREDENTIAL);
  world.token = null;
  for (let n = 0; n < 10_000; n++) {
    await assert.rejects(async () => await authenticate(`gkr_${n}`), { code: "unauthenticated" });
  }
  const before = world.looks;

  assert.deepEqual(authenticate(CREDENTIAL), aToken());

  assert.equal(world.looks, before);
});

Deno.test("checkModel() lets a limited token name its models, and calls that name none", () => {
  const limited = aToken({ allowedModels: ["a", "b"] });

  checkModel(limited, "a");
  checkModel(limited, null);
  checkModel(aToken(), "anything");

  for (const model of ["c", "A", "a ", "a-1"]) {
    assert.throws(() => checkModel(limited, model), { code: "forbidden", message: /a, b/ });
  }
});
