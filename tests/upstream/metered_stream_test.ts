import assert from "node:assert/strict";
import { Visitor } from "../../lib/domain/visitor.ts";
import type { AnswerEnd } from "../../lib/protocol/gemini/exchange.ts";
import type { Framing } from "../../lib/protocol/gemini/stream_gate.ts";
import { readChunks } from "../../lib/upstream/chunks.ts";
import { openStream, type OpenStreams } from "../../lib/upstream/metered_stream.ts";
import { settled } from "../support/hand_clock.ts";
import { SweepClock } from "../support/sweep_clock.ts";
import { handFed } from "./hand_fed.ts";

const FIRST = { candidates: [{ content: { parts: [{ text: "a" }] } }] };
const LAST = { candidates: [{ finishReason: "STOP" }], usageMetadata: { totalTokenCount: 7 } };
const SECRET = "AIzaSy-a-secret-that-must-not-be-seen-00";
const THEIRS = { error: { code: 503, message: `no, ${SECRET}`, status: "UNAVAILABLE" } };
const IDLE_MS = 120_000;

const event = (value: unknown) => `data: ${JSON.stringify(value)}\r\n\r\n`;

interface Wanted {
  readonly framing?: Framing;
  readonly bytes?: boolean;
  /** Hanging up does not reach the body. */
  readonly isDeaf?: boolean;
}

/** A stream that is being opened, and all that it may touch. */
function opening({ framing = "sse", bytes = true, isDeaf = false }: Wanted = {}) {
  const fed = handFed({ bytes });
  const clock = new SweepClock();
  const line = {
    isHungUp: false,
    hangUp() {
      if (!isDeaf && !line.isHungUp) fed.breakOff(new Error("hung up"));
      line.isHungUp = true;
    },
  };
  const visitor = new Visitor();
  const ends: AnswerEnd[] = [];
  const streams: OpenStreams = new Set();
  const opened = openStream(readChunks(fed.body), {
    framing,
    line,
    watch: { dueMs: 0, onPast: () => {} },
    visitor,
    onEnd: (end) => ends.push(end),
    scrub: (text) => text.replaceAll(SECRET, "[key]"),
    deadlines: clock.deadlines,
    idleMs: IDLE_MS,
    streams,
  });
  // A test that looks at the failure later must not be told off for it now.
  opened.catch(() => {});
  return { ...fed, fed, clock, line, visitor, ends, streams, opened };
}

/** A stream that is open, its first event given. */
async function open(options: Wanted = {}) {
  const world = opening(options);
  world.give(options.framing === "array" ? `[${JSON.stringify(FIRST)}` : event(FIRST));
  const opened = await world.opened;
  assert.ok(opened.kind === "open");
  return { ...world, reader: opened.body.getReader() };
}

async function rest(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> {
  let text = "";
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    text += new TextDecoder().decode(value);
  }
  return text;
}

/** The error that a stream of events ends with. */
function lastError(text: string) {
  const last = text.trimEnd().split("\r\n").at(-1) ?? "";
  return JSON.parse(last.replace(/^data: /, "")).error;
}

for (const bytes of [true, false]) {
  Deno.test(`openStream() waits for the first whole event and hands on all that came (${bytes ? "bytes" : "plain"})`, async () => {
    const world = opening({ bytes });
    let isOpen = false;
    world.opened.then(() => isOpen = true);

    world.give(event(FIRST).slice(0, 20));
    await settled();
    assert.equal(isOpen, false);
    world.give(event(FIRST).slice(20));
    const opened = await world.opened;
    world.give(event(LAST));
    world.end();

    assert.ok(opened.kind === "open");
    assert.equal(await rest(opened.body.getReader()), event(FIRST) + event(LAST));
    assert.deepEqual(world.ends.map(({ kind, usage }) => [kind, usage?.total]), [["complete", 7]]);
  });
}

Deno.test("openStream() gives the error that stands in place of the first event, and ends the call", async () => {
  const world = opening();

  world.give(JSON.stringify(THEIRS, null, 2));

  const opened = await world.opened;
  assert.ok(opened.kind === "refused");
  assert.deepEqual(JSON.parse(opened.error), THEIRS);
  assert.ok(world.fed.isCancelled);
  assert.equal(world.clock.isTicking, false);
  assert.deepEqual(world.ends, []);
});

Deno.test("openStream() gives what came instead of an answer", async () => {
  const world = opening();

  world.give("data: <html>\r\n\r\n");
  world.end();

  assert.deepEqual(await world.opened, { kind: "refused", error: "data: <html>\r\n\r\n" });
});

Deno.test("openStream() gives an empty text for an empty stream, and for an empty array", async () => {
  const empty = opening();
  const emptyArray = opening({ framing: "array" });

  empty.end();
  emptyArray.give("[]");
  emptyArray.end();

  assert.deepEqual(await empty.opened, { kind: "refused", error: "" });
  assert.deepEqual(await emptyArray.opened, { kind: "refused", error: "[]" });
});

Deno.test("openStream() rejects when the stream breaks off before its first event", async () => {
  const world = opening();

  world.give('data: {"candidates"');
  await settled();
  world.breakOff();

  await assert.rejects(world.opened, /connection reset/);
  assert.equal(world.streams.size, 0);
});

Deno.test("openStream() does not wait for a first event without an end", async () => {
  const world = opening();

  world.give(`data: {"candidates":[{"content":"${"x".repeat(1_048_600)}`);

  assert.equal((await world.opened).kind, "open");
});

Deno.test("a stream leaves nothing behind when it has ended", async () => {
  const { reader, give, end, clock, streams } = await open();

  assert.equal(streams.size, 1);
  assert.ok(clock.isTicking);
  give(event(LAST));
  end();
  await rest(reader);

  assert.equal(streams.size, 0);
  assert.equal(clock.isTicking, false);
});

Deno.test("a stream that ends without saying why is given an error for a last word", async () => {
  const { reader, end, ends } = await open();

  end();
  const text = await rest(reader);

  assert.ok(text.startsWith(event(FIRST)));
  assert.deepEqual([lastError(text).code, lastError(text).status], [502, "UNAVAILABLE"]);
  assert.deepEqual(ends.map(({ kind }) => kind), ["cut"]);
});

Deno.test("a stream that breaks off between two events is given an error for a last word", async () => {
  const { reader, breakOff, ends } = await open();
  await reader.read();

  const coming = rest(reader);
  await settled();
  breakOff();

  assert.equal(lastError(await coming).code, 502);
  assert.deepEqual(ends.map(({ kind }) => kind), ["cut"]);
});

Deno.test("a stream that breaks off or ends inside an event breaks for the client too", async () => {
  for (const how of ["breakOff", "end"] as const) {
    const world = await open();
    await world.reader.read();
    world.give(event(LAST).slice(0, -10));
    await world.reader.read();

    const coming = rest(world.reader);
    await settled();
    world[how]();

    await assert.rejects(coming, /broke off/, how);
    assert.deepEqual(world.ends.map(({ kind }) => kind), ["cut"]);
    assert.equal(world.clock.isTicking, false);
  }
});

Deno.test("a stream that ends at the very beginning of an event is given an error for a last word", async () => {
  const { reader, give, end } = await open();

  give("data: {");
  end();

  assert.deepEqual(await rest(reader).then(lastError).then(({ code }) => code), 502);
});

Deno.test("an array that is not closed is closed with an error", async () => {
  const { reader, give, end } = await open({ framing: "array" });

  give(`,\r\n${JSON.stringify(LAST)}\n`);
  end();

  const answers = JSON.parse(await rest(reader));
  assert.deepEqual(answers.slice(0, 2), [FIRST, LAST]);
  assert.equal(answers[2].error.code, 502);
});

for (const framing of ["sse", "array"] as const) {
  Deno.test(`an error of Gemini's is rebuilt inside a stream (${framing}) without the key, and ends the call`, async () => {
    const { reader, give, line, ends } = await open({ framing });

    give(framing === "sse" ? event(THEIRS) : `,\r\n${JSON.stringify(THEIRS)}`);
    const text = await rest(reader);

    const error = framing === "sse" ? lastError(text) : JSON.parse(text).at(-1).error;
    assert.deepEqual(error, { code: 503, message: "no, [key]", status: "UNAVAILABLE" });
    assert.ok(line.isHungUp);
    assert.deepEqual(ends.map(({ kind }) => kind), ["cut"]);
  });
}

Deno.test("an error of Gemini's that never ends is told as soon as the stream has", async () => {
  const { reader, give, end } = await open();

  give('data: {"error": {"code": 503, "message": "');
  end();

  assert.equal(lastError(await rest(reader)).code, 502);
});

Deno.test("a stream that goes silent is ended with a 504 for a last word, and the call with it", async () => {
  const { reader, clock, line, ends } = await open();
  await reader.read();

  const coming = rest(reader);
  await settled();
  clock.pass(IDLE_MS - 1);
  assert.equal(line.isHungUp, false);
  clock.pass(1);

  assert.deepEqual(lastError(await coming).code, 504);
  assert.ok(line.isHungUp);
  assert.deepEqual(ends.map(({ kind }) => kind), ["cut"]);
  assert.equal(clock.isTicking, false);
});

Deno.test("a client that stops reading is not told that Gemini was silent", async () => {
  const { reader, clock, line } = await open();
  await reader.read();

  clock.pass(IDLE_MS);
  const { message } = lastError(await rest(reader));

  assert.match(message, /nobody read/);
  assert.ok(line.isHungUp);
});

Deno.test("a client that pauses is given the whole time-out again when it reads on", async () => {
  const { reader, give, clock, line } = await open();
  await reader.read();
  clock.pass(IDLE_MS - 1);

  const coming = reader.read();
  await settled();
  clock.pass(IDLE_MS - 1);
  give(event(FIRST));
  await coming;

  assert.equal(line.isHungUp, false);
  await reader.cancel();
});

Deno.test("silence begins anew with every piece", async () => {
  const { reader, give, clock, line } = await open();
  await reader.read();
  for (let passedMs = 0; passedMs < 2 * IDLE_MS; passedMs += 14_000) {
    const coming = reader.read();
    clock.pass(14_000);
    give(event(FIRST));
    await coming;
  }

  assert.equal(line.isHungUp, false);
  await reader.cancel();
});

Deno.test("an empty line keeps a silent stream alive every 15 seconds, between two events only", async () => {
  const { reader, give, end, clock } = await open();
  await reader.read();

  const quiet = reader.read();
  await settled();
  clock.pass(15_000);
  assert.equal(new TextDecoder().decode((await quiet).value), "\r\n");

  give(event(LAST).slice(0, 25));
  assert.equal(new TextDecoder().decode((await reader.read()).value), event(LAST).slice(0, 25));
  const inside = reader.read();
  await settled();
  clock.pass(15_000);
  clock.pass(15_000);
  give(event(LAST).slice(25));
  assert.equal(new TextDecoder().decode((await inside).value), event(LAST).slice(25));
  end();
  assert.equal(await rest(reader), "");
});

Deno.test("a client that leaves ends the call, whether it cancels or is gone", async () => {
  for (const how of ["cancel", "leave"] as const) {
    const { reader, visitor, line, ends, clock, streams } = await open();
    await reader.read();

    if (how === "cancel") await reader.cancel();
    else visitor.leave();

    assert.ok(line.isHungUp, how);
    assert.deepEqual(ends.map(({ kind }) => kind), ["left"]);
    assert.equal(clock.isTicking, false);
    assert.equal(streams.size, 0);
  }
});

Deno.test("a client that left while the first event came leaves no deadline behind", async () => {
  const { fed, visitor, opened, clock, ends, streams } = opening();

  fed.give(event(FIRST));
  // Too late for the read that has its bytes, too early for anybody to listen.
  visitor.leave();
  await opened;

  assert.deepEqual(ends.map(({ kind }) => kind), ["left"]);
  assert.equal(streams.size, 0);
  assert.equal(clock.isTicking, false);
});

// Deno 2.9 collects what belongs to a fetch between two reads, and then an abort comes to nothing.
Deno.test("a stream that is stopped is cancelled as well, because hanging up may not be heard", async () => {
  const stops = {
    leave: ({ visitor }) => visitor.leave(),
    silence: ({ clock }) => clock.pass(IDLE_MS),
    shutdown: ({ streams }) => streams.forEach((stream) => stream.end()),
  } satisfies Record<string, (world: Awaited<ReturnType<typeof open>>) => void>;
  for (const [name, stop] of Object.entries(stops)) {
    for (const isRead of [true, false]) {
      const world = await open({ isDeaf: true });
      await world.reader.read();
      const reading = isRead ? rest(world.reader) : null;
      await settled();

      stop(world);
      await settled();

      assert.ok(world.fed.isCancelled, name);
      assert.deepEqual(world.ends.map(({ kind }) => kind), [name === "leave" ? "left" : "cut"]);
      if (name === "leave") continue;
      const text = await (reading ?? rest(world.reader));
      assert.equal(lastError(text).code, name === "silence" ? 504 : 503);
    }
  }
});

Deno.test("a shutdown ends a stream with an error the client can read", async () => {
  const { reader, streams, line, ends } = await open();
  await reader.read();
  const coming = rest(reader);
  await settled();

  for (const stream of streams) stream.end();

  assert.deepEqual([lastError(await coming).code, lastError(await coming).status], [
    503,
    "UNAVAILABLE",
  ]);
  assert.ok(line.isHungUp);
  assert.deepEqual(ends.map(({ kind }) => kind), ["cut"]);
});

Deno.test("a shutdown ends a stream whose client does not read just now", async () => {
  const { reader, streams, line } = await open();

  for (const stream of streams) stream.end();

  const text = await rest(reader);
  assert.ok(text.startsWith(event(FIRST)));
  assert.equal(lastError(text).code, 503);
  assert.ok(line.isHungUp);
});

Deno.test("nothing is read ahead of a client that does not read", async () => {
  const fed = handFed({ bytes: false });
  const world = { visitor: new Visitor(), line: { hangUp: () => {} }, clock: new SweepClock() };
  fed.give(event(FIRST));
  const opened = await openStream(readChunks(fed.body), {
    ...world,
    framing: "sse",
    watch: { dueMs: 0, onPast: () => {} },
    onEnd: () => {},
    scrub: (text) => text,
    deadlines: world.clock.deadlines,
    idleMs: IDLE_MS,
    streams: new Set(),
  });
  assert.ok(opened.kind === "open");

  for (let n = 0; n < 100; n++) fed.give(event(FIRST));
  const reader = opened.body.getReader();
  await reader.read();
  await settled();

  assert.ok(fed.pulls <= 1, `${fed.pulls} pulls`);
  await reader.cancel();
});
