import { strictEqual as equal } from "node:assert";
import { median, percentile, ratiosOf, spreadOf } from "../../../tools/bench/stats.ts";

Deno.test("median() is the middle, or the mean of the middle two", () => {
  equal(median([5, 1, 3]), 3);
  equal(median([4, 1, 3, 2]), 2.5);
  equal(median([7]), 7);
  equal(median([]), NaN);
});

Deno.test("percentile() is a value that was measured", () => {
  const values = [40, 10, 30, 20];

  equal(percentile(values, 0.5), 20);
  equal(percentile(values, 0.99), 40);
  equal(percentile(values, 0), 10);
  equal(percentile([], 0.5), NaN);
});

Deno.test("ratiosOf() compares the two of each round", () => {
  equal(ratiosOf([2, 9], [1, 3]).join(), "2,3");
});

Deno.test("spreadOf() tells the middle and the ends", () => {
  const { median, least, most } = spreadOf([3, 1, 2]);

  equal(`${least} ${median} ${most}`, "1 2 3");
});
