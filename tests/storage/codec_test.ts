import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeBase64Url, encodeBase64Url } from "../../lib/storage/base64url.ts";
import { decode, encode, MAX_VALUE_BYTES } from "../../lib/storage/codec.ts";

Deno.test("decode() gives back what encode() took", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    assert.deepEqual(decode(encode(value)), JSON.parse(JSON.stringify(value)));
  }));
});

Deno.test("encode() writes bytes that every version of Deno reads", () => {
  assert.deepEqual(encode({ name: "é" }), new TextEncoder().encode('{"name":"é"}'));
});

Deno.test("encode() takes as many bytes as KV takes, and no more", () => {
  const largest = "x".repeat(MAX_VALUE_BYTES - 2);

  assert.equal(encode(largest).byteLength, MAX_VALUE_BYTES);
  assert.throws(() => encode(`${largest}x`), {
    name: "RangeError",
    message: "Cannot store value: it has 65537 bytes, the limit is 65536",
  });
});

Deno.test("encode() counts bytes, not characters", () => {
  assert.throws(() => encode("€".repeat(MAX_VALUE_BYTES / 2)), RangeError);
});

for (const foreign of [null, "text", 7, { name: "x" }, [1]]) {
  Deno.test(`decode() refuses ${JSON.stringify(foreign)}, which is not bytes`, () => {
    assert.throws(() => decode(foreign), /^TypeError: Cannot read stored value: expected bytes/);
  });
}

Deno.test("decode() refuses bytes that are not text, or not JSON", () => {
  assert.throws(() => decode(new Uint8Array([0x22, 0xff, 0x22])), TypeError);
  assert.throws(() => decode(new Uint8Array([0x7b])), SyntaxError);
});

Deno.test("decodeBase64Url() gives back what encodeBase64Url() took, and it is safe in URLs", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
    const text = encodeBase64Url(bytes);

    assert.match(text, /^[\w-]*$/);
    assert.deepEqual(decodeBase64Url(text), bytes);
  }));
});

Deno.test("decodeBase64Url() refuses what is not base64url", () => {
  assert.throws(() => decodeBase64Url("a%"), { name: "InvalidCharacterError" });
});
