import assert from "node:assert/strict";
import { readChunks } from "../../lib/upstream/chunks.ts";
import type { ChunkReader } from "../../lib/upstream/wire.ts";
import { handFed } from "./hand_fed.ts";

async function all(reader: ChunkReader): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  for (let piece = await reader.read(); piece !== null; piece = await reader.read()) {
    pieces.push(piece);
  }
  return pieces;
}

for (const kind of [{ bytes: true }, { bytes: false }]) {
  const name = kind.bytes ? "a body of fetch's" : "any other stream";

  Deno.test(`readChunks() reads ${name} to its end, and each piece is the caller's`, async () => {
    const { body, give, end } = handFed(kind);
    const reader = readChunks(body);

    give("one");
    const first = await reader.read();
    give("two");
    const second = await reader.read();
    end();

    assert.equal(new TextDecoder().decode(first!), "one");
    assert.equal(new TextDecoder().decode(second!), "two");
    assert.notEqual(first!.buffer, second!.buffer);
    assert.equal(await reader.read(), null);
  });

  Deno.test(`readChunks() hands ${name} on byte for byte when pieces are large`, async () => {
    const { body, give, end } = handFed(kind);
    const large = crypto.getRandomValues(new Uint8Array(60_000));

    give(large);
    end();

    const pieces = await all(readChunks(body));
    assert.deepEqual(new Uint8Array(pieces.flatMap((piece) => [...piece])), large);
  });

  Deno.test(`readChunks() rejects when ${name} breaks off`, async () => {
    const { body, give, breakOff } = handFed(kind);
    const reader = readChunks(body);

    give("one");
    await reader.read();
    breakOff(new TypeError("gone"));

    await assert.rejects(async () => await reader.read(), /gone/);
  });

  Deno.test(`readChunks() tells the source of ${name} when nobody wants the rest`, async () => {
    const fed = handFed(kind);

    await readChunks(fed.body).cancel();

    assert.ok(fed.isCancelled);
  });
}

Deno.test("readChunks() does not read ahead of who asks", async () => {
  const fed = handFed({ bytes: false });
  const reader = readChunks(fed.body);
  const before = fed.pulls;

  fed.give("a");
  await reader.read();

  assert.equal(before, 0);
  assert.ok(fed.pulls <= 1);
});

Deno.test("readChunks() throws for a body that somebody else reads", () => {
  const { body } = handFed();
  body.getReader();

  assert.throws(() => readChunks(body), TypeError);
});
