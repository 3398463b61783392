/**
 * Latencies as a small fixed histogram, because histograms of several processes can be added up and
 * percentiles cannot.
 *
 * @module
 */

/** The upper bounds of the buckets, in milliseconds; one more bucket holds what took longer. */
export const LATENCY_BOUNDS_MS: readonly number[] = [
  100,
  250,
  500,
  1_000,
  2_000,
  4_000,
  8_000,
  16_000,
  32_000,
  64_000,
  128_000,
];

/** The bucket of a duration, counted from 0. */
export function latencyBucket(ms: number): number {
  const found = LATENCY_BOUNDS_MS.findIndex((bound) => ms <= bound);
  return found < 0 ? LATENCY_BOUNDS_MS.length : found;
}

/**
 * The duration that a share of all stayed within, told from their buckets.
 *
 * It lies in the right bucket; where in it is a guess along a straight line. What took longer than the
 * last bound is told as that bound.
 *
 * @param share between 0 and 1.
 * @returns milliseconds; null when there was none.
 */
export function percentile(buckets: readonly number[], share: number): number | null {
  const all = buckets.reduce((sum, count) => sum + count, 0);
  if (all === 0) return null;

  const rank = share * all;
  let before = 0;
  for (const [n, count] of buckets.entries()) {
    if (count > 0 && before + count >= rank) {
      const lower = LATENCY_BOUNDS_MS[n - 1] ?? 0;
      const upper = LATENCY_BOUNDS_MS[n] ?? lower;
      return Math.round(lower + (upper - lower) * Math.max(0, rank - before) / count);
    }
    before += count;
  }
  return LATENCY_BOUNDS_MS.at(-1) ?? null;
}
