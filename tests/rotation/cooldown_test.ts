import assert from "node:assert/strict";
import fc from "fast-check";
import type { EpochMs } from "../../lib/domain/ids.ts";
import type { Cooldown } from "../../lib/domain/key.ts";
import type { Pause } from "../../lib/domain/outcome.ts";
import { coolUntil } from "../../lib/rotation/cooldown.ts";

const NOW = Date.parse("2026-11-23T12:00:00Z") as EpochMs;
const MIDNIGHT = Date.parse("2026-11-24T08:00:00Z");
const HOUR_MS = 3_600_000;
const BACKOFF: Pause = { kind: "backoff" };
const least = () => 0;
const most = () => 1 - Number.EPSILON;

function aCooldown(
  { since = -10_000, until = 0, streak = 1 }: { since?: number; until?: number; streak?: number },
): Cooldown {
  return {
    subject: "key:k1",
    model: "gemini-2.5-pro",
    reason: "quota",
    since: (NOW + since) as EpochMs,
    until: (NOW + until) as EpochMs,
    streak,
  };
}

/** How long a first refusal cools, in milliseconds, with the least and the most jitter. */
function range(pause: Pause): readonly [number, number] {
  const cool = (random: () => number) =>
    coolUntil(pause, { now: NOW, previous: null, random }).until - NOW;
  return [cool(least), cool(most)];
}

Deno.test("coolUntil() ends a day within two minutes after midnight in Los Angeles", () => {
  assert.deepEqual(range({ kind: "pacific_day" }), [MIDNIGHT - NOW, MIDNIGHT - NOW + 119_999]);
});

for (
  const [ms, shortest, longest] of [
    [38_000, 38_000, 41_799],
    [1_000, 1_000, 1_099],
    [0, 100, 109],
    [0.5, 100, 109],
    [1_000.5, 1_001, 1_101],
    [40 * HOUR_MS, 25 * HOUR_MS, 25 * HOUR_MS],
  ] as const
) {
  Deno.test(`coolUntil() cools for ${shortest} to ${longest} ms when Google says ${ms}`, () => {
    assert.deepEqual(range({ kind: "delay", ms }), [shortest, longest]);
  });
}

for (
  const [streak, seconds] of [[1, 10], [2, 20], [3, 40], [6, 320], [7, 600], [8, 600], [
    2000,
    600,
  ]] as const
) {
  Deno.test(`coolUntil() backs off for ${seconds} s at refusal ${streak} in a row`, () => {
    const previous = aCooldown({ since: -600_000, until: -1, streak: streak - 1 });
    const cool = (random: () => number) =>
      coolUntil(BACKOFF, { now: NOW, previous: streak === 1 ? null : previous, random });

    assert.deepEqual(cool(least), { until: NOW + seconds * 1_000, streak });
    assert.equal(cool(most).until, NOW + seconds * 1_100 - 1);
  });
}

for (
  const [when, previous, streak] of [
    ["while the previous one runs", aCooldown({ until: 1, streak: 3 }), 3],
    ["as the previous one ends", aCooldown({ until: 0, streak: 3 }), 4],
    ["a minute after a short one", aCooldown({ since: -70_000, until: -60_000, streak: 3 }), 4],
    ["more than a minute after", aCooldown({ since: -70_001, until: -60_001, streak: 3 }), 1],
    [
      "its own length after a long one",
      aCooldown({ since: -600_000, until: -300_000, streak: 3 }),
      4,
    ],
    ["more than its length after", aCooldown({ since: -600_001, until: -300_001, streak: 3 }), 1],
    ["for the first time", null, 1],
  ] as const
) {
  Deno.test(`coolUntil() counts ${streak} in a row for a refusal ${when}`, () => {
    assert.equal(coolUntil(BACKOFF, { now: NOW, previous, random: least }).streak, streak);
  });
}

Deno.test("coolUntil() counts a burst of refusals once", () => {
  const first = coolUntil(BACKOFF, { now: NOW, previous: null, random: least });
  const previous = { ...aCooldown({}), since: NOW, ...first };

  const second = coolUntil(BACKOFF, { now: NOW, previous, random: least });

  assert.deepEqual(second, first);
});

Deno.test("coolUntil() takes a delay without end for the longest there is, whatever the jitter", () => {
  const pause: Pause = { kind: "delay", ms: Infinity };

  const { until } = coolUntil(pause, { now: NOW, previous: null, random: () => 0 });

  assert.equal(until, NOW + 25 * HOUR_MS);
});

const pauses = fc.oneof(
  fc.constant<Pause>({ kind: "pacific_day" }),
  fc.constant<Pause>(BACKOFF),
  fc.double({ min: 0, noNaN: true }).map((ms): Pause => ({ kind: "delay", ms })),
);
const cooldowns = fc.record({
  since: fc.integer({ min: -1e9, max: 1e9 }),
  until: fc.integer({ min: -1e9, max: 1e9 }),
  streak: fc.integer({ min: 1, max: 5_000 }),
}).map(aCooldown);
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

Deno.test("coolUntil() is a whole moment, ahead by 100 ms to 25 h and never less than Google said", () => {
  fc.assert(
    fc.property(pauses, fc.option(cooldowns), chance, (pause, previous, random) => {
      const { until, streak } = coolUntil(pause, { now: NOW, previous, random: () => random });

      assert.ok(Number.isInteger(until) && Number.isInteger(streak) && streak >= 1);
      assert.ok(until >= NOW + 100 && until <= NOW + 25 * HOUR_MS);
      if (pause.kind === "delay") assert.ok(until >= NOW + Math.min(pause.ms, 25 * HOUR_MS));
    }),
    { numRuns: 2_000 },
  );
});
