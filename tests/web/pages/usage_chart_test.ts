import assert from "node:assert/strict";
import type { EpochMs } from "../../../lib/domain/ids.ts";
import { usageChart } from "../../../lib/web/pages/usage_chart.ts";

const at = (text: string) => Date.parse(text) as EpochMs;
const threeHours = {
  step: "hour",
  from: at("2026-11-25T10:20Z"),
  to: at("2026-11-25T12:40Z"),
} as const;

Deno.test("usageChart() has a bar for each step, the empty ones too", () => {
  const groups = [{ at: at("2026-11-25T11:00Z"), of: "a", sums: { served: 1 } }];

  const { bars } = usageChart(groups, threeHours);

  assert.deepEqual(bars.map(({ name, parts }) => [name, parts.length]), [
    ["2026-11-25 10:00", 0],
    ["2026-11-25 11:00", 1],
    ["2026-11-25 12:00", 0],
  ]);
});

Deno.test("usageChart() stacks what all came to in one step, good at the bottom", () => {
  const groups = [
    { at: at("2026-11-25T10:00Z"), of: "a", sums: { served: 4, exhausted: 1, limited: 1 } },
    { at: at("2026-11-25T10:00Z"), of: "b", sums: { refused: 1, broken: 1, left: 2 } },
  ];

  const { bars, top, totals } = usageChart(groups, threeHours);

  assert.equal(top, 10);
  assert.deepEqual(totals, { good: 4, waiting: 2, bad: 2, off: 2 });
  assert.deepEqual(bars[0]?.parts, [
    { tone: "good", y: 60, height: 40 },
    { tone: "waiting", y: 40, height: 20 },
    { tone: "bad", y: 20, height: 20 },
    { tone: "off", y: 0, height: 20 },
  ]);
});

for (const [most, top] of [[1, 1], [7, 8], [9, 10], [110, 120], [1_600, 2_000]] as const) {
  Deno.test(`usageChart() ends at ${top} when the highest bar is ${most}`, () => {
    const groups = [{ at: at("2026-11-25T10:00Z"), of: "a", sums: { served: most } }];

    assert.equal(usageChart(groups, threeHours).top, top);
  });
}

Deno.test("usageChart() says in a sentence what it shows", () => {
  const groups = [{ at: at("2026-11-25T10:00Z"), of: "a", sums: { served: 3, broken: 1 } }];

  assert.equal(
    usageChart(groups, threeHours).said,
    "From 2026-11-25 10:00 to 2026-11-25 12:00 UTC: 3 served, 0 out of quota or over a limit, " +
      "1 refused or broken, 0 left by their client",
  );
});
