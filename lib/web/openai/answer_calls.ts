/**
 * The calls that one answer takes; in the log they are one.
 *
 * @module
 */

import type { Usage } from "../../domain/ports.ts";
import { addUsage } from "../../domain/usage.ts";
import type { AnswerEnd, GeminiCall, Relayed } from "../../protocol/gemini/exchange.ts";
import type { Progress } from "../../protocol/openai/hops.ts";
import type { ClientCall, RelayOptions } from "../dialect.ts";

/**
 * Makes the calls of one answer.
 *
 * It is held as long as a stream is open, so it must not hold the request.
 */
export class AnswerCalls {
  readonly #call: Pick<ClientCall, "relay" | "record">;
  readonly #progress: Progress;
  #spent: Usage | null = null;

  /** `progress` tells whether the answer goes on in another call. */
  constructor({ relay, record }: Pick<ClientCall, "relay" | "record">, progress: Progress) {
    this.#call = { relay, record };
    this.#progress = progress;
  }

  /** Makes the first call. */
  first(call: GeminiCall, options: Pick<RelayOptions, "reconsider">): Promise<Relayed> {
    return this.#call.relay(call, { ...options, onEnd: this.#note });
  }

  /** Goes on with the key that began, if it can: what it goes on with may be worth nothing to others. */
  async next(call: GeminiCall): Promise<Relayed> {
    const { relay, record } = this.#call;
    let relayed: Relayed | null = null;
    try {
      const preferred = record.attempts.at(-1)?.keyId;
      relayed = await relay(call, { preferred, onEnd: this.#note });
      return relayed;
    } finally {
      // The client has part of an answer that ends here.
      if (relayed?.kind !== "answered") this.end("cut");
    }
  }

  /** The answer is over. */
  end(kind: AnswerEnd["kind"]): void {
    this.#call.record.ended({ kind, usage: this.#spent });
  }

  readonly #note = ({ kind, usage }: AnswerEnd) => {
    this.#spent = addUsage(this.#spent, usage);
    // What goes on in another call has not ended yet.
    if (kind !== "complete" || !this.#progress.goesOn) this.end(kind);
  };
}
