/**
 * An answer of Gemini's as a chat's.
 *
 * The promises: all parts of all candidates come out, in order and in places of their own; calls are
 * numbered over the whole answer; why it ended is only said once it has ended.
 *
 * @module
 */

import type { SignedCall } from "../../domain/ports.ts";
import { canonicalJson } from "../exact_json.ts";
import {
  AnswerReader,
  type CalledFunction,
  type Candidate,
  type Piece,
  type Said,
} from "../gemini/generate/answer_reader.ts";
import { endingOf } from "../gemini/generate/finish_reason.ts";
import type { FunctionNames } from "../gemini/generate/function_names.ts";
import type { JsonRecord } from "../json.ts";
import { annotationsOf } from "./annotations.ts";
import type { AudioDelta, CallDelta, ChoiceDelta, MessageDelta } from "./chat_delta.ts";
import type { ExtraContent, GoogleExtras } from "./extra_content.ts";
import { type FinishReason, finishReason } from "./finish_reason.ts";
import { logprobsOf } from "./logprobs.ts";

/** What it takes to say an answer in the client's words. */
export interface AnswerOptions {
  /** Functions by the client's own names. */
  readonly names: FunctionNames;
  /** Tools that take one text, by the client's names. */
  readonly custom: ReadonlySet<string>;
  /** Whether the client declared its functions in the older form, and so expects calls in it. */
  readonly isLegacy: boolean;
  /** Makes an id for a call, or for a sound. */
  readonly newId: () => string;
  /** The moment of the answer, in seconds since 1970. */
  readonly created: number;
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
  /** There is neither an answer nor a reason. */
  | "nothing"
  /** It ended well and said nothing. */
  | "empty"
  /** It wanted to call a function and could not say how. */
  | "malformed"
  /** Gemini misses a thought signature. */
  | "unsigned";

/** One answer. */
export class ChatAnswer {
  readonly #options: AnswerOptions;
  readonly #reader = new AnswerReader();
  readonly #counts = new Map<number, { calls: number; images: number; audioId: string | null }>();
  /** Calls whose signatures Gemini will want to see again. */
  readonly signedCalls: SignedCall[] = [];

  /** Nothing has been said. */
  constructor(options: AnswerOptions) {
    this.#options = options;
  }

  /** What Gemini counted; null when it has not said. */
  get usage(): JsonRecord | null {
    return this.#reader.usage;
  }

  /** The model that really answered. */
  get modelVersion(): string | null {
    return this.#reader.modelVersion;
  }

  /** Google's id of the answer. */
  get responseId(): string | null {
    return this.#reader.responseId;
  }

  /** What the next part of the answer adds. */
  read(response: JsonRecord): ChoiceDelta[] {
    return this.#deltasOf(this.#reader.read(response));
  }

  /** The answer is over: what it adds as a whole. */
  end(): ChoiceDelta[] {
    const deltas = this.#deltasOf(this.#reader.end());
    for (const [index, candidate] of this.#reader.candidates) {
      const delta = wholeOf(candidate);
      if (delta !== null) deltas.push({ index, delta, logprobs: null });
    }
    if (this.#isBlocked) {
      const refusal = `Blocked by Gemini: ${this.#reader.blockReason}`;
      deltas.push({ index: 0, delta: { refusal }, logprobs: null });
    }
    return deltas;
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
    return [...this.#reader.candidates].map(([index, candidate]) => {
      const { finishReason: reason, finishMessage } = candidate;
      const called = this.#countsOf(index).calls > 0 ? this.#options.isLegacy : null;
      return {
        index,
        finish_reason: finishReason(endingOf(reason ?? ""), {
          called: called === null ? null : called ? "function_call" : "tool_calls",
        }),
        native_finish_reason: reason,
        ...(finishMessage !== null && { native_finish_message: finishMessage }),
      };
    });
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
      const last = deltas.at(-1);
      if (piece.kind !== "logprobs") {
        deltas.push({ index, delta: this.#deltaOf(index, piece), logprobs: null });
      } else if (last?.index === index) {
        deltas[deltas.length - 1] = { ...last, logprobs: logprobsOf(piece.result) };
      } else {
        deltas.push({ index, delta: {}, logprobs: logprobsOf(piece.result) });
      }
    }
    return deltas;
  }

  #deltaOf(index: number, piece: Exclude<Piece, { kind: "logprobs" }>): MessageDelta {
    switch (piece.kind) {
      case "text":
        return { ...(piece.text !== "" && { content: piece.text }), ...signed(piece.signature) };
      case "thought":
        return { reasoning_content: piece.text };
      case "call":
        return this.#callOf(index, piece);
      case "media":
        return piece.mimeType.startsWith("audio/")
          ? { audio: this.#audioOf(index, piece.data) }
          : this.#imageOf(index, `data:${piece.mimeType};base64,${piece.data}`, piece.signature);
      case "file":
        return this.#imageOf(index, piece.uri, null);
      case "code":
        return { content: fenced(piece.language, piece.code) };
      case "code_result":
        return { content: fenced("", piece.output) };
    }
  }

  #callOf(index: number, { id, name, args, signature }: CalledFunction): MessageDelta {
    const { names, custom, isLegacy, newId } = this.#options;
    const count = this.#countsOf(index).calls++;
    const ours = names.toClient(name);
    const callId = id ?? `call_${newId()}`;
    if (signature !== null) {
      this.signedCalls.push({ callId, name, args: canonicalJson(args), signature });
    }
    if (isLegacy) return { function_call: { name: ours, arguments: JSON.stringify(args) } };
    const place = { index: count, id: callId };
    const call: CallDelta = custom.has(ours)
      ? { ...place, type: "custom", custom: { name: ours, input: String(args.input ?? "") } }
      : { ...place, type: "function", function: { name: ours, arguments: JSON.stringify(args) } };
    return { tool_calls: [{ ...call, ...signed(signature) }] };
  }

  #imageOf(index: number, url: string, signature: string | null): MessageDelta {
    const count = this.#countsOf(index).images++;
    return {
      images: [{ type: "image_url", index: count, image_url: { url }, ...signed(signature) }],
    };
  }

  #audioOf(index: number, data: string): AudioDelta {
    const counts = this.#countsOf(index);
    if (counts.audioId !== null) return { data };
    counts.audioId = `audio_${this.#options.newId()}`;
    return { id: counts.audioId, expires_at: this.#options.created, data, transcript: "" };
  }

  #countsOf(index: number) {
    let counts = this.#counts.get(index);
    if (counts === undefined) {
      counts = { calls: 0, images: 0, audioId: null };
      this.#counts.set(index, counts);
    }
    return counts;
  }
}

function signed(signature: string | null): { extra_content?: ExtraContent } {
  return signature === null ? {} : { extra_content: { google: { thought_signature: signature } } };
}

function fenced(language: string, text: string): string {
  return `\n\`\`\`${language}\n${text.replace(/\n$/, "")}\n\`\`\`\n`;
}

/** What can only be said of the whole answer. */
function wholeOf(candidate: Candidate): MessageDelta | null {
  const { serverSteps, grounding, urlContext, continuationToken, text, finishReason } = candidate;
  const continues = endingOf(finishReason ?? "") === "continues";
  const google: GoogleExtras = {
    ...(serverSteps.length > 0 && { tool_parts: serverSteps }),
    ...(grounding !== null && { grounding_metadata: grounding }),
    ...(urlContext !== null && { url_context_metadata: urlContext }),
    ...(continues && continuationToken !== null && { continuation_token: continuationToken }),
  };
  if (Object.keys(google).length === 0) return null;
  const annotations = grounding === null ? [] : annotationsOf(grounding, text);
  return {
    ...(annotations.length > 0 && { annotations }),
    extra_content: { google },
  };
}

function verdictOn({ spoke, finishReason }: Candidate): Verdict {
  const ending = endingOf(finishReason ?? "");
  if (ending === "unsigned") return "unsigned";
  if (ending === "malformed" && !spoke) return "malformed";
  return ending === "done" && !spoke ? "empty" : "good";
}
