/**
 * Runs middlewares one inside the other.
 *
 * @module
 */

import type { PageContext } from "./page_context.ts";

/** A middleware, or a part of the app that works like one. */
export type Step<State> = (ctx: PageContext<State>) => Response | Promise<Response>;

/** Runs each step as the `next()` of the one before it; `last` is the `next()` of the last one. */
export function runSteps<State>(
  ctx: PageContext<State>,
  steps: readonly Step<State>[],
  last: () => Promise<Response>,
): Promise<Response> {
  const runFrom = async (index: number): Promise<Response> => {
    const step = steps[index];
    if (step === undefined) return last();

    const outer = ctx.next;
    ctx.next = () => runFrom(index + 1);
    try {
      return await step(ctx);
    } finally {
      ctx.next = outer;
    }
  };
  return runFrom(0);
}
