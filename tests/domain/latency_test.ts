import assert from "node:assert/strict";
import fc from "fast-check";
import { LATENCY_BOUNDS_MS, latencyBucket, percentile } from "../../lib/domain/latency.ts";

function histogramOf(latencies: readonly number[]): number[] {
  const buckets = Array.from({ length: LATENCY_BOUNDS_MS.length + 1 }, () => 0);
  for (const ms of latencies) buckets[latencyBucket(ms)]! += 1;
  return buckets;
}

Deno.test("latencyBucket() puts a bound into the bucket that it closes", () => {
  assert.deepEqual([0, 100, 100.1, 128_000, 128_001].map(latencyBucket), [0, 0, 1, 10, 11]);
});

Deno.test("percentile() has nothing to tell of nothing", () => {
  assert.equal(percentile(histogramOf([]), 0.5), null);
});

Deno.test("percentile() tells what is longer than the last bound as that bound", () => {
  assert.equal(percentile(histogramOf([900_000]), 0.95), 128_000);
});

Deno.test("percentile() lies in the bucket of the value it stands for", () => {
  const latencies = fc.array(fc.integer({ min: 0, max: 120_000 }), { minLength: 1 });
  fc.assert(fc.property(latencies, fc.constantFrom(0.5, 0.95), (all, share) => {
    const exact = all.toSorted((a, b) => a - b)[Math.ceil(share * all.length) - 1]!;

    const told = percentile(histogramOf(all), share)!;

    const bucket = latencyBucket(exact);
    assert.ok(told <= LATENCY_BOUNDS_MS[bucket]!, `${told} for ${exact}`);
    assert.ok(told >= (LATENCY_BOUNDS_MS[bucket - 1] ?? 0), `${told} for ${exact}`);
  }));
});
