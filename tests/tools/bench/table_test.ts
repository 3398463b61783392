import { strictEqual as equal } from "node:assert";
import { formatNumber, formatTable, isMet, type Row } from "../../../tools/bench/table.ts";

function aRow(fields: Partial<Row>): Row {
  return { measure: "speed", unit: "/s", bare: null, ours: 1, ratio: null, aim: null, ...fields };
}

const half = { median: 0.5, least: 0.4, most: 0.6 };

Deno.test("isMet() holds the ratio against the aim, and ours where there is no ratio", () => {
  equal(isMet(aRow({ ratio: half, aim: { is: "at least", value: 0.5 } })), true);
  equal(isMet(aRow({ ratio: half, ours: 9, aim: { is: "at least", value: 0.6 } })), false);
  equal(isMet(aRow({ ours: 90, aim: { is: "at most", value: 100 } })), true);
  equal(isMet(aRow({ ours: 101, aim: { is: "at most", value: 100 } })), false);
});

Deno.test("isMet() is null without an aim or a number", () => {
  equal(isMet(aRow({})), null);
  equal(isMet(aRow({ ours: NaN, aim: { is: "at most", value: 1 } })), null);
});

Deno.test("formatTable() puts numbers under each other", () => {
  const table = formatTable([
    aRow({ bare: 8000, ours: 4000, ratio: half, aim: { is: "at least", value: 1.1 } }),
    aRow({ measure: "memory of it", unit: "MB", ours: 12.34 }),
  ]);

  equal(
    table,
    [
      "               bare   ours      ratio    from – to    aim",
      "speed         8,000  4,000  /s   0.50  0.40 – 0.60  ≥ 1.1  missed",
      "memory of it          12.3  MB",
      "",
    ].join("\n"),
  );
});

Deno.test("formatNumber() keeps the digits that count", () => {
  equal(formatNumber(12345.6), "12,346");
  equal(formatNumber(12.345), "12.3");
  equal(formatNumber(0.12345), "0.123");
  equal(formatNumber(NaN), "n/a");
});
