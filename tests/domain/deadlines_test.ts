import assert from "node:assert/strict";
import { Deadlines } from "../../lib/domain/deadlines.ts";
import { SweepClock } from "../support/sweep_clock.ts";

Deno.test("Deadlines calls back once a deadline has passed, and only once", () => {
  const clock = new SweepClock();
  let calls = 0;
  clock.deadlines.watch({ dueMs: 1_000, onPast: () => calls++ });

  clock.pass(999);
  assert.equal(calls, 0);
  clock.pass(1);
  assert.equal(calls, 1);
  clock.pass(1_000);
  assert.equal(calls, 1);
});

Deno.test("Deadlines follows a deadline that is moved", () => {
  const clock = new SweepClock();
  let calls = 0;
  const watch = { dueMs: 1_000, onPast: () => calls++ };
  clock.deadlines.watch(watch);

  watch.dueMs = 3_000;
  clock.pass(2_999);

  assert.equal(calls, 0);
  clock.pass(1);
  assert.equal(calls, 1);
});

Deno.test("Deadlines forgets what it is told to forget", () => {
  const clock = new SweepClock();
  const past: string[] = [];
  const forgotten = { dueMs: 1_000, onPast: () => past.push("forgotten") };
  clock.deadlines.watch(forgotten);
  clock.deadlines.watch({ dueMs: 1_000, onPast: () => past.push("kept") });

  clock.deadlines.forget(forgotten);
  clock.pass(1_000);

  assert.deepEqual(past, ["kept"]);
});

Deno.test("Deadlines has one timer while anything is watched, and none otherwise", () => {
  let started = 0;
  let running = 0;
  const deadlines = new Deadlines({
    every: () => {
      started++;
      running++;
      return () => running--;
    },
  });
  const one = { dueMs: 1, onPast: () => {} };
  const other = { dueMs: 1, onPast: () => {} };

  assert.equal(running, 0);
  deadlines.watch(one);
  deadlines.watch(other);
  deadlines.forget(one);
  assert.deepEqual([started, running], [1, 1]);
  deadlines.forget(other);
  deadlines.forget(other);
  assert.deepEqual([started, running], [1, 0]);
});

Deno.test("Deadlines starts its timer again after everything had passed", () => {
  const clock = new SweepClock();
  let calls = 0;
  clock.deadlines.watch({ dueMs: 1, onPast: () => calls++ });
  clock.pass(1);
  assert.equal(clock.isTicking, false);

  clock.deadlines.watch({ dueMs: 2, onPast: () => calls++ });
  clock.pass(1);

  assert.equal(calls, 2);
});

Deno.test({
  name: "Deadlines with the machine's clock calls back and leaves no timer behind",
  sanitizeOps: true,
  fn: () =>
    new Promise<void>((resolve) => {
      const deadlines = new Deadlines({ sweepMs: 1 });
      deadlines.watch({ dueMs: deadlines.nowMs(), onPast: resolve });
    }),
});
