/**
 * Reads what a model says, one answer of a stream after the other or a whole one at once.
 *
 * The promises: every part of every candidate comes out, once and in order; nothing that is missing,
 * unknown or of another kind than expected makes it fail. Why a candidate ended is told at the end,
 * because some models say STOP on every piece and go on.
 *
 * @module
 */

import { type JsonRecord, recordOf, recordsOf, textOf } from "../../json.ts";
import { blockReasonOf, finishReasonOf } from "./finish_reason.ts";
import { PartialArgs } from "./partial_args.ts";

/** One thing that a model said. */
export type Piece =
  | { readonly kind: "text"; readonly text: string; readonly signature: string | null }
  /** A summary of what it thought. */
  | { readonly kind: "thought"; readonly text: string }
  | ({ readonly kind: "call" } & CalledFunction)
  /** Bytes in base64. */
  | {
    readonly kind: "media";
    readonly mimeType: string;
    readonly data: string;
    readonly signature: string | null;
  }
  | { readonly kind: "file"; readonly uri: string }
  /** Code that Google ran, and what came of it. */
  | { readonly kind: "code"; readonly language: string; readonly code: string }
  | { readonly kind: "code_result"; readonly output: string }
  | { readonly kind: "logprobs"; readonly result: JsonRecord };

/** A function that the client is to call. */
export interface CalledFunction {
  /** Google's id, where it gave one. */
  readonly id: string | null;
  /** As it was declared to Google. */
  readonly name: string;
  /** An object; numbers stand in it as they were written. */
  readonly args: JsonRecord;
  /** To be given back with the call. */
  readonly signature: string | null;
}

/** A piece, and which candidate said it. */
export interface Said {
  /** The candidate's index. */
  readonly index: number;
  /** What it said. */
  readonly piece: Piece;
}

/** What is known of a candidate besides its pieces. */
export class Candidate {
  /** As Google wrote it; null when it has not ended. */
  finishReason: string | null = null;
  /** More about the end, for people. */
  finishMessage: string | null = null;
  /** Goes on with the answer in another call. */
  continuationToken: string | null = null;
  /** The sources of the answer. */
  grounding: JsonRecord | null = null;
  /** The addresses it looked at. */
  urlContext: JsonRecord | null = null;
  /** Steps of tools that Google ran, as they came: a later call has to give them back. */
  readonly serverSteps: JsonRecord[] = [];
  /** Whether it said anything but thoughts. */
  spoke = false;
  /** Calls that may still turn out to be answered by Google itself. */
  readonly pendingCalls: CalledFunction[] = [];
  /** A call whose arguments are still coming. */
  unfinishedCall: (Omit<CalledFunction, "args"> & { readonly args: PartialArgs }) | null = null;
}

/** Reads one answer. */
export class AnswerReader {
  /** By index, in the order in which they appeared. */
  readonly candidates: Map<number, Candidate> = new Map();
  /** Why the prompt was blocked. */
  blockReason: string | null = null;
  /** What Gemini counted; the last word counts. */
  usage: JsonRecord | null = null;
  /** The model that really answered. */
  modelVersion: string | null = null;
  /** Google's id of the answer. */
  responseId: string | null = null;
  /** When it was made, in ISO 8601. */
  createTime: string | null = null;

  /** What the next part of the answer says. */
  read(response: JsonRecord): Said[] {
    this.usage = recordOf(response.usageMetadata) ?? this.usage;
    this.modelVersion ??= textOf(response.modelVersion);
    this.responseId ??= textOf(response.responseId);
    this.createTime ??= textOf(response.createTime);
    this.blockReason ??= blockReasonOf(recordOf(response.promptFeedback)?.blockReason);

    const said: Said[] = [];
    for (const [position, raw] of recordsOf(response.candidates).entries()) {
      const index = Number.isInteger(raw.index) ? Number(raw.index) : position;
      const candidate = this.#candidate(index);
      for (const piece of piecesOf(raw, candidate)) said.push({ index, piece });
    }
    return said;
  }

  /** Another call goes on with the answer: why this part of it ended does not count. */
  goOn(): void {
    this.usage = null;
    for (const candidate of this.candidates.values()) {
      candidate.finishReason = null;
      candidate.continuationToken = null;
    }
  }

  /** The answer is over: what was held back till now. */
  end(): Said[] {
    return [...this.candidates].flatMap(([index, candidate]) =>
      [...released(candidate)].map((piece) => ({ index, piece }))
    );
  }

  #candidate(index: number): Candidate {
    let candidate = this.candidates.get(index);
    if (candidate === undefined) {
      candidate = new Candidate();
      this.candidates.set(index, candidate);
    }
    return candidate;
  }
}

function* piecesOf(raw: JsonRecord, candidate: Candidate): Generator<Piece> {
  for (const part of recordsOf(recordOf(raw.content)?.parts)) {
    const call = recordOf(part.functionCall);
    if (call !== null) {
      noteCall(call, textOf(part.thoughtSignature), candidate);
      continue;
    }
    const response = recordOf(part.functionResponse);
    if (response !== null) {
      // Google has run this one itself: nobody else has to.
      forgetCall(response, candidate);
      continue;
    }
    const piece = pieceOf(part, candidate);
    if (piece === null) continue;
    yield* released(candidate);
    yield piece;
  }
  const logprobs = recordOf(raw.logprobsResult);
  if (logprobs !== null) yield { kind: "logprobs", result: logprobs };

  candidate.finishReason = finishReasonOf(raw.finishReason) ?? candidate.finishReason;
  candidate.finishMessage = textOf(raw.finishMessage) ?? candidate.finishMessage;
  candidate.continuationToken = textOf(raw.continuationToken) ?? candidate.continuationToken;
  candidate.grounding = nonEmpty(raw.groundingMetadata) ?? candidate.grounding;
  candidate.urlContext = nonEmpty(raw.urlContextMetadata) ?? candidate.urlContext;
}

function pieceOf(part: JsonRecord, candidate: Candidate): Piece | null {
  const signature = textOf(part.thoughtSignature);
  if ("toolCall" in part || "toolResponse" in part) {
    candidate.serverSteps.push(part);
    candidate.spoke = true;
    return null;
  }
  const media = recordOf(part.inlineData);
  if (media !== null) return part.thought === true ? null : mediaOf(media, signature, candidate);

  const uri = textOf(recordOf(part.fileData)?.fileUri);
  const code = recordOf(part.executableCode);
  const result = recordOf(part.codeExecutionResult);
  if (uri !== null || code !== null || result !== null) candidate.spoke = true;
  if (uri !== null) return { kind: "file", uri };
  if (code !== null) {
    const language = textOf(code.language)?.toLowerCase() ?? "";
    return { kind: "code", language, code: textOf(code.code) ?? "" };
  }
  if (result !== null) return { kind: "code_result", output: textOf(result.output) ?? "" };
  return textPieceOf(part, signature, candidate);
}

function mediaOf(
  media: JsonRecord,
  signature: string | null,
  candidate: Candidate,
): Piece | null {
  const data = textOf(media.data);
  if (data === null) return null;
  candidate.spoke = true;
  const mimeType = textOf(media.mimeType) ?? "application/octet-stream";
  return { kind: "media", mimeType, data, signature };
}

/** Text, or a part that is nothing but a signature, or nothing that we know. */
function textPieceOf(
  part: JsonRecord,
  signature: string | null,
  candidate: Candidate,
): Piece | null {
  const text = textOf(part.text) ?? "";
  if (part.thought === true) return text === "" ? null : { kind: "thought", text };
  if (text === "" && signature === null) return null;
  if (text !== "") candidate.spoke = true;
  return { kind: "text", text, signature };
}

function noteCall(call: JsonRecord, signature: string | null, candidate: Candidate): void {
  const begun = candidate.unfinishedCall;
  const isPartial = "partialArgs" in call || call.willContinue === true;
  if (!isPartial && (begun === null || call.args !== undefined)) {
    candidate.pendingCalls.push({
      ...namesOf(call),
      args: recordOf(call.args) ?? {},
      signature,
    });
    return;
  }
  const open = begun ?? { ...namesOf(call), signature, args: new PartialArgs() };
  open.args.add(call.partialArgs);
  candidate.unfinishedCall = call.willContinue === true ? open : null;
  if (call.willContinue !== true) {
    candidate.pendingCalls.push({ ...open, args: open.args.value });
  }
}

function namesOf(call: JsonRecord): { id: string | null; name: string } {
  return { id: textOf(call.id) || null, name: textOf(call.name) ?? "" };
}

function forgetCall(response: JsonRecord, { pendingCalls }: Candidate): void {
  const id = textOf(response.id);
  const name = textOf(response.name);
  const at = pendingCalls.findIndex((call) =>
    id !== null && call.id !== null ? call.id === id : call.name === name
  );
  if (at >= 0) pendingCalls.splice(at, 1);
}

/** Calls that Google did not answer itself. One whose arguments never ended is none. */
function* released(candidate: Candidate): Generator<Piece> {
  for (const call of candidate.pendingCalls.splice(0)) {
    candidate.spoke = true;
    yield { kind: "call", ...call };
  }
}

function nonEmpty(value: unknown): JsonRecord | null {
  const record = recordOf(value);
  return record === null || Object.keys(record).length === 0 ? null : record;
}
