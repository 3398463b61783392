import assert from "node:assert/strict";
import { createSecretShelf } from "../../lib/storage/secret_shelf.ts";
import type { KeyRecord } from "../../lib/storage/key_record.ts";
import { aKey, POOL } from "../support/builders.ts";

/** A shelf over a vault that counts what it opens. */
function aShelf() {
  const opened: string[] = [];
  const shelf = createSecretShelf({
    open(sealed, address) {
      opened.push(address.join("/"));
      return Promise.resolve(`secret of ${sealed}`);
    },
  });
  return { shelf, opened };
}

function aRecord(id: string, sealed = `sealed ${id}`): KeyRecord {
  return { ...aKey({ id }), sealed, digest: "" };
}

Deno.test("SecretShelf opens a secret for the address it was sealed for", async () => {
  const { shelf, opened } = aShelf();
  shelf.keep(POOL, [aRecord("k1"), aRecord("k2")]);

  assert.equal(await shelf.open(aKey({ id: "k2" })), "secret of sealed k2");
  assert.deepEqual(opened, ["key/pool-1/k2"]);
});

Deno.test("SecretShelf opens a secret once, and has it at hand from then on", async () => {
  const { shelf, opened } = aShelf();
  shelf.keep(POOL, [aRecord("k1")]);
  await shelf.open(aKey());

  const again = shelf.open(aKey());

  assert.equal(again, "secret of sealed k1");
  assert.equal(opened.length, 1);
});

Deno.test("SecretShelf keeps a secret open that did not change", async () => {
  const { shelf } = aShelf();
  shelf.keep(POOL, [aRecord("k1")]);
  await shelf.open(aKey());

  shelf.keep(POOL, [aRecord("k1"), aRecord("k2")]);

  assert.equal(shelf.open(aKey()), "secret of sealed k1");
});

Deno.test("SecretShelf opens a secret again that was sealed anew", async () => {
  const { shelf } = aShelf();
  shelf.keep(POOL, [aRecord("k1")]);
  await shelf.open(aKey());

  shelf.keep(POOL, [aRecord("k1", "another text")]);

  assert.equal(await shelf.open(aKey()), "secret of another text");
});

Deno.test("SecretShelf still opens a key that the newest list left out, and not one before", async () => {
  const { shelf } = aShelf();
  shelf.keep(POOL, [aRecord("k1"), aRecord("k2")]);

  shelf.keep(POOL, [aRecord("k2")]);
  const kept = await shelf.open(aKey({ id: "k1" }));
  shelf.keep(POOL, [aRecord("k2")]);

  assert.equal(kept, "secret of sealed k1");
  assert.throws(() => shelf.open(aKey({ id: "k1" })), ReferenceError);
});

Deno.test("SecretShelf knows nothing of a pool that was not loaded, or a key that is not in it", () => {
  const { shelf } = aShelf();
  shelf.keep(POOL, [aRecord("k1")]);

  assert.throws(() => shelf.open(aKey({ id: "k9" })), ReferenceError);
  assert.throws(() => shelf.open(aKey({ poolId: "pool-2" as typeof POOL })), ReferenceError);
});
