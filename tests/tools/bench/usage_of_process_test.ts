import { strictEqual as equal } from "node:assert";
import { cpuSecondsIn } from "../../../tools/bench/usage_of_process.ts";

Deno.test("cpuSecondsIn() adds user and system time, whatever the program is called", () => {
  equal(cpuSecondsIn("7 (deno) S 1 7 7 0 -1 4194304 900 0 0 0 150 50 0 0 20 0 9 0 1"), 2);
  equal(cpuSecondsIn("7 (a) b (c) S 1 7 7 0 -1 4194304 900 0 0 0 1 2 0 0 20 0 9 0 1"), 0.03);
});

Deno.test("cpuSecondsIn() is not a number where nothing is told", () => {
  equal(cpuSecondsIn(""), NaN);
});
