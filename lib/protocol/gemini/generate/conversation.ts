/**
 * Puts a conversation together as Gemini wants it.
 *
 * Dialects tell what was said; the rules of order are kept here. The promises: turns alternate and
 * begin with the user; every call of a function has its result, in the order of the calls, in a turn
 * that holds nothing else; no turn and no part is empty; nothing is lost.
 *
 * @module
 */

import type { JsonRecord } from "../../json.ts";
import type { Blob, Content, FunctionCall, Part } from "./request.ts";

/** A call that a client tells of. */
export interface ToldCall {
  /** The client's id of it, by which results refer to it. */
  readonly callId: string;
  /** As Gemini knows it. */
  readonly call: FunctionCall;
  /** The signature that came with it, if the client kept it. */
  readonly signature: string | null;
}

/** A result that a client tells of. */
export interface ToldResult {
  /** The client's id of the call. */
  readonly callId: string;
  /** Always an object. */
  readonly response: JsonRecord;
  /** Files that belong to it. */
  readonly files: readonly Blob[];
}

/** A conversation for Gemini. */
export interface Conversation {
  /** The turns. */
  readonly contents: readonly Content[];
  /** The client's id of each call in them. */
  readonly callIds: ReadonlyMap<Part, string>;
}

/** A turn to which more may be added. */
interface Turn extends Content {
  readonly parts: Part[];
}

/** What stands for a result that the client never told. */
const NO_RESULT: JsonRecord = { error: "no result" };
/** Gemini takes no empty turn, and an answer only after a question. */
const NOTHING: Part = { text: " " };

/** Collects a conversation, message by message. */
export class ConversationBuilder {
  readonly #filesInResults: boolean;
  readonly #contents: Turn[] = [];
  readonly #callIds = new Map<Part, string>();

  /** Begins an empty conversation. */
  constructor({ filesInResults }: { readonly filesInResults: boolean }) {
    this.#filesInResults = filesInResults;
  }

  /** The user says something. */
  user(parts: readonly Part[]): void {
    this.#say("user", parts);
  }

  /** The model says something, calls functions, and is told what they answered. */
  model(
    parts: readonly Part[],
    calls: readonly ToldCall[] = [],
    results: readonly ToldResult[] = [],
  ): void {
    const called = calls.map(({ callId, call, signature }) => {
      const part = {
        functionCall: call,
        ...(signature !== null && { thoughtSignature: signature }),
      };
      this.#callIds.set(part, callId);
      return part;
    });
    this.#say("model", [...parts, ...called]);
    this.#answer(calls, results);
  }

  /** The conversation; never empty. */
  build(): Conversation {
    const begun = this.#contents[0]?.role === "user"
      ? this.#contents
      : [{ role: "user" as const, parts: [NOTHING] }, ...this.#contents];
    return { contents: begun, callIds: this.#callIds };
  }

  #say(role: Content["role"], parts: readonly Part[]): void {
    if (parts.length === 0) return;
    let turn = this.#contents.at(-1);
    // Results stay by themselves: models answer otherwise when something else stands beside them.
    if (turn?.role !== role || turn.parts[0]?.functionResponse !== undefined) {
      turn = { role, parts: [] };
      this.#contents.push(turn);
    }
    // One by one, because there may be more of them than a function takes arguments.
    for (const part of parts) turn.parts.push(part);
  }

  #answer(calls: readonly ToldCall[], results: readonly ToldResult[]): void {
    const waiting = Map.groupBy(results, ({ callId }) => callId);
    const files: (readonly Blob[])[] = [];
    const parts = calls.map(({ callId, call: { id, name } }) => {
      const result = waiting.get(callId)?.shift();
      const inside = result !== undefined && result.files.length > 0 && this.#filesInResults;
      if (result !== undefined && !inside) files.push(result.files);
      return {
        functionResponse: {
          ...(id !== undefined && { id }),
          name,
          response: result?.response ?? NO_RESULT,
          ...(inside && { parts: result.files.map((inlineData) => ({ inlineData })) }),
        },
      };
    });
    if (parts.length > 0) this.#contents.push({ role: "user", parts });
    this.user(files.flat().map((inlineData) => ({ inlineData })));
    for (const { response, files } of [...waiting.values()].flat()) {
      this.#tellOrphan(response, files);
    }
  }

  /** A result that belongs to no call is still something the model should know. */
  #tellOrphan(response: JsonRecord, files: readonly Blob[]): void {
    this.user([
      { text: wordsOf(response) },
      ...files.map((inlineData) => ({ inlineData })),
    ]);
  }
}

/** A result that is nothing but text is told in its own words. */
function wordsOf(response: JsonRecord): string {
  const { result, ...others } = response;
  const isText = typeof result === "string" && result !== "" && Object.keys(others).length === 0;
  return isText ? result : JSON.stringify(response);
}

/** Whether a part is what a function answered. */
export function isResult(part: Part): boolean {
  return part.functionResponse !== undefined;
}
