import assert from "node:assert/strict";
import fc from "fast-check";
import { vaultAddress } from "../../lib/storage/addresses.ts";
import { decode, encode } from "../../lib/storage/codec.ts";
import { decodeBase64Url, encodeBase64Url } from "../../lib/storage/base64url.ts";
import { openVault, VaultSealed } from "../../lib/storage/vault.ts";
import { aSecret } from "../support/builders.ts";
import { dumpKv, faultyKv, memoryKv } from "../support/kv.ts";

const MASTER = new Uint8Array(32).fill(1);
const OTHER_MASTER = new Uint8Array(32).fill(2);
const HERE = ["key", "pool-1", "k1"];

function aVault(kv = memoryKv()) {
  return openVault(kv, { current: MASTER });
}

/** The sealed text with one bit of one of its bytes turned over. */
function flip(sealed: string, { part, bit }: { part: 2 | 3; bit: number }): string {
  const parts = sealed.split(".");
  const bytes = decodeBase64Url(parts[part] ?? assert.fail("no such part"));
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return parts.with(part, encodeBase64Url(bytes)).join(".");
}

Deno.test("Vault opens what it sealed", async () => {
  const vault = await aVault();

  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary", maxLength: 600 }), async (secret) => {
      assert.equal(await vault.open(await vault.seal(secret, HERE), HERE), secret.toWellFormed());
    }),
  );
});

Deno.test("Vault seals the same secret differently each time", async () => {
  const vault = await aVault();

  assert.notEqual(await vault.seal(aSecret(), HERE), await vault.seal(aSecret(), HERE));
});

for (
  const [name, part, bits] of [["nonce", 2, 12 * 8], ["ciphertext", 3, (39 + 16) * 8]] as const
) {
  Deno.test(`Vault opens nothing when any bit of the ${name} was flipped (SEC-B1)`, async () => {
    const vault = await aVault();
    const sealed = await vault.seal(aSecret(), HERE);

    for (let bit = 0; bit < bits; bit++) {
      await assert.rejects(vault.open(flip(sealed, { part, bit }), HERE));
    }
  });
}

Deno.test("Vault opens nothing of another version or sealed by another key (SEC-B1)", async () => {
  const vault = await aVault();
  const [version, id, ...rest] = (await vault.seal(aSecret(), HERE)).split(".");

  for (
    const forged of [
      ["v2", id, ...rest],
      [version, "00000000", ...rest],
      [version, id],
      [version],
      [""],
    ]
  ) {
    await assert.rejects(vault.open(forged.join("."), HERE), VaultSealed);
  }
});

Deno.test("Vault opens nothing that was moved to another address (SEC-B1)", async () => {
  const vault = await aVault();
  const sealed = await vault.seal(aSecret(), HERE);

  for (const there of [["key", "pool-1", "k2"], ["key", "pool-2", "k1"], ["key", "pool-1"], []]) {
    await assert.rejects(vault.open(sealed, there));
  }
});

Deno.test("Vault gives digests that depend on the text alone and on its own key", async () => {
  const kv = memoryKv();
  const [vault, again, foreign] = [await aVault(kv), await aVault(kv), await aVault()];

  for (const digest of ["tokenDigest", "keyDigest", "fingerprint"] as const) {
    assert.equal(vault[digest]("a"), again[digest]("a"));
    assert.notEqual(vault[digest]("a"), vault[digest]("b"));
    assert.notEqual(vault[digest]("a"), foreign[digest]("a"));
  }
});

Deno.test("Vault derives each digest from a key of its own (SEC-B2)", async () => {
  const vault = await aVault();

  assert.notEqual(vault.tokenDigest("a"), vault.keyDigest("a"));
  assert.match(vault.tokenDigest("a"), /^[\w-]{43}$/);
  assert.match(vault.keyDigest("a"), /^[\w-]{43}$/);
  assert.match(vault.fingerprint("a"), /^[0-9a-f]{8}$/);
});

Deno.test("openVault() reads what an earlier start has sealed", async () => {
  const kv = memoryKv();
  const sealed = await (await aVault(kv)).seal(aSecret(), HERE);

  const vault = await aVault(kv);

  assert.equal(await vault.open(sealed, HERE), aSecret());
});

Deno.test("openVault() refuses a wrong master key and writes nothing (SEC-B4)", async () => {
  const kv = memoryKv();
  await aVault(kv);
  const before = await dumpKv(kv);
  const watched = faultyKv(kv);

  await assert.rejects(openVault(watched, { current: OTHER_MASTER }), VaultSealed);

  assert.equal(watched.mutations, 0);
  assert.equal(watched.counts.commit, 0);
  assert.equal(await dumpKv(kv), before);
});

Deno.test("openVault() refuses two wrong master keys as it refuses one (SEC-B4)", async () => {
  const kv = memoryKv();
  await aVault(kv);
  const watched = faultyKv(kv);
  const third = new Uint8Array(32).fill(3);

  await assert.rejects(openVault(watched, { current: OTHER_MASTER, previous: third }), VaultSealed);

  assert.equal(watched.mutations, 0);
});

Deno.test("openVault() refuses a data key that was tampered with, and writes nothing", async () => {
  const kv = memoryKv();
  await aVault(kv);
  const entry = await kv.get(vaultAddress());
  const { wrapped } = decode<{ wrapped: string }>(entry.value);
  const forged = { wrapped: flip(wrapped, { part: 3, bit: 5 }) };
  await kv.atomic().set(vaultAddress(), encode(forged)).commit();
  const watched = faultyKv(kv);

  await assert.rejects(openVault(watched, { current: MASTER }), VaultSealed);

  assert.equal(watched.mutations, 0);
});

Deno.test("openVault() rewraps once when it meets the previous master key (SEC-B3)", async () => {
  const kv = memoryKv();
  const sealed = await (await aVault(kv)).seal(aSecret(), HERE);

  const moved = await openVault(kv, { current: OTHER_MASTER, previous: MASTER });
  const watched = faultyKv(kv);
  const alone = await openVault(watched, { current: OTHER_MASTER });

  assert.equal(await moved.open(sealed, HERE), aSecret());
  assert.equal(await alone.open(sealed, HERE), aSecret());
  assert.equal(watched.mutations, 0);
  await assert.rejects(openVault(kv, { current: MASTER }), VaultSealed);
});

Deno.test("openVault() ends with one data key when several processes start for the first time", async () => {
  const kv = memoryKv();

  const vaults = await Promise.all(Array.from({ length: 5 }, () => aVault(kv)));

  assert.equal(new Set(vaults.map((vault) => vault.keyDigest("a"))).size, 1);
});

Deno.test("openVault() ends with one data key when several processes rewrap", async () => {
  const kv = memoryKv();
  const before = await aVault(kv);
  const moving = { current: OTHER_MASTER, previous: MASTER };

  const vaults = await Promise.all(Array.from({ length: 5 }, () => openVault(kv, moving)));

  const digests = vaults.map((vault) => vault.keyDigest("a"));
  assert.deepEqual(new Set(digests), new Set([before.keyDigest("a")]));
});

Deno.test("openVault() keeps the data key out of storage in any plain form", async () => {
  const kv = memoryKv();
  const vault = await aVault(kv);

  const stored = await dumpKv(kv);

  assert.match(stored, /^\["vault"\] \{"wrapped":"v1\.[0-9a-f]{8}\.[\w-]{16}\.[\w-]+"\}$/);
  assert.equal(stored.includes(encodeBase64Url(MASTER)), false);
  assert.equal(stored.includes(vault.keyDigest("a")), false);
});
