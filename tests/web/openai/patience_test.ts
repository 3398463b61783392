import assert from "node:assert/strict";
import { atMost } from "../../../lib/web/openai/patience.ts";
import { handClock } from "../../support/hand_clock.ts";

Deno.test("atMost() gives what the work gives, and leaves no alarm", async () => {
  const clock = handClock();
  let alarms = 0;
  const counting = {
    after(ms: number, callback: () => void) {
      alarms += 1;
      const forget = clock.after(ms, callback);
      return () => {
        alarms -= 1;
        forget();
      };
    },
  };

  const answer = await atMost(100, Promise.resolve("work"), { otherwise: null, clock: counting });

  assert.deepEqual([answer, alarms], ["work", 0]);
});

Deno.test("atMost() gives the other when the work takes longer, and not a moment before", async () => {
  const clock = handClock();
  let answer: unknown = "nothing yet";
  atMost(100, new Promise(() => {}), { otherwise: null, clock }).then((given) => answer = given);

  await clock.advance(99);
  assert.equal(answer, "nothing yet");
  await clock.advance(1);

  assert.equal(answer, null);
});

Deno.test("atMost() gives the other when the work fails", async () => {
  const failing = Promise.reject(new Error("out of order"));

  assert.equal(await atMost(100, failing, { otherwise: "other", clock: handClock() }), "other");
});

Deno.test("atMost() leaves a failure behind its time to whoever began the work", async () => {
  const clock = handClock();
  const { promise, reject } = Promise.withResolvers<string>();
  const answering = atMost(100, promise, { otherwise: "other", clock });
  await clock.advance(100);

  reject(new Error("too late"));

  assert.equal(await answering, "other");
});
