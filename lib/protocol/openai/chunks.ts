/**
 * A chat completion piece by piece, as the events of a stream.
 *
 * @see https://platform.openai.com/docs/api-reference/chat-streaming
 * @module
 */

import type { JsonRecord } from "../json.ts";
import type { ChoiceEnd } from "./chat_answer.ts";
import type { ChoiceDelta } from "./chat_delta.ts";
import type { AnswerHead } from "./completion.ts";
import { completionUsage, serviceTier } from "./usage.ts";

/** The last word of a stream that came to its end. */
export const DONE = "data: [DONE]\n\n";
/** A comment: it keeps a silent connection open and means nothing. */
export const KEEP_ALIVE = ": keep-alive\n\n";

/** Writes the events of one stream. */
export class ChunkWriter {
  readonly #begin: string;
  readonly #end: string;
  readonly #withUsage: boolean;
  readonly #begun = new Set<number>();

  /** `withUsage`: the stream ends with what was counted, and every chunk before says that it will. */
  constructor({ id, created, model }: AnswerHead, { withUsage }: { readonly withUsage: boolean }) {
    const head = JSON.stringify({ id, object: "chat.completion.chunk", created, model });
    // Written by hand: most of a chunk is the same in all of them.
    this.#begin = `data: ${head.slice(0, -1)},"choices":[`;
    this.#end = withUsage ? '],"usage":null}\n\n' : "]}\n\n";
    this.#withUsage = withUsage;
  }

  /** An event that adds something; before the first of a choice, the one that says who speaks. */
  delta(delta: ChoiceDelta): string {
    return this.#beginning(delta.index) + this.#chunk(delta);
  }

  /** The event that ends a choice. */
  finish({ index, ...end }: ChoiceEnd): string {
    return this.#beginning(index) + this.#chunk({ index, delta: {}, logprobs: null, ...end });
  }

  #beginning(index: number): string {
    if (this.#begun.has(index)) return "";
    this.#begun.add(index);
    return this.#chunk({ index, delta: { role: "assistant", content: "" }, logprobs: null });
  }

  /** The event with what was counted, if it was asked for. */
  usage(metadata: JsonRecord | null): string {
    if (!this.#withUsage) return "";
    const tier = serviceTier(metadata);
    const counted = JSON.stringify({
      usage: completionUsage(metadata),
      ...(tier !== null && { service_tier: tier }),
    });
    return `${this.#begin}],${counted.slice(1)}\n\n`;
  }

  #chunk(choice: { index: number; delta: object; logprobs: unknown } & Partial<ChoiceEnd>): string {
    const { finish_reason = null, ...rest } = choice;
    return this.#begin + JSON.stringify({ ...rest, finish_reason }) + this.#end;
  }
}
