import assert from "node:assert/strict";
import type { EpochMs } from "../../lib/domain/ids.ts";
import {
  dayOf,
  nameOfStep,
  startOf,
  startOfNamed,
  stepsBetween,
} from "../../lib/domain/time_step.ts";

const at = (text: string) => Date.parse(text) as EpochMs;

Deno.test("startOf() tells when an hour and a day of UTC began", () => {
  const moment = at("2026-11-23T12:34:56.789Z");

  assert.equal(startOf("hour", moment), at("2026-11-23T12:00Z"));
  assert.equal(startOf("day", moment), at("2026-11-23"));
  assert.equal(dayOf(moment), "2026-11-23");
});

Deno.test("nameOfStep() is read back by startOfNamed()", () => {
  const moment = at("2026-11-23T12:34Z");

  for (const step of ["hour", "day"] as const) {
    assert.equal(startOfNamed(nameOfStep(step, moment)), startOf(step, moment));
  }
});

Deno.test("stepsBetween() has the step that the first moment lies in, and none that begins at the last", () => {
  const steps = stepsBetween("hour", at("2026-11-23T22:59Z"), at("2026-11-24T01:00Z"));

  assert.deepEqual(steps.map((step) => nameOfStep("hour", step)), [
    "2026-11-23T22",
    "2026-11-23T23",
    "2026-11-24T00",
  ]);
});
