/**
 * An answer of Gemini's as a chat's.
 *
 * The promises: all parts of all candidates come out, in order and in places of their own; calls are
 * numbered over the whole answer; why it ended is only said once it has ended.
 *
 * @module
 */

import type { SignedCall } from "../../domain/ports.ts";
import { AnswerReader, type Candidate, type Said } from "../gemini/generate/answer_reader.ts";
import { endingOf } from "../gemini/generate/finish_reason.ts";
import type { JsonRecord } from "../json.ts";
import type { ChoiceDelta } from "./chat_delta.ts";
import { type FinishReason, finishReason } from "./finish_reason.ts";
import { joinUsage, MAX_HOPS } from "./hops.ts";
import { logprobsOf } from "./logprobs.ts";
import { type TellingOptions, ToldChoice } from "./told_choice.ts";

/** What it takes to say an answer in the client's words. */
export interface AnswerOptions extends TellingOptions {
  /** Whether the model's answers may go on in another call. */
  readonly longAnswers: boolean;
}

/** How a choice ended. */
export interface ChoiceEnd {
  /** Which choice. */
  readonly index: number;
  /** In OpenAI's words. */
  readonly finish_reason: FinishReason;
  /** In Google's. */
  readonly native_finish_reason: string | null;
  /** What Google has to say about it. */
  readonly native_finish_message?: string;
}

/** What an answer is worth. */
export type Verdict =
  /** Something was said, or there is a reason why not. */
  | "good"
  /** There is no answer, and no reason why. */
  | "nothing"
  /** There is one, and it says nothing. */
  | "empty"
  /** It wanted to call a function and could not say how. */
  | "malformed"
  /** Gemini misses a thought signature. */
  | "unsigned";

/** One answer. */
export class ChatAnswer {
  readonly #options: AnswerOptions;
  readonly #reader = new AnswerReader();
  readonly #choices = new Map<number, ToldChoice>();
  #usageBefore: JsonRecord | null = null;
  #hops = 1;

  /** Nothing has been said. */
  constructor(options: AnswerOptions) {
    this.#options = options;
  }

  /** What Gemini counted; null when it has not said. */
  get usage(): JsonRecord | null {
    return joinUsage(this.#usageBefore, this.#reader.usage);
  }

  /** The model that really answered. */
  get modelVersion(): string | null {
    return this.#reader.modelVersion;
  }

  /** Google's id of the answer. */
  get responseId(): string | null {
    return this.#reader.responseId;
  }

  /** When Google made it, in milliseconds since 1970; null when it did not say. */
  get createdAtMs(): number | null {
    const ms = Date.parse(this.#reader.createTime ?? "");
    return Number.isNaN(ms) ? null : ms;
  }

  /** Calls whose signatures Gemini will want to see again. */
  get signedCalls(): SignedCall[] {
    return [...this.#choices.values()].flatMap(({ signedCalls }) => signedCalls);
  }

  /** With what another call is to go on; null when the answer has ended, or there were enough of them. */
  get continuationToken(): string | null {
    const [candidate, ...others] = this.#reader.candidates.values();
    const mayGoOn = this.#options.longAnswers && this.#hops < MAX_HOPS;
    // Of several answers at once none can go on.
    if (candidate === undefined || others.length > 0 || !mayGoOn) return null;
    const { finishReason, continuationToken } = candidate;
    return endingOf(finishReason ?? "") === "continues" ? continuationToken : null;
  }

  /** Another call goes on with this answer. */
  goOn(): void {
    this.#hops += 1;
    this.#usageBefore = this.usage;
    this.#reader.goOn();
  }

  /** What the next part of the answer adds. */
  read(response: JsonRecord): ChoiceDelta[] {
    return this.#deltasOf(this.#reader.read(response));
  }

  /** The answer is over: what it adds as a whole. */
  end(): ChoiceDelta[] {
    const deltas = this.#deltasOf(this.#reader.end());
    for (const [index, candidate] of this.#reader.candidates) {
      const delta = this.#choice(index).whole(candidate);
      if (delta !== null) deltas.push({ index, delta, logprobs: null });
    }
    if (this.#isBlocked) {
      const refusal = `Blocked by Gemini: ${this.#reader.blockReason}`;
      deltas.push({ index: 0, delta: { refusal }, logprobs: null });
    }
    return deltas;
  }

  /** Whether every choice said why it ended. */
  get hasEnded(): boolean {
    return this.#isBlocked ||
      this.#reader.candidates.values().every(({ finishReason }) => finishReason !== null);
  }

  /** How its choices ended; at least one, unless there is no answer at all. */
  get ends(): ChoiceEnd[] {
    if (this.#isBlocked) {
      return [{
        index: 0,
        finish_reason: "content_filter",
        native_finish_reason: this.#reader.blockReason,
      }];
    }
    const byIndex = [...this.#reader.candidates].sort(([a], [b]) => a - b);
    return byIndex.map(([index, candidate]) => this.#endOf(index, candidate));
  }

  /** What the answer is worth, once it has ended. */
  get verdict(): Verdict {
    const { candidates } = this.#reader;
    if (candidates.size === 0) return this.#isBlocked ? "good" : "nothing";
    const [first, ...others] = [...candidates.values()].map(verdictOn);
    return others.includes("good") ? "good" : first ?? "good";
  }

  get #isBlocked(): boolean {
    return this.#reader.blockReason !== null && this.#reader.candidates.size === 0;
  }

  #deltasOf(said: readonly Said[]): ChoiceDelta[] {
    const deltas: ChoiceDelta[] = [];
    for (const { index, piece } of said) {
      if (piece.kind === "logprobs") {
        const logprobs = logprobsOf(piece.result);
        const last = deltas.at(-1);
        if (last?.index === index) deltas[deltas.length - 1] = { ...last, logprobs };
        else deltas.push({ index, delta: {}, logprobs });
      } else {
        const delta = this.#choice(index).tell(piece);
        if (delta !== null) deltas.push({ index, delta, logprobs: null });
      }
    }
    return deltas;
  }

  #endOf(index: number, { finishReason: reason, finishMessage }: Candidate): ChoiceEnd {
    const called = this.#options.isLegacy ? "function_call" : "tool_calls";
    return {
      index,
      finish_reason: finishReason(endingOf(reason ?? ""), {
        called: this.#choice(index).callsFunctions ? called : null,
      }),
      native_finish_reason: reason,
      ...(finishMessage !== null && { native_finish_message: finishMessage }),
    };
  }

  #choice(index: number): ToldChoice {
    let choice = this.#choices.get(index);
    if (choice === undefined) {
      choice = new ToldChoice(this.#options);
      this.#choices.set(index, choice);
    }
    return choice;
  }
}

function verdictOn({ spoke, finishReason }: Candidate): Verdict {
  const ending = endingOf(finishReason ?? "");
  if (ending === "unsigned") return "unsigned";
  if (ending === "malformed") return "malformed";
  const hasEnded = ending === "done" || finishReason === null;
  return hasEnded && !spoke ? "empty" : "good";
}
