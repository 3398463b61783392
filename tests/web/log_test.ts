import assert from "node:assert/strict";
import { RotatorError } from "../../lib/domain/errors.ts";
import { describe, Log } from "../../lib/web/log.ts";
import { aSecret } from "../support/builders.ts";
import { handClock } from "../support/hand_clock.ts";

/** A log whose sink the test holds. */
function aLog({ sink }: { sink?: (text: string) => Promise<void> } = {}) {
  const clock = handClock();
  const written: string[] = [];
  const log = new Log(sink ?? ((text) => Promise.resolve(void written.push(text))), clock);
  const lines = () =>
    written.join("").split("\n").slice(0, -1).map((line) =>
      JSON.parse(line) as Record<string, unknown>
    );
  return { clock, log, written, lines };
}

Deno.test("Log writes lines together, a moment later, each with its own time", async () => {
  const { clock, log, written, lines } = aLog();

  log.line('"a":1');
  await clock.advance(10);
  log.line('"b":2');
  assert.equal(written.length, 0);
  await clock.advance(40);

  assert.equal(written.length, 1);
  assert.deepEqual(lines(), [
    { time: "2026-11-23T12:00:00.000Z", a: 1 },
    { time: "2026-11-23T12:00:00.010Z", b: 2 },
  ]);
});

Deno.test("Log.flush() writes everything at once, what comes meanwhile too, and leaves no timer", async () => {
  const texts: string[] = [];
  const log: Log = new Log((text) => {
    texts.push(text);
    if (text.includes("first")) log.line('"second":true');
    return Promise.resolve();
  }, { now: handClock().now, after: () => () => texts.push("cancelled") });

  log.line('"first":true');
  await log.flush();
  await log.flush();

  assert.deepEqual(
    texts.map((text) => /cancelled|first|second/.exec(text)?.[0]),
    ["cancelled", "first", "cancelled", "second"],
  );
});

Deno.test("Log outlives a sink that fails, and says how many lines that cost", async () => {
  const texts: string[] = [];
  const log = new Log((text) => {
    texts.push(text);
    return texts.length === 1 ? Promise.reject(new Error("broken pipe")) : Promise.resolve();
  }, handClock());

  log.line('"lost":true');
  await log.flush();
  log.line('"kept":true');
  await log.flush();

  assert.match(texts[1] ?? "", /"kept":true.*\n.*"what":"log lines lost","lines":1/);
});

Deno.test("Log loses lines when nobody takes them, and says how many", async () => {
  let release = () => {};
  const texts: string[] = [];
  const { clock, log } = aLog({
    sink: (text) => {
      texts.push(text);
      return texts.length === 1 ? new Promise((resolve) => release = resolve) : Promise.resolve();
    },
  });
  log.line('"first":1');
  await clock.advance(50);
  const long = `"text":"${"x".repeat(100_000)}"`;

  for (let n = 0; n < 100; n++) log.line(long);
  release();
  await log.flush();

  const lines = texts.join("").trim().split("\n");
  assert.ok(lines.length < 100);
  const lost = JSON.parse(lines.at(-1)!);
  assert.equal(lost.what, "log lines lost");
  assert.equal(lost.lines, 100 - (lines.length - 2));
});

Deno.test("Log takes lines again after it lost some", async () => {
  const { log, lines } = aLog();
  const long = `"text":"${"x".repeat(1_000_000)}"`;
  for (let round = 0; round < 5; round++) {
    for (let n = 0; n < 6; n++) log.line(long);
    await log.flush();
  }

  assert.equal(lines().filter(({ text }) => text).length, 15);
});

Deno.test("Log.trouble() tells what went wrong on one line, without secrets", async () => {
  const { log, written, lines } = aLog();
  const cause = new Error(`no\nuse of ${aSecret(3)}\u001b[2J`, { cause: new TypeError("because") });

  log.trouble("could not save", cause, { pool: "p1" });
  await log.flush();

  assert.equal(written.join("").split("\n").length, 2);
  assert.equal(lines()[0]?.level, "error");
  assert.equal(lines()[0]?.pool, "p1");
  assert.match(String(lines()[0]?.cause), /Error: no.*use of \[key\].*← TypeError: because/s);
  assert.ok(!written.join("").includes(aSecret(3)));
});

Deno.test("describe() follows causes, but not for ever, and quotes nothing that is no error", () => {
  const looping = new Error("a");
  looping.cause = looping;

  assert.equal(describe(looping).split("←").length, 4);
  assert.equal(describe("a secret somebody threw"), "string");
  assert.equal(describe({ secret: 1 }), "object");
  assert.equal(describe(null), "");
  assert.equal(
    describe(new RotatorError("internal", "Cannot", { cause: new Error("why") })),
    "RotatorError: Cannot ← Error: why",
  );
});
