import assert from "node:assert/strict";
import fc from "fast-check";
import { readUsage } from "../../../lib/protocol/gemini/usage.ts";
import { bytes } from "./streams.ts";

const NONE = { prompt: 0, cached: 0, output: 0, thoughts: 0, toolUse: 0, total: 0 };

function usageIn(value: unknown) {
  return readUsage(bytes(JSON.stringify(value)));
}

Deno.test("readUsage() reads every count by its own name", () => {
  const counts = {
    promptTokenCount: 1,
    cachedContentTokenCount: 2,
    candidatesTokenCount: 3,
    thoughtsTokenCount: 4,
    toolUsePromptTokenCount: 5,
    totalTokenCount: 13,
    promptTokensDetails: [{ modality: "TEXT", tokenCount: 1 }],
    serviceTier: "standard",
  };

  assert.deepEqual(usageIn(counts), {
    prompt: 1,
    cached: 2,
    output: 3,
    thoughts: 4,
    toolUse: 5,
    total: 13,
  });
});

Deno.test("readUsage() takes what is absent for zero", () => {
  assert.deepEqual(usageIn({}), NONE);
  assert.deepEqual(usageIn({ promptTokenCount: 7, totalTokenCount: 7 }), {
    ...NONE,
    prompt: 7,
    total: 7,
  });
});

Deno.test("readUsage() takes 64-bit numbers as the strings that protobuf writes", () => {
  assert.equal(usageIn({ totalTokenCount: "4294967296" })?.total, 4_294_967_296);
});

Deno.test("readUsage() counts nothing that is no number of tokens", () => {
  for (const odd of [-1, 1.5, 1e300, "x", "", " ", "-3", null, true, [], {}, "9007199254740993"]) {
    assert.deepEqual(usageIn({ totalTokenCount: odd }), NONE, JSON.stringify(odd));
  }
});

Deno.test("readUsage() is null for what is no object", () => {
  for (const text of ["", "null", "3", '"x"', "{", '{"a":}', "\xff"]) {
    assert.equal(readUsage(bytes(text)), null, text);
  }
});

Deno.test("readUsage() never throws, and never counts less than nothing", () => {
  fc.assert(fc.property(fc.oneof(fc.uint8Array(), fc.json().map(bytes)), (json) => {
    const usage = readUsage(json);
    for (const count of Object.values(usage ?? NONE)) {
      assert.ok(Number.isSafeInteger(count) && count >= 0);
    }
  }));
});
