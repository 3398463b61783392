import assert from "node:assert/strict";
import type { TokenId } from "../../../lib/domain/ids.ts";
import type { SignatureStore } from "../../../lib/domain/ports.ts";
import { findSignatures, signatureKeeper } from "../../../lib/web/openai/thought_signatures.ts";
import { aSignedCall } from "../../support/builders.ts";
import { handClock } from "../../support/hand_clock.ts";

const TOKEN = "t1" as TokenId;
const CALLS = [aSignedCall(0), aSignedCall(1)];

/** What it takes, with a store that does so; what is left in the background is noted. */
function partsWith(store: Partial<SignatureStore>) {
  const clock = handClock();
  const background: string[] = [];
  const never = () => new Promise<never>(() => {});
  return {
    clock,
    background,
    parts: {
      clock,
      signatures: { keep: never, find: never, ...store },
      inBackground: (what: string, work: Promise<unknown>) => {
        background.push(what);
        work.catch(() => {});
      },
    },
  };
}

Deno.test("findSignatures() gives what the store knows of the token's calls", async () => {
  const asked: unknown[] = [];
  const { parts } = partsWith({
    find: (...args) => {
      asked.push(args);
      return Promise.resolve(["a signature", null]);
    },
  });

  assert.deepEqual(await findSignatures(CALLS, TOKEN, parts), ["a signature", null]);

  assert.deepEqual(asked, [[TOKEN, CALLS]]);
});

Deno.test("findSignatures() knows none when the store is out of order, and leaves the failure to others", async () => {
  const { parts, background } = partsWith({ find: () => Promise.reject(new Error("no storage")) });

  assert.deepEqual(await findSignatures(CALLS, TOKEN, parts), [null, null]);

  assert.deepEqual(background, ["find thought signatures"]);
});

Deno.test("findSignatures() waits a second for the store, and no longer", async () => {
  const { parts, clock } = partsWith({});
  let found: unknown = "nothing yet";
  findSignatures(CALLS, TOKEN, parts).then((answer) => found = answer);

  await clock.advance(999);
  assert.equal(found, "nothing yet");
  await clock.advance(1);

  assert.deepEqual(found, [null, null]);
});

Deno.test("signatureKeeper() keeps what the token's answer was signed with", async () => {
  const kept: unknown[] = [];
  const { parts, background } = partsWith({
    keep: (...args) => {
      kept.push(args);
      return Promise.resolve();
    },
  });

  await signatureKeeper(TOKEN, parts)(CALLS);

  assert.deepEqual(kept, [[TOKEN, CALLS]]);
  assert.deepEqual(background, ["keep thought signatures"]);
});

Deno.test("signatureKeeper() lets an answer go when the store fails, or takes a quarter of a second", async () => {
  const { parts } = partsWith({ keep: () => Promise.reject(new Error("no storage")) });
  await signatureKeeper(TOKEN, parts)(CALLS);

  const slow = partsWith({});
  let isKept = false;
  signatureKeeper(TOKEN, slow.parts)(CALLS).then(() => isKept = true);
  await slow.clock.advance(249);
  assert.equal(isKept, false);
  await slow.clock.advance(1);

  assert.equal(isKept, true);
});
