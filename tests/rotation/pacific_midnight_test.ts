import assert from "node:assert/strict";
import fc from "fast-check";
import type { EpochMs } from "../../lib/domain/ids.ts";
import { nextPacificMidnight } from "../../lib/rotation/pacific_midnight.ts";

const HOUR_MS = 3_600_000;
const at = (iso: string) => Date.parse(iso) as EpochMs;

for (
  const [now, midnight, note] of [
    ["2026-11-01T06:59:59Z", "2026-11-01T07:00:00Z", "a second before"],
    ["2026-11-01T07:00:00Z", "2026-11-02T08:00:00Z", "a day of 25 hours, at midnight itself"],
    ["2026-11-01T07:00:00.001Z", "2026-11-02T08:00:00Z", "a millisecond later"],
    ["2026-11-01T09:30:00Z", "2026-11-02T08:00:00Z", "in the hour that comes twice"],
    ["2027-03-14T08:00:00Z", "2027-03-15T07:00:00Z", "a day of 23 hours"],
    ["2026-12-31T23:00:00Z", "2027-01-01T08:00:00Z", "the last of the year"],
    ["2028-02-28T20:00:00Z", "2028-02-29T08:00:00Z", "a leap day"],
  ] as const
) {
  Deno.test(`nextPacificMidnight() after ${now} is ${midnight}: ${note}`, () => {
    assert.equal(nextPacificMidnight(at(now)), at(midnight));
  });
}

Deno.test("nextPacificMidnight() is midnight over there, within 25 hours, and none lies between", () => {
  const clock = new Intl.DateTimeFormat("en-GB", {
    timeZone: "America/Los_Angeles",
    hourCycle: "h23",
    dateStyle: "short",
    timeStyle: "medium",
  });
  const moments = fc.integer({ min: at("2020-01-01T00:00:00Z"), max: at("2100-01-01T00:00:00Z") });
  fc.assert(
    fc.property(moments, (moment) => {
      const now = moment as EpochMs;

      const midnight = nextPacificMidnight(now);

      assert.ok(midnight > now && midnight <= now + 25 * HOUR_MS);
      assert.match(clock.format(midnight), / 00:00:00$/);
      assert.equal(nextPacificMidnight((midnight - 1) as EpochMs), midnight);
      assert.equal(clock.format(now).slice(0, 10), clock.format(midnight - 1).slice(0, 10));
    }),
    { numRuns: 2_000 },
  );
});
