import { deepStrictEqual as deepEqual, strictEqual as equal } from "node:assert";
import { joinBase64, wavOf } from "../../../lib/protocol/openai/audio.ts";

Deno.test("joinBase64() joins the bytes, not their base64", () => {
  equal(joinBase64([btoa("a"), btoa("bc"), btoa("def")]), btoa("abcdef"));
});

Deno.test("joinBase64() leaves a piece that stands alone as it is", () => {
  equal(joinBase64(["no base64"]), "no base64");
});

Deno.test("joinBase64() leaves out a piece that is no base64", () => {
  equal(joinBase64([btoa("a"), "no base64!", btoa("b")]), btoa("ab"));
});

Deno.test("wavOf() writes a header of 24,000 samples a second, 16 bits, one channel", () => {
  const file = Uint8Array.fromBase64(wavOf(btoa("abcd")));
  const view = new DataView(file.buffer);
  const word = (at: number) => String.fromCharCode(...file.subarray(at, at + 4));

  deepEqual([word(0), word(8), word(12), word(36)], ["RIFF", "WAVE", "fmt ", "data"]);
  deepEqual(
    {
      bytesBehind: view.getUint32(4, true),
      headerBytes: view.getUint32(16, true),
      format: view.getUint16(20, true),
      channels: view.getUint16(22, true),
      rate: view.getUint32(24, true),
      bytesPerSecond: view.getUint32(28, true),
      bytesPerFrame: view.getUint16(32, true),
      bitsPerSample: view.getUint16(34, true),
      dataBytes: view.getUint32(40, true),
    },
    {
      bytesBehind: 40,
      headerBytes: 16,
      format: 1,
      channels: 1,
      rate: 24_000,
      bytesPerSecond: 48_000,
      bytesPerFrame: 2,
      bitsPerSample: 16,
      dataBytes: 4,
    },
  );
  equal(new TextDecoder().decode(file.subarray(44)), "abcd");
});

Deno.test("wavOf() makes an empty file of what is no base64", () => {
  equal(Uint8Array.fromBase64(wavOf("no base64!")).length, 44);
});
