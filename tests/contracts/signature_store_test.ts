/**
 * What every keeper of thought signatures promises to those who translate.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { TokenId } from "../../lib/domain/ids.ts";
import { aSignedCall } from "../support/builders.ts";
import { promise } from "./stores.ts";

/** Random, because KV Connect remembers the run before. */
function aTokenId() {
  return crypto.randomUUID() as TokenId;
}

promise("SignatureStore finds what another process kept", async ({ here, there }) => {
  const token = aTokenId();
  const call = aSignedCall();
  await here.signatures.keep(token, [call]);

  const found = await there.signatures.find(token, [call, { ...call, callId: "new" }]);

  assert.deepEqual(found, [call.signature, call.signature]);
});

promise("SignatureStore answers for each call in its place", async ({ here, there }) => {
  const token = aTokenId();
  const calls = Array.from({ length: 40 }, (_, n) => aSignedCall(n));
  await here.signatures.keep(token, calls.filter((_, n) => n % 3 > 0));

  const found = await there.signatures.find(token, calls);

  assert.deepEqual(found, calls.map(({ signature }, n) => n % 3 > 0 ? signature : null));
});

promise("SignatureStore keeps each token's signatures to itself", async ({ here, there }) => {
  const call = aSignedCall();
  await here.signatures.keep(aTokenId(), [call]);

  assert.deepEqual(await there.signatures.find(aTokenId(), [call]), [null]);
});

promise("SignatureStore remembers the later of two signatures", async ({ here, there }) => {
  const token = aTokenId();
  await here.signatures.keep(token, [aSignedCall()]);
  await there.signatures.keep(token, [aSignedCall(0, { signature: "bGF0ZXI=" })]);

  assert.deepEqual(await here.signatures.find(token, [aSignedCall()]), ["bGF0ZXI="]);
});

promise("SignatureStore loses nothing that is kept at once", async ({ here, there }) => {
  const token = aTokenId();
  const calls = Array.from({ length: 16 }, (_, n) => aSignedCall(n));

  await Promise.all(
    calls.map((call, n) => (n % 2 ? here : there).signatures.keep(token, [call])),
  );

  const found = await here.signatures.find(token, calls);
  assert.deepEqual(found, calls.map(({ signature }) => signature));
});
