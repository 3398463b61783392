/**
 * Waits for work, but not for long.
 *
 * @module
 */

import type { Clock } from "../../domain/clock.ts";

/** What the work gave; `otherwise` when it takes longer than so many milliseconds, or fails. */
export async function atMost<T, Otherwise>(
  ms: number,
  work: Promise<T>,
  { otherwise, clock }: { readonly otherwise: Otherwise; readonly clock: Pick<Clock, "after"> },
): Promise<T | Otherwise> {
  const { promise: timeOut, resolve } = Promise.withResolvers<Otherwise>();
  const forget = clock.after(ms, () => resolve(otherwise));
  // Whoever began the work looks after its failure.
  const answer = await Promise.race([work.catch(() => otherwise), timeOut]);
  forget();
  return answer;
}
