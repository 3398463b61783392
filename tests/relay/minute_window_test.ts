import assert from "node:assert/strict";
import fc from "fast-check";
import { MinuteWindow } from "../../lib/relay/minute_window.ts";

Deno.test("MinuteWindow has room again exactly a minute after the last that was in the way", () => {
  const window = new MinuteWindow();
  window.add(1, 500);
  window.add(1, 2_250);

  assert.equal(window.waitMs(3, 2_250), 0);
  assert.equal(window.waitMs(2, 2_250), 60_500 - 2_250);
  assert.equal(window.waitMs(1, 2_250), 62_250 - 2_250);
  assert.equal(window.waitMs(2, 60_499), 1);
  assert.equal(window.waitMs(2, 60_500), 0);
});

Deno.test("MinuteWindow takes many at once, and waits for as many as are too much", () => {
  const window = new MinuteWindow();
  window.add(10, 0);
  window.add(10, 10_000);

  assert.equal(window.waitMs(15, 20_000), 40_000);
  assert.equal(window.waitMs(5, 20_000), 50_000);
});

Deno.test("MinuteWindow never lets more than the limit into any minute, and its wait is enough", () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 9_000 }), { maxLength: 200 });
  fc.assert(fc.property(gaps, fc.integer({ min: 1, max: 12 }), (all, limit) => {
    const window = new MinuteWindow();
    const admitted: number[] = [];
    let nowMs = 0;
    for (const gap of all) {
      nowMs += gap;
      const waitMs = window.waitMs(limit, nowMs);
      assert.ok(waitMs >= 0 && waitMs <= 60_000);
      if (waitMs > 0) continue;
      window.add(1, nowMs);
      admitted.push(nowMs);
    }

    for (const [n, first] of admitted.entries()) {
      const next = admitted[n + limit];
      assert.ok(next === undefined || next - first >= 60_000, `${next} after ${first}`);
    }
  }));
});
