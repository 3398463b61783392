import {
  deepStrictEqual as deepEqual,
  match,
  notStrictEqual as notEqual,
  strictEqual as equal,
  throws,
} from "node:assert";
import fc from "fast-check";
import { simKey, wayOf } from "./sim_keys.ts";
import { parseWay, REFUSALS, type ShortWay, wayList } from "./ways.ts";

const shortWays: ShortWay[] = [
  ...REFUSALS,
  "ok",
  "ok-8-50",
  "perMinute-5",
  "perDay-20",
  "exhausted-day",
  "flaky-percent-25",
  "slow-200",
  "silentMidStream-2",
  "resetMidStream-0",
  "errorInStream-2-tail-echo",
  "hostileHeaders",
];

Deno.test("simKey() makes secrets of both shapes that Google issues", () => {
  fc.assert(
    fc.property(fc.constantFrom(...shortWays), fc.integer({ min: 0, max: 999 }), (way, n) => {
      match(simKey(way, n), /^AIza[0-9A-Za-z_-]{35}$/);
      match(simKey(way, n, { kind: "AQ" }), /^AQ\.[0-9A-Za-z_-]{50}$/);
    }),
  );
});

Deno.test("wayOf() reads back the way that simKey() wrote", () => {
  fc.assert(fc.property(
    fc.constantFrom(...shortWays),
    fc.constantFrom("AIza" as const, "AQ" as const),
    (way, kind) => deepEqual(wayOf(simKey(way, 3, { kind })), parseWay(way)),
  ));
});

Deno.test("simKey() is the same each time and differs for each index, also at its end", () => {
  equal(simKey("ok", 1), simKey("ok", 1));
  notEqual(simKey("ok", 1).slice(-4), simKey("ok", 2).slice(-4));
});

Deno.test("simKey() refuses a way that has no place in a secret", () => {
  throws(() => simKey("replay-errors/429-bare.json"), RangeError);
  throws(() => simKey("errorInStream-2-tail-echo", 100_000), RangeError);
});

Deno.test("wayOf() knows nothing of other secrets", () => {
  equal(wayOf("AIzaSyA0000000000000000000000000000000"), undefined);
  equal(wayOf("AIzaSim-nonsense_1_00000000000000000000"), undefined);
  equal(wayOf(""), undefined);
});

Deno.test("parseWay() reads names with their arguments", () => {
  deepEqual(parseWay("ok-8-50"), { kind: "ok", events: 8, everyMs: 50 });
  deepEqual(parseWay("flaky-3"), { kind: "flaky", every: 3 });
  deepEqual(parseWay("redirect-https://example.com/a-b"), {
    kind: "redirect",
    location: "https://example.com/a-b",
  });
  equal(parseWay("invalid-5"), undefined);
});

Deno.test("wayList() refuses an unknown word and an empty list", () => {
  throws(() => wayList("no-such-way" as ShortWay), TypeError);
  throws(() => wayList([]), TypeError);
});
