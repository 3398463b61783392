import assert from "node:assert/strict";
import {
  type EndKind,
  type RequestOutcome,
  requestOutcome,
  tokensOf,
} from "../../lib/domain/finished_request.ts";

const CASES: readonly (readonly [number, EndKind, RequestOutcome])[] = [
  [200, "complete", "served"],
  [200, "unseen", "served"],
  [200, "cut", "broken"],
  [200, "left", "left"],
  [499, "complete", "left"],
  [400, "complete", "refused"],
  [404, "complete", "refused"],
  [429, "complete", "exhausted"],
  [503, "complete", "broken"],
];

for (const [status, end, outcome] of CASES) {
  Deno.test(`requestOutcome() calls ${status} that ends ${end} ${outcome}`, () => {
    assert.equal(requestOutcome(status, { end, isLimited: false }), outcome);
  });
}

Deno.test("requestOutcome() tells a limit of our own from a quota of Google's", () => {
  assert.equal(requestOutcome(429, { end: "complete", isLimited: true }), "limited");
});

Deno.test("tokensOf() counts what is cached once: it is a part of the prompt", () => {
  assert.equal(tokensOf({ prompt: 10, cached: 8, output: 3, thoughts: 2, toolUse: 1 }), 16);
});
