import assert from "node:assert/strict";
import fc from "fast-check";
import { SseReader } from "../../lib/protocol/sse.ts";
import { recordedExchanges, sseOf } from "../support/recorded.ts";
import { cutEverywhere } from "./gemini/streams.ts";

const encoder = new TextEncoder();
const streams = recordedExchanges("stream").map((recorded) => ({
  ...recorded,
  sse: sseOf(recorded),
}));

function read(pieces: Iterable<Uint8Array>): string[] {
  const reader = new SseReader();
  const events: string[] = [];
  for (const piece of pieces) events.push(...reader.push(piece));
  return [...events, ...reader.end()];
}

/** Where to cut, as shares of the whole, so that the same cuts fit every stream. */
const someCuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });

function cutAt(bytes: Uint8Array, shares: readonly number[]): Uint8Array[] {
  const cuts = shares.map((share) => Math.floor(share * bytes.length)).sort((a, b) => a - b);
  return [0, ...cuts].map((from, at) => bytes.subarray(from, cuts[at] ?? bytes.length));
}

/** Texts of what streams are made of, and of what they are not. */
const someText = fc.array(
  fc.constantFrom(
    "\r",
    "\n",
    "\r\n",
    "data",
    "data:",
    ":",
    " ",
    "é",
    "€",
    "😀",
    "\uFEFF",
    "\0",
    "{}",
  ),
  { maxLength: 40 },
).map((words) => words.join(""));

Deno.test("SseReader reads in every recorded stream what was recorded", () => {
  for (const { name, sse, responses } of streams) {
    assert.deepEqual(read([sse]).map((event) => JSON.parse(event)), responses, name);
  }
});

Deno.test("7.13 SseReader reads recorded streams alike however they are cut", () => {
  const whole = new Map(streams.map(({ name, sse }) => [name, read([sse])]));

  fc.assert(
    fc.property(fc.constantFrom(...streams), someCuts, ({ name, sse }, cuts) => {
      assert.deepEqual(read(cutAt(sse, cuts)), whole.get(name), name);
    }),
    { numRuns: 1_500 },
  );
});

Deno.test("7.13 SseReader reads any text alike however it is cut", () => {
  fc.assert(
    fc.property(someText, someCuts, (text, cuts) => {
      const bytes = encoder.encode(text);
      assert.deepEqual(read(cutAt(bytes, cuts)), read([bytes]));
      assert.deepEqual(read(cutEverywhere(bytes)), read([bytes]));
    }),
    { numRuns: 1_500 },
  );
});

Deno.test("7.13 SseReader reads any bytes alike however they are cut", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), someCuts, (noise, cuts) => {
      const bytes = Uint8Array.of(...encoder.encode("data: "), ...noise);
      assert.deepEqual(read(cutAt(bytes, cuts)), read([bytes]));
    }),
    { numRuns: 1_000 },
  );
});

const foreign = streams.filter(({ sse }) => sse.length < 5_000 && sse.some((byte) => byte > 0x7f));

Deno.test("there are recorded streams that hold more than ASCII", () => {
  assert.ok(foreign.length >= 2);
});

for (const { name, sse } of foreign) {
  Deno.test(`7.13 SseReader reads ${name} alike when it is cut at any byte`, () => {
    const whole = read([sse]);

    for (let at = 0; at <= sse.length; at++) {
      assert.deepEqual(read([sse.subarray(0, at), sse.subarray(at)]), whole, `at ${at}`);
    }
    assert.deepEqual(read(cutEverywhere(sse)), whole);
  });
}
