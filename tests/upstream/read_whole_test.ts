import assert from "node:assert/strict";
import type { AnswerEnd } from "../../lib/protocol/gemini/exchange.ts";
import { readChunks } from "../../lib/upstream/chunks.ts";
import { readErrorText, readWhole, untouched } from "../../lib/upstream/read_whole.ts";
import { settled } from "../support/hand_clock.ts";
import { SweepClock } from "../support/sweep_clock.ts";
import { handFed } from "./hand_fed.ts";

const ANSWER = '{"candidates":[],"usageMetadata":{"totalTokenCount":7}}';
const LARGE = 1_200_000;
const MAX_KEPT_BYTES = 1_048_576;

const IDLE_MS = 120_000;

/** All that reading an answer may touch, and how its body ended. */
function aReading() {
  const ends: AnswerEnd[] = [];
  const clock = new SweepClock();
  const line = { isHungUp: false, hangUp: () => void (line.isHungUp = true) };
  const onEnd = (end: AnswerEnd) => void ends.push(end);
  const limits = { idleMs: IDLE_MS, maxKeptBytes: MAX_KEPT_BYTES };
  return { onEnd, line, deadlines: clock.deadlines, ...limits, metering: true, ends, clock };
}

/** Reads an answer, and notes how its body ended. */
async function reading(body: ReadableStream<Uint8Array>) {
  const { ends, clock, ...options } = aReading();
  const came = await readWhole(readChunks(body), options);
  return { body: came, ends, clock, line: options.line };
}

function streamOf(text: string): ReadableStream<Uint8Array> {
  return new Response(text).body!;
}

Deno.test("readWhole() gives a small answer whole, with its usage", async () => {
  const { body, ends, clock } = await reading(streamOf(ANSWER));

  assert.ok(body instanceof Uint8Array);
  assert.equal(new TextDecoder().decode(body), ANSWER);
  assert.deepEqual(ends.map(({ kind, usage }) => [kind, usage?.total]), [["complete", 7]]);
  assert.equal(clock.isTicking, false);
});

Deno.test("readWhole() puts an answer together that came in pieces", async () => {
  const fed = handFed();
  const whole = reading(fed.body);
  for (const byte of ANSWER) {
    fed.give(byte);
    await settled();
  }
  fed.end();

  const { body } = await whole;
  assert.equal(new TextDecoder().decode(body as Uint8Array), ANSWER);
});

Deno.test("readWhole() rejects when an answer breaks off, and tells of no end", async () => {
  const fed = handFed();
  const { ends, ...options } = aReading();
  const whole = readWhole(readChunks(fed.body), options);
  const rejected = assert.rejects(whole, /connection reset/);

  fed.give('{"candidates"');
  fed.breakOff();

  await rejected;
  assert.deepEqual(ends, []);
});

/** A large answer that is on its way. */
async function aLargeAnswer() {
  const fed = handFed();
  fed.give(new Uint8Array(LARGE));
  const { body, ...rest } = await reading(fed.body);
  assert.ok(body instanceof ReadableStream);
  return { fed, body, ...rest };
}

Deno.test("readWhole() hands on what is large while it arrives, and tells of its end", async () => {
  const { fed, body, ends } = await aLargeAnswer();
  const arriving = new Response(body).arrayBuffer();

  fed.give("end");
  fed.end();

  assert.equal((await arriving).byteLength, LARGE + 3);
  assert.deepEqual(ends, [{ kind: "complete", usage: null }]);
});

Deno.test("readWhole() tells when a large answer breaks off, and when its client leaves", async () => {
  const [broken, left] = [await aLargeAnswer(), await aLargeAnswer()];

  const arriving = assert.rejects(new Response(broken.body).arrayBuffer(), /connection reset/);
  broken.fed.breakOff();
  await arriving;
  await left.body.cancel();

  assert.deepEqual(broken.ends, [{ kind: "cut", usage: null }]);
  assert.deepEqual(left.ends, [{ kind: "left", usage: null }]);
  assert.ok(left.fed.isCancelled);
});

Deno.test("readWhole() ends a large answer that goes silent, and its client hears that it broke", async () => {
  for (const isRead of [true, false]) {
    const { fed, body, ends, clock, line } = await aLargeAnswer();
    const arriving = isRead ? assert.rejects(new Response(body).arrayBuffer()) : null;
    await settled();

    clock.pass(IDLE_MS);

    assert.ok(line.isHungUp);
    await (arriving ?? assert.rejects(new Response(body).arrayBuffer()));
    assert.ok(fed.isCancelled);
    assert.deepEqual(ends, [{ kind: "cut", usage: null }]);
    assert.equal(clock.isTicking, false);
  }
});

Deno.test("readErrorText() reads an error to its end, and of a flood only the beginning", async () => {
  const flood = handFed();
  flood.give(new Uint8Array(400_000));

  assert.equal(await readErrorText(readChunks(streamOf("é{}"))), "é{}");
  assert.equal(await readErrorText(readChunks(streamOf(""))), "");
  assert.ok((await readErrorText(readChunks(flood.body))).length < 300_000);
  assert.ok(flood.isCancelled);
});

Deno.test("untouched() hands on every piece, breaks with its source, and tells it when nobody wants more", async () => {
  const [whole, broken, unwanted] = [handFed(), handFed(), handFed()];
  whole.give("odd {");
  whole.end();
  broken.give("odd");

  assert.equal(await new Response(untouched(readChunks(whole.body))).text(), "odd {");
  const breaking = assert.rejects(new Response(untouched(readChunks(broken.body))).text());
  broken.breakOff();
  await breaking;
  await untouched(readChunks(unwanted.body)).cancel();
  assert.ok(unwanted.isCancelled);
});

Deno.test("untouched() reads a few pieces ahead and no more", async () => {
  let reads = 0;
  const body = untouched({
    read: () => (reads += 1, new Uint8Array(10)),
    cancel: () => Promise.resolve(),
  });

  const reader = body.getReader();
  await reader.read();
  await settled();

  assert.ok(reads < 12, `${reads} reads`);
  await reader.cancel();
});
