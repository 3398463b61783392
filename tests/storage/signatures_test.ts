import assert from "node:assert/strict";
import type { TokenId } from "../../lib/domain/ids.ts";
import { signatureAddress } from "../../lib/storage/addresses.ts";
import {
  MAX_CALLS,
  MAX_SIGNATURE_BYTES,
  SIGNATURE_MEMORY_MS,
} from "../../lib/storage/signatures.ts";
import { openStorage } from "../../lib/storage/storage.ts";
import { aSignedCall } from "../support/builders.ts";
import { Canaries } from "../support/canaries.ts";
import { handClock } from "../support/hand_clock.ts";
import { dumpKv, faultyKv, memoryKv, only } from "../support/kv.ts";
import { withStorage } from "../support/storage.ts";

const ALICE = "token-alice" as TokenId;
const BOB = "token-bob" as TokenId;

/** Signatures in a KV whose operations are counted from here on, and where nothing ever expires. */
async function someSignatures() {
  const clock = { ...handClock(), sleep: () => Promise.resolve() };
  const kv = faultyKv(memoryKv());
  const { signatures } = await openStorage(kv, {
    masterKeys: { current: new Uint8Array(32).fill(7) },
    changed: { pool() {}, token() {} },
    clock,
  });
  kv.counts.commit = 0;
  return { signatures, kv, clock };
}

function callsFrom(first: number, count: number) {
  return Array.from({ length: count }, (_, n) => aSignedCall(first + n));
}

async function digestsIn(kv: Parameters<typeof dumpKv>[0]): Promise<string[]> {
  const digests: string[] = [];
  for await (const { key } of kv.list({ prefix: ["signature"] })) digests.push(String(key[2]));
  return digests;
}

Deno.test("SignatureStore finds a signature by the id of its call, whatever else the client tells", async () => {
  const { signatures } = await someSignatures();
  const call = aSignedCall();
  await signatures.keep(ALICE, [call]);

  const found = await signatures.find(ALICE, [{ ...call, name: "renamed", args: "{}" }]);

  assert.deepEqual(found, [call.signature]);
});

Deno.test("SignatureStore finds a signature by name and arguments when the client made an id of its own", async () => {
  const { signatures } = await someSignatures();
  const call = aSignedCall();
  await signatures.keep(ALICE, [call]);

  const found = await signatures.find(ALICE, [{ ...call, callId: "toolu_01" }]);

  assert.deepEqual(found, [call.signature]);
});

for (
  const [what, asked] of [
    ["another name", { name: "get_time" }],
    ["other arguments", { args: '{"city":1}' }],
    ["a name that took from the arguments", { name: 'get_weather{"', args: 'city":0}' }],
    ["the id and the name exchanged", { callId: "get_weather", name: "call_0" }],
  ] as const
) {
  Deno.test(`SignatureStore knows no signature of a call with a new id and ${what}`, async () => {
    const { signatures } = await someSignatures();
    await signatures.keep(ALICE, [aSignedCall()]);

    const found = await signatures.find(ALICE, [{ ...aSignedCall(), callId: "new", ...asked }]);

    assert.deepEqual(found, [null]);
  });
}

Deno.test("SignatureStore tells two calls alike apart by their ids, and without them knows the later", async () => {
  const { signatures } = await someSignatures();
  const early = aSignedCall(0, { callId: "early", signature: "ZWFybHk=" });
  const late = aSignedCall(0, { callId: "late", signature: "bGF0ZQ==" });
  await signatures.keep(ALICE, [early]);
  await signatures.keep(ALICE, [late]);

  const found = await signatures.find(ALICE, [early, late, { ...early, callId: "new" }]);

  assert.deepEqual(found, ["ZWFybHk=", "bGF0ZQ==", "bGF0ZQ=="]);
});

Deno.test("SignatureStore tells nobody the signatures of another's token", async () => {
  const { signatures } = await someSignatures();
  const call = aSignedCall();
  await signatures.keep(ALICE, [call]);
  await signatures.keep(BOB, [{ ...call, signature: "Ym9i" }]);

  assert.deepEqual(await signatures.find(ALICE, [call]), [call.signature]);
  assert.deepEqual(await signatures.find(BOB, [call]), ["Ym9i"]);
  assert.deepEqual(await signatures.find("token-eve" as TokenId, [call]), [null]);
});

Deno.test("SignatureStore forgets a signature after its time, though it is stored still", async () => {
  const { signatures, kv, clock } = await someSignatures();
  const asked = [aSignedCall(), aSignedCall(0, { callId: "new" })];
  await signatures.keep(ALICE, [aSignedCall()]);
  const stored = await dumpKv(kv);

  clock.step(SIGNATURE_MEMORY_MS - 1);
  const before = await signatures.find(ALICE, asked);
  clock.step(1);
  const after = await signatures.find(ALICE, asked);

  assert.deepEqual(before, [aSignedCall().signature, aSignedCall().signature]);
  assert.deepEqual(after, [null, null]);
  assert.equal(await dumpKv(kv), stored);
});

Deno.test("SignatureStore leaves nothing of a call readable in storage", async () => {
  const { signatures, kv } = await someSignatures();
  const canaries = new Canaries();
  const secrets = {
    callId: "call_canary/of+the=id",
    name: "canary_of_the_function_name",
    args: '{"canary":"of the arguments, \u00e9"}',
    signature: btoa("canary of the signature, which is opaque"),
  };
  for (const [what, secret] of Object.entries(secrets)) canaries.add(what, secret);

  await signatures.keep(ALICE, [secrets]);

  const stored = await dumpKv(kv);
  const entries = stored.split("\n").filter((line) =>
    line.startsWith('["signature","token-alice"')
  );
  canaries.saw("KV", stored);
  assert.equal(entries.length, 2);
  assert.deepEqual(canaries.hits(), []);
});

Deno.test("SignatureStore has addresses that nobody can guess without the data key", async () => {
  const [one, other] = [await someSignatures(), await someSignatures()];
  await one.signatures.keep(ALICE, [aSignedCall()]);
  await other.signatures.keep(ALICE, [aSignedCall()]);

  const [here, there] = [await digestsIn(one.kv), await digestsIn(other.kv)];

  assert.equal(new Set([...here, ...there]).size, 4);
});

Deno.test("SignatureStore has addresses of one length, however long an id, a name or arguments are", async () => {
  const { signatures, kv } = await someSignatures();
  const long = "x".repeat(100_000);
  const call = aSignedCall(0, { callId: long, name: long, args: long });
  await signatures.keep(ALICE, [call, aSignedCall()]);

  const found = await signatures.find(ALICE, [call]);

  assert.deepEqual(found, [call.signature]);
  assert.deepEqual((await digestsIn(kv)).map(({ length }) => length), [43, 43, 43, 43]);
});

Deno.test("SignatureStore tells ids apart that differ in half a character", async () => {
  const { signatures } = await someSignatures();
  await signatures.keep(ALICE, [aSignedCall(0, { callId: "\ud800" })]);

  const asked = ["\udfff", "\ufffd"].map((callId) => aSignedCall(1, { callId }));

  assert.deepEqual(await signatures.find(ALICE, asked), [null, null]);
});

Deno.test(
  "SignatureStore keeps an answer's worth of the largest signatures, in a real KV with its limits",
  withStorage(async ({ signatures }) => {
    const calls = callsFrom(0, 13)
      .map((call, n) => ({ ...call, signature: String(n % 10).repeat(MAX_SIGNATURE_BYTES) }));

    await signatures.keep(ALICE, calls);

    const found = await signatures.find(ALICE, calls);
    assert.deepEqual(found, calls.map(({ signature }) => signature));
  }),
);

for (
  const [what, signature] of [
    ["one byte too long", "A".repeat(MAX_SIGNATURE_BYTES + 1)],
    ["of few characters and too many bytes", "€".repeat(MAX_SIGNATURE_BYTES / 3 + 1)],
  ] as const
) {
  Deno.test(`SignatureStore does not keep a signature ${what}, and keeps its neighbours`, async () => {
    const { signatures } = await someSignatures();
    const calls = [aSignedCall(1), aSignedCall(2, { signature }), aSignedCall(3)];

    await signatures.keep(ALICE, calls);

    const found = await signatures.find(ALICE, calls);
    assert.deepEqual(found, [aSignedCall(1).signature, null, aSignedCall(3).signature]);
  });
}

Deno.test("SignatureStore keeps an answer of a few calls whole or not at all", async () => {
  const { signatures, kv } = await someSignatures();

  await signatures.keep(ALICE, callsFrom(0, 6));

  assert.equal(kv.counts.commit, 1);
});

Deno.test("SignatureStore asks storage nothing about no calls", async () => {
  const { signatures, kv } = await someSignatures();

  await signatures.keep(ALICE, []);
  const found = await signatures.find(ALICE, []);

  assert.deepEqual(found, []);
  assert.deepEqual([kv.counts.commit, kv.counts.getMany], [0, 0]);
});

Deno.test("SignatureStore looks by name and arguments only for what it missed by id", async () => {
  const { signatures, kv } = await someSignatures();
  await signatures.keep(ALICE, callsFrom(0, 25));

  await signatures.find(ALICE, callsFrom(0, 25));
  const known = kv.counts.getMany;
  await signatures.find(ALICE, callsFrom(5, 25));

  assert.equal(known, 3);
  assert.equal(kv.counts.getMany - known, 4);
});

Deno.test("SignatureStore keeps the latest calls of an answer that has too many", async () => {
  const { signatures } = await someSignatures();
  await signatures.keep(ALICE, callsFrom(0, MAX_CALLS + 1));

  const found = await signatures.find(ALICE, [aSignedCall(0), aSignedCall(1)]);

  assert.deepEqual(found, [null, aSignedCall(1).signature]);
});

Deno.test("SignatureStore looks for the latest calls of a request that has too many", async () => {
  const { signatures } = await someSignatures();
  await signatures.keep(ALICE, callsFrom(0, 2));

  const found = await signatures.find(ALICE, callsFrom(0, MAX_CALLS + 1));

  assert.equal(found.length, MAX_CALLS + 1);
  assert.deepEqual(found.slice(0, 3), [null, aSignedCall(1).signature, null]);
});

Deno.test("SignatureStore opens no signature that was moved to another token, and fails nobody for it", async () => {
  const { signatures, kv } = await someSignatures();
  await signatures.keep(ALICE, [aSignedCall(1)]);
  await signatures.keep(BOB, [aSignedCall(2)]);
  for await (const { key, value } of kv.list({ prefix: ["signature", ALICE] })) {
    await kv.atomic().set(signatureAddress(BOB, String(key[2])), value).commit();
  }

  const found = await signatures.find(BOB, [aSignedCall(1), aSignedCall(2)]);

  assert.deepEqual(found, [null, aSignedCall(2).signature]);
});

Deno.test("SignatureStore says so when storage is down", async () => {
  const { signatures, kv } = await someSignatures();
  kv.meddle = () => "error";

  await assert.rejects(signatures.keep(ALICE, [aSignedCall()]), /out of order: commit/);
  await assert.rejects(signatures.find(ALICE, [aSignedCall()]), /out of order: getMany/);
});

Deno.test("SignatureStore tries again when the database is locked", async () => {
  const { signatures, kv } = await someSignatures();
  kv.meddle = only("commit", 3, "locked");

  await signatures.keep(ALICE, [aSignedCall()]);

  assert.deepEqual(await signatures.find(ALICE, [aSignedCall()]), [aSignedCall().signature]);
});
