/**
 * One more try for an answer that is no use.
 *
 * Only who reads an answer can tell that it says nothing, or that the request has to be put in another
 * way. The promises: it may ask for one other call, and for no more; what was spent on the first is
 * counted; when the second brings no answer, the first one is what the client hears.
 *
 * @module
 */

import { RotatorError } from "../domain/errors.ts";
import type { Usage } from "../domain/ports.ts";
import { addUsage } from "../domain/usage.ts";
import type { RetryBudget } from "./retry_budget.ts";
import type { AnswerEnd, Relay, Relayed, RelayRequest } from "../protocol/gemini/exchange.ts";

/** The same relay, for requests that may be reconsidered. */
export function withSecondTry(relay: Relay, budget: Pick<RetryBudget, "spend">): Relay {
  return async (request) => {
    const { reconsider } = request;
    if (reconsider === undefined) return await relay(request);

    const firstEnd = new HeldEnd(request.onEnd);
    const first = await relay({ ...request, onEnd: firstEnd.note });
    const reconsidered = reconsider(first);
    const call = reconsidered instanceof Promise ? await reconsidered : reconsidered;
    // The same request once more is paid for from what all of these share; another one is not the same.
    const mayTry = call !== null && (call !== request.call || budget.spend());
    const second = mayTry ? await tryAgain(relay, { ...request, call }, firstEnd) : null;
    if (second !== null) return second;
    firstEnd.release();
    return first;
  };
}

/** Null when it brings no answer: then the first try tells more. */
async function tryAgain(
  relay: Relay,
  request: RelayRequest,
  firstEnd: HeldEnd,
): Promise<Relayed | null> {
  const end = new HeldEnd(({ kind, usage }) =>
    request.onEnd({ kind, usage: addUsage(firstEnd.usage, usage) })
  );
  try {
    const second = await relay({ ...request, onEnd: end.note });
    if (second.kind !== "answered") return null;
    end.release();
    return second;
  } catch (error) {
    if (error instanceof RotatorError) return null;
    throw error;
  }
}

/** Keeps back how an answer ended, until it is known whether it is the one that counts. */
class HeldEnd {
  readonly note: (end: AnswerEnd) => void;
  readonly release: () => void;
  #end: AnswerEnd | null = null;
  #isReleased = false;

  constructor(onEnd: (end: AnswerEnd) => void) {
    this.note = (end) => {
      this.#end = end;
      if (this.#isReleased) onEnd(end);
    };
    this.release = () => {
      this.#isReleased = true;
      if (this.#end !== null) onEnd(this.#end);
    };
  }

  get usage(): Usage | null {
    return this.#end?.usage ?? null;
  }
}
